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

from ocr.engine import Pixels
from ocr.findings import Corners, Flag

TILE = 192  # px of the photo
TILES = 8  # with least ink
GRID = 6  # places a side from which they are chosen
NEAR_TEXT = 150  # px: further from the document's text is not the document


@dataclass(frozen=True)
class RecaptureRules:
    """When a sheet counts as copied or shown on a screen.

    `coloured` is the CIE a*b* distance from the paper from which a pixel counts as coloured,
    `least_coloured` the share of such pixels on a sheet that is no copy. Waves count from
    `strong_wave` or `weak_wave` times the spectrum around them, with least amplitudes in grey
    levels of 255.
    """

    coloured: float
    least_coloured: float
    strong_wave: float
    weak_wave: float
    light_amplitude: float
    colour_amplitude: float


@dataclass(frozen=True)
class _Wave:
    prominence: float
    amplitude: float


def recapture_flags(
    photo: Pixels, sheet: Pixels, lines: Sequence[Corners], rules: RecaptureRules
) -> list[Flag]:
    """`photocopy` or `screen_recapture`, with its measure.

    `sheet` is the upright document's part with text and colour, `lines` where its text is in the
    photo.
    """
    flags = []
    colour = _coloured_share(sheet, rules.coloured)
    if colour < rules.least_coloured:
        flags.append(Flag("photocopy", measures={"coloured_share": round(colour, 5)}))
    light, tint = _waves(photo, lines)
    strong = (light.prominence > rules.strong_wave and light.amplitude > rules.light_amplitude) or (
        tint.prominence > rules.strong_wave and tint.amplitude > rules.colour_amplitude / 2
    )
    weak = tint.prominence > rules.weak_wave and tint.amplitude > rules.colour_amplitude
    if strong or weak:
        measures = {
            "light_wave": round(light.prominence, 1),
            "colour_wave": round(tint.prominence, 1),
        }
        flags.append(Flag("screen_recapture", measures=measures))
    return flags


def _coloured_share(sheet: Pixels, coloured: float) -> float:
    """The share of a sheet that is of another colour than its paper."""
    scale = 400 / max(sheet.shape[:2])
    small = cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(small, 5)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    tint = lab[..., 1:] - np.median(lab[..., 1:].reshape(-1, 2), axis=0)
    return float((np.hypot(tint[..., 0], tint[..., 1]) > coloured).mean())


def _waves(photo: Pixels, lines: Sequence[Corners]) -> tuple[_Wave, _Wave]:
    """The most regular wave on blank paper, in light and in colour; the median over places."""
    light, tint = [], []
    for tile in _blank_tiles(photo, lines):
        values = tile.astype(np.float32)
        light.append(_wave(values.mean(2), 0.1))
        tint.append(
            max(
                (_wave(values[..., k] - values[..., 1], 0.03) for k in (0, 2)),
                key=lambda wave: wave.prominence,
            )
        )
    return _middle(light), _middle(tint)


def _middle(waves: Sequence[_Wave]) -> _Wave:
    ordered = sorted(waves, key=lambda wave: -wave.prominence)
    return ordered[len(ordered) // 2] if ordered else _Wave(0.0, 0.0)


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


def _wave(values: NDArray[np.float32], lowest: float) -> _Wave:
    """The strongest wave of at least `lowest` cycles a pixel, against the spectrum around it."""
    flat = values - cv2.GaussianBlur(values, (0, 0), 12)
    limit = 3 * float(np.median(np.abs(flat))) + 1  # ink must not ring
    spectrum = np.abs(np.fft.fftshift(np.fft.fft2(np.clip(flat, -limit, limit) * _WINDOW)))
    amplitude = (spectrum * 2 / _WINDOW.sum()).astype(np.float32)
    around = cv2.blur(amplitude, (25, 25))
    high = np.where(lowest < _FREQUENCY, amplitude, 0)
    peak = np.unravel_index(high.argmax(), high.shape)
    return _Wave(float(high[peak] / max(around[peak], 1e-6)), float(high[peak]))


_WINDOW = np.outer(np.hanning(TILE), np.hanning(TILE))
_FREQUENCY = np.hypot(*np.meshgrid(*[np.fft.fftshift(np.fft.fftfreq(TILE))] * 2))
