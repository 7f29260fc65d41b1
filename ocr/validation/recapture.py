"""Whether a photo shows paper in colour, a black-and-white copy, or a screen.

A copy has no colour where the form has some: emblem, seal, blue labels, portrait. A screen's grid
of coloured dots beats with the camera's (moire, e.g. Garcia and de Queiroz, "Face-spoofing
2D-detection based on moire-pattern analysis", IEEE TIFS 2015): a regular wave on blank paper that
print and paper do not make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.reasons import Reason
from ocr.geometry import Corners, Pixels
from ocr.validation.flags import Flag

TILE = 192  # px of the photo
TILES = 12  # with least ink
GRID = 6  # places a side from which they are chosen
LIGHT_FROM, COLOUR_FROM = 0.1, 0.03  # cycles a pixel: paper has slower waves in its light
NEAR_TEXT = 150  # px: further from the document's text is not the document


@dataclass(frozen=True)
class RecaptureRules:
    """When a sheet counts as copied or shown on a screen; from the policy.

    `coloured` is the CIE a*b* distance from the paper from which a pixel counts as coloured,
    `min_coloured` the share of such pixels on a sheet that is no copy. A screen's wave is
    `min_wave` times as strong as the spectrum around it, and of at least `light_amplitude` or
    `colour_amplitude` grey levels of 255, in a `min_share` of the places sampled.
    """

    coloured: float
    min_coloured: float
    min_wave: float
    light_amplitude: float
    colour_amplitude: float
    min_share: float


def recapture_flags(
    photo: Pixels, sheet: Pixels, lines: Sequence[Corners], rules: RecaptureRules
) -> list[Flag]:
    """`photocopy` or `screen_recapture`, with its measure.

    `sheet` is the upright document's part with text and colour, `lines` where its text is in the
    photo.
    """
    flags = []
    colour = _coloured_share(sheet, rules.coloured)
    if colour < rules.min_coloured:
        flags.append(Flag(Reason.PHOTOCOPY, measures={"coloured_share": round(colour, 5)}))
    light, tint = _waves(photo, lines, rules)
    if max(light, tint) > rules.min_wave:
        measures = {"light_wave": round(light, 1), "colour_wave": round(tint, 1)}
        flags.append(Flag(Reason.SCREEN_RECAPTURE, measures=measures))
    return flags


def _coloured_share(sheet: Pixels, coloured: float) -> float:
    """The share of a sheet that is of another colour than its paper."""
    scale = 400 / max(sheet.shape[:2])
    small = cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(small, 5)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    tint = lab[..., 1:] - np.median(lab[..., 1:].reshape(-1, 2), axis=0)
    return float((np.hypot(tint[..., 0], tint[..., 1]) > coloured).mean())


def _waves(photo: Pixels, lines: Sequence[Corners], rules: RecaptureRules) -> tuple[float, float]:
    """How strong a regular wave is on blank paper, in light and in colour, in enough places."""
    light, tint = [], []
    for tile in _blank_tiles(photo, lines):
        red, green, blue = cv2.split(tile.astype(np.float32))
        light.append(_wave((red + green + blue) / 3, LIGHT_FROM, rules.light_amplitude))
        tints = (red - green, blue - green)
        tint.append(max(_wave(one, COLOUR_FROM, rules.colour_amplitude) for one in tints))
    return _in_share(light, rules.min_share), _in_share(tint, rules.min_share)


def _in_share(waves: Sequence[float], share: float) -> float:
    """The strength that this share of the waves reaches."""
    return sorted(waves, reverse=True)[int(len(waves) * share)] if waves else 0.0


def _blank_tiles(photo: Pixels, lines: Sequence[Corners]) -> list[Pixels]:
    centres = np.array([np.mean(line, axis=0) for line in lines])
    height, width = photo.shape[:2]
    tiles = []
    for y in np.linspace(centres[:, 1].min(), centres[:, 1].max(), GRID):
        for x in np.linspace(centres[:, 0].min(), centres[:, 0].max(), GRID):
            top, left = int(y - TILE / 2), int(x - TILE / 2)
            inside = min(top, left) >= 0 and top + TILE <= height and left + TILE <= width
            if inside and np.abs(centres - [x, y]).max(1).min() < NEAR_TEXT:
                tiles.append(photo[top : top + TILE, left : left + TILE])
    return sorted(tiles, key=_inked)[:TILES]


def _inked(tile: Pixels) -> float:
    dark, middle = np.percentile(tile[::2, ::2, 1], [3, 50])
    return float(middle - dark)


def _wave(values: NDArray[np.float32], lowest: float, min_amplitude: float) -> float:
    """The strongest wave of at least `lowest` cycles a pixel, against the spectrum around it.

    0 where its amplitude is less than `min_amplitude`.
    """
    flat = values - cv2.blur(values, (31, 31))
    limit = 3 * float(np.median(np.abs(flat[::2, ::2]))) + 1  # ink must not ring
    waves = cv2.dft(np.clip(flat, -limit, limit) * _WINDOW, flags=cv2.DFT_COMPLEX_OUTPUT)
    amplitude = np.fft.fftshift(cv2.magnitude(waves[..., 0], waves[..., 1]) * _SCALE)
    high = np.where(lowest < _FREQUENCY, amplitude, 0)
    peak = np.unravel_index(high.argmax(), high.shape)
    if high[peak] < min_amplitude:
        return 0.0
    return float(high[peak] / max(cv2.blur(amplitude, (25, 25))[peak], 1e-6))


_WINDOW = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)
_SCALE = float(2 / _WINDOW.sum())
_FREQUENCY = np.hypot(*np.meshgrid(*[np.fft.fftshift(np.fft.fftfreq(TILE))] * 2))
