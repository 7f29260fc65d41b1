"""Paper that does not lie flat: curled and folded sheets, with the shading that shows it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Pixels

Chance = np.random.Generator


def curled(sheet: Pixels, chance: Chance) -> Pixels:
    """A sheet whose lines rise and sink along a slow wave, lighter where it rises."""
    height, width = sheet.shape[:2]
    phase = np.linspace(0, chance.uniform(0.5, 1.2) * np.pi, width) + chance.uniform(0, np.pi)
    lift = chance.uniform(0.006, 0.02) * height * np.sin(phase)
    return _bent(sheet, np.tile(lift, (height, 1)), 1 + 0.06 * np.tile(np.cos(phase), (height, 1)))


def folded(sheet: Pixels, chance: Chance) -> Pixels:
    """A sheet that was folded across: its halves tilt a little and are lit differently."""
    height, width = sheet.shape[:2]
    from_fold = np.arange(width) - chance.uniform(0.3, 0.7) * width
    lift = chance.uniform(0.01, 0.03) * np.abs(from_fold) * height / width
    shade = 1 - chance.uniform(0.03, 0.12) * (from_fold > 0)
    crease = 1 - 0.25 * np.exp(-((from_fold / 4) ** 2))
    return _bent(sheet, np.tile(lift, (height, 1)), np.tile(shade * crease, (height, 1)))


def _bent(sheet: Pixels, lift: NDArray[np.float64], light: NDArray[np.float64]) -> Pixels:
    """A sheet with each point raised by `lift` px and lit by a factor."""
    height, width = sheet.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    moved = cv2.remap(
        sheet, across, down + lift.astype(np.float32), cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(np.clip(moved * light[..., None], 0, 255), np.uint8)
