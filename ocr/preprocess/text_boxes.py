"""Rough text lines in a photo and the angles between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocr.geometry import Points, Quad


@dataclass(frozen=True)
class TextBox:
    """A rough text line in the photo; `angle` of its long side, degrees, -90..90."""

    quad: Quad
    centre: npt.NDArray[np.float64]
    length: float
    height: float
    angle: float

    @property
    def has_direction(self) -> bool:
        """Whether it is long enough for its angle to be that of its text."""
        return self.length > 2.2 * self.height


Group = list[TextBox]


def text_box(quad: Quad) -> TextBox:
    """The text line inside a quad, photo pixels."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    width, height = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    along = across if width >= height else down
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    angle = (angle + 90) % 180 - 90
    return TextBox(quad, quad.mean(0), max(width, height), min(width, height), angle)


def angle_between(a: float, b: float) -> float:
    """Degrees between two lines without direction, 0..90."""
    return abs((a - b + 90) % 180 - 90)


def main_angle(group: Sequence[TextBox]) -> float:
    """The median angle of the group's text, weighed by length; angles wrap at 90."""
    longest = max(group, key=lambda box: box.length)
    angles = np.array([(s.angle - longest.angle + 90) % 180 - 90 for s in group])
    weights = np.array([s.length if s.has_direction else 0.0 for s in group])
    order = np.argsort(angles)
    middle = int(np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2))
    return float((angles[order[min(middle, len(group) - 1)]] + longest.angle + 90) % 180 - 90)


def among(lines: Sequence[TextBox], others: Sequence[TextBox]) -> npt.NDArray[np.bool_]:
    """Of each line, whether it lies within the outline of others, as these run."""
    level = _levelled(others)
    outline = np.concatenate([box.quad for box in others]) @ level.T
    centres = np.array([box.centre for box in lines]) @ level.T
    inside = (outline.min(0) < centres) & (centres < outline.max(0))
    return np.asarray(inside.all(1), np.bool_)


def extent(lines: Sequence[TextBox]) -> float:
    """The longer side of the outline of lines, as these run, photo pixels."""
    outline = np.concatenate([box.quad for box in lines]) @ _levelled(lines).T
    return float(np.ptp(outline, axis=0).max())


def _levelled(lines: Sequence[TextBox]) -> Points:
    """The rotation after which lines run level."""
    turn = np.radians(np.median([box.angle for box in lines]))
    return np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
