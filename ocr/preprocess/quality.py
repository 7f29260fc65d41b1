"""How well a photo shows a document, and what would make the next one better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.reasons import Reason
from ocr.geometry import Corners, Pixels

MARGIN = 2.5  # line heights around the text that belong to the document


@dataclass(frozen=True)
class Quality:
    """`sharpness` variance of the Laplacian of the document at 1000 px; `light` 0..255, of its
    paper; `glare` the share of it that is blown out; `text_px` the height of its small print, 0
    where no text is."""

    sharpness: float
    light: float
    glare: float
    text_px: float


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
    blown = float((part[::4, ::4].min(2) > blown_out).mean())
    return Quality(_sharpness(part), _light(part), blown, float(np.percentile(heights, 25)))


def quality_reason(quality: Quality, rules: QualityRules) -> Reason:
    """Why a photo could not be read; `unreadable` where its quality does not explain that."""
    if quality.light < rules.min_light:
        return Reason.TOO_DARK
    if 0 < quality.text_px < rules.min_text_px:
        return Reason.TOO_FAR
    if quality.sharpness < rules.min_sharpness:
        return Reason.BLURRED
    return Reason.GLARE if quality.glare > rules.max_glare else Reason.UNREADABLE


def _sharpness(image: Pixels) -> float:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    scale = 1000 / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, deviation = cv2.meanStdDev(cv2.Laplacian(small, cv2.CV_16S))
    return float(deviation.item() ** 2)


def _light(image: Pixels) -> float:
    return float(np.percentile(image[::8, ::8].max(2), 90))
