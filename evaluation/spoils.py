"""What spoils a part of a photo of a paper: glare, a finger, a fold of shadow, blur, darkness."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.rephotograph import Chance, of_paper
from ocr.geometry import Pixels

SKIN = (205, 160, 135)
Spoil = Callable[[Pixels, Chance], Pixels]


def spoiled_photo(sheet: Pixels, chance: Chance) -> Pixels:
    """A sheet on a desk as a hurried owner takes it, uint8 (height, width, 3)."""
    kinds: Sequence[Spoil] = (with_glare, under_a_finger, in_shadow)
    spoiled = kinds[int(chance.integers(len(kinds)))](sheet, chance)
    photo = of_paper(spoiled, chance)
    if chance.random() < 0.5:
        photo = _out_of_focus(photo, chance)
    return photo


def with_glare(sheet: Pixels, chance: Chance) -> Pixels:
    """A lamp's reflection on the sheet."""
    light = _spot(sheet, chance, 0.10, 0.28) * chance.uniform(200, 330)
    return _clipped(sheet.astype(np.float32) + light[..., None])


def under_a_finger(sheet: Pixels, chance: Chance) -> Pixels:
    """A fingertip over a part of the sheet."""
    height, width = sheet.shape[:2]
    covered = np.zeros((height, width), np.float32)
    at = (int(chance.uniform(0.1, 0.9) * width), int(chance.uniform(0.25, 1.0) * height))
    size = (int(width * chance.uniform(0.05, 0.09)), int(height * chance.uniform(0.06, 0.14)))
    cv2.ellipse(covered, at, size, chance.uniform(-40, 40), 0, 360, 1.0, -1)
    covered = cv2.GaussianBlur(covered, (0, 0), 3)[..., None]
    return _clipped(sheet * (1 - covered) + np.array(SKIN, np.float32) * covered)


def in_shadow(sheet: Pixels, chance: Chance) -> Pixels:
    """A soft shadow over a part of the sheet, with the noise of darkness."""
    dark = 1 - _spot(sheet, chance, 0.25, 0.5) * chance.uniform(0.55, 0.85)
    noise = chance.normal(0, 9, sheet.shape[:2])[..., None]
    return _clipped(sheet * dark[..., None] + noise * (1 - dark[..., None]))


def _out_of_focus(photo: Pixels, chance: Chance) -> Pixels:
    return _clipped(cv2.GaussianBlur(photo, (0, 0), chance.uniform(1.0, 2.4)))


def _spot(sheet: Pixels, chance: Chance, low: float, high: float) -> NDArray[np.float32]:
    """A soft spot, 1 in its middle, whose radius is a share of the sheet's width."""
    height, width = sheet.shape[:2]
    radius = width * chance.uniform(low, high)
    at = (chance.uniform(0.1, 0.9) * width, chance.uniform(0.2, 0.95) * height)
    down, across = np.ogrid[:height, :width]
    far = ((across - at[0]) ** 2 + (1.8 * (down - at[1])) ** 2) / radius**2
    return np.asarray(np.exp(-(far**2)), np.float32)


def _clipped(picture: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
