"""How well a photo shows a document, and what would make the next one better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.reasons import Reason
from ocr.geometry import Corners, Pixels, least, most

MARGIN = 2.5  # line heights around the text that belong to the document
COARSE = 4  # px: glare is looked for in every fourth row and column

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Quality:
    """`sharpness` variance of the Laplacian of the document at 1000 px; `light` 0..255, of its
    paper; `glare` the share of it that is blown out; `text_px` the height of its small print, 0
    where no text is; `glare_at` the box around its largest blown-out part, left, top, right and
    bottom as shares of the photo."""

    sharpness: float
    light: float
    glare: float
    text_px: float
    glare_at: Box | None = None


@dataclass(frozen=True)
class QualityRules:
    """Below or above what a photo is too poor in one respect; from the policy.

    A pixel counts as blown out where all its channels are above `blown_out`, 0..255.
    """

    min_sharpness: float
    min_light: float
    max_glare: float
    min_text_px: float
    blown_out: int


def quality_of(photo: Pixels, lines: Sequence[Corners], blown_out: int) -> Quality:
    """The quality of that part of a photo, uint8 (height, width, 3), on which the lines are."""
    if not lines:
        return Quality(_sharpness(photo), _light(photo), 0.0, 0.0)
    heights = [float(np.linalg.norm(np.subtract(line[3], line[0]))) for line in lines]
    corners = np.concatenate([np.array(line) for line in lines])
    space = MARGIN * float(np.median(heights))
    left, top = np.maximum(corners.min(0) - space, 0).astype(int)
    right, bottom = (corners.max(0) + space).astype(int)
    part = photo[top:bottom, left:right]
    blown = least(part[::COARSE, ::COARSE]) > blown_out
    return Quality(
        sharpness=_sharpness(part),
        light=_light(part),
        glare=float(blown.mean()),
        text_px=float(np.percentile(heights, 25)),
        glare_at=_largest(blown, (left, top), photo),
    )


def quality_reason(quality: Quality, rules: QualityRules) -> Reason:
    """Why a photo could not be read; `unreadable` where its quality does not explain that."""
    if quality.light < rules.min_light:
        return Reason.TOO_DARK
    if 0 < quality.text_px < rules.min_text_px:
        return Reason.TOO_FAR
    if quality.sharpness < rules.min_sharpness:
        return Reason.BLURRED
    return Reason.GLARE if quality.glare > rules.max_glare else Reason.UNREADABLE


def _largest(blown: npt.NDArray[np.bool_], corner: tuple[int, int], photo: Pixels) -> Box | None:
    """The box around the largest connected part of a mask that lies at `corner` of a photo."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(blown.astype(np.uint8))
    if count < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    x, y, width, height = (int(side) * COARSE for side in stats[largest, : cv2.CC_STAT_AREA])
    (left, top), (rows, columns) = corner, photo.shape[:2]
    right, bottom = min(left + x + width, columns), min(top + y + height, rows)
    return (left + x) / columns, (top + y) / rows, right / columns, bottom / rows


def _sharpness(image: Pixels) -> float:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    scale = 1000 / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, deviation = cv2.meanStdDev(cv2.Laplacian(small, cv2.CV_16S))
    return float(deviation.item() ** 2)


def _light(image: Pixels) -> float:
    return float(np.percentile(most(image[::8, ::8]), 90))
