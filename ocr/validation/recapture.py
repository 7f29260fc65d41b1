"""Whether a photo shows paper in colour, a black-and-white copy, or a screen.

A copy has no colour where the form has some: emblem, seal, blue labels, portrait. A screen's grid
of coloured dots beats with the camera's (moire, e.g. Garcia and de Queiroz, "Face-spoofing
2D-detection based on moire-pattern analysis", IEEE TIFS 2015): a regular wave on blank paper. The
fine lines of security print make one too. Of light: everywhere the same in a scan, where a beat
drifts with the smallest change of scale. Of colour: an ink darkens all channels in the same places,
where the dots of a screen lie beside each other, so that its channels are out of phase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from core.reasons import Reason
from ocr.geometry import Corners, Pixels
from ocr.validation.flags import Flag

Map = NDArray[np.float32]  # (height, width)

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
    `colour_amplitude` grey levels of 255, in a `min_share` of the places sampled. A wave of light
    that drifts from place to place by no more than `max_print_drift`, cycles a pixel, is print, and
    so is a wave of colour of which the channels have more than `max_in_phase` in common, 0..1.
    """

    coloured: float
    min_coloured: float
    min_wave: float
    light_amplitude: float
    colour_amplitude: float
    min_share: float
    max_print_drift: float
    max_in_phase: float


@dataclass(frozen=True)
class _Wave:
    """A wave's strength against the spectrum around it, and its frequency, cycles a pixel."""

    strength: float
    frequency: tuple[float, float]


_NO_WAVE = _Wave(0.0, (0.0, 0.0))


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
        channels = cv2.split(tile.astype(np.float32))
        light.append(_wave(np.mean(channels, axis=0), LIGHT_FROM, rules.light_amplitude))
        tint.append(_colour_strength(channels, rules))
    strengths = [wave.strength for wave in light]
    if _drift([wave for wave in light if wave.strength]) <= rules.max_print_drift:
        strengths = []
    return _in_share(strengths, rules.min_share), _in_share(tint, rules.min_share)


def _colour_strength(channels: Sequence[Map], rules: RecaptureRules) -> float:
    """The strength of the wave of colour in a tile, without waves of inks."""
    red, green, blue = channels
    tints = (red - green, blue - green)
    if not any(_wave(one, COLOUR_FROM, rules.colour_amplitude).strength for one in tints):
        return 0.0
    dots = _apart(channels, rules.max_in_phase)
    return max(_wave(one, COLOUR_FROM, rules.colour_amplitude, dots).strength for one in tints)


def _apart(channels: Sequence[Map], max_in_phase: float) -> Pixels:
    """Which frequencies of a spectrum, not shifted, have no more in common between channels, 1, 0.

    What they have in common is the sum of their waves over the sum of their amplitudes: 1 where all
    rise and fall together, 0 where three follow each other by a third of a wave.
    """
    waves = np.array([_spectrum(one) for one in channels])
    amplitudes = np.hypot(waves[..., 0], waves[..., 1]).sum(0)
    together = np.hypot(*np.moveaxis(waves.sum(0), -1, 0))
    return np.asarray(together <= max_in_phase * amplitudes, np.uint8)


def _drift(waves: Sequence[_Wave]) -> float:
    """By how much the frequencies of waves differ from their median, in the middle case."""
    if not waves:
        return 0.0
    frequencies = np.array([wave.frequency for wave in waves])
    frequencies *= np.where(frequencies @ frequencies[0] < 0, -1, 1)[:, None]  # of no direction
    apart = frequencies - np.median(frequencies, axis=0)
    return float(np.median(np.hypot(*apart.T)))


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
    return sorted(tiles, key=inked)[:TILES]


def inked(tile: Pixels) -> float:
    """By how much the darkest of a tile are darker than its middle.

    `np.percentile`, by the number of pixels of each level: there are only so many levels.
    """
    counts = np.bincount(tile[::2, ::2, 1].ravel(), minlength=256).cumsum()
    places = np.array([0.03, 0.5]) * (counts[-1] - 1)
    whole = np.floor(places)
    low, high = (np.searchsorted(counts, whole + step, side="right") for step in (0, 1))
    dark, middle = low + (places - whole) * (high - low)
    return float(middle - dark)


def _wave(values: Map, lowest: float, min_amplitude: float, counted: Pixels | None = None) -> _Wave:
    """The strongest wave of at least `lowest` cycles a pixel; `_NO_WAVE` where it is too weak.

    `counted` 1 at the frequencies that may be one, of a spectrum that is not shifted.
    """
    waves = _spectrum(values)
    plain = cv2.magnitude(waves[..., 0], waves[..., 1])
    allowed = _above(lowest) if counted is None else _above(lowest) & counted
    if cv2.minMaxLoc(plain, allowed)[1] * _SCALE < min_amplitude:  # nearly every tile
        return _NO_WAVE
    amplitude = np.fft.fftshift(plain * _SCALE)
    high = np.where(np.fft.fftshift(allowed), amplitude, 0)
    peak = np.unravel_index(high.argmax(), high.shape)
    strength = float(high[peak] / max(cv2.blur(amplitude, (25, 25))[peak], 1e-6))
    y, x = (_between_bins(amplitude, peak, axis) for axis in (0, 1))
    return _Wave(strength, (x, y))


def _spectrum(values: Map) -> NDArray[np.float32]:
    """Of what differs from what is around it, (TILE, TILE, 2); ink is cut off, lest it rings."""
    flat = values - cv2.blur(values, (31, 31))
    limit = 3 * float(np.median(np.abs(flat[::2, ::2]))) + 1
    waves = cv2.dft(np.clip(flat, -limit, limit) * _WINDOW, flags=cv2.DFT_COMPLEX_OUTPUT)
    return np.asarray(waves, np.float32)


def _between_bins(amplitude: NDArray[np.float64], peak: Sequence[np.intp], axis: int) -> float:
    """The frequency of a peak along an axis, cycles a pixel, by a parabola through three bins."""
    place = int(peak[axis])
    row = np.take(amplitude, int(peak[1 - axis]), axis=1 - axis)
    before, at, after = np.log(np.take(row, [place - 1, place, place + 1], mode="wrap") + 1e-6)
    bend = before - 2 * at + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float((place + shift) / TILE - 0.5)


_WINDOW = np.outer(np.hanning(TILE), np.hanning(TILE)).astype(np.float32)
_SCALE = float(2 / _WINDOW.sum())
_FREQUENCY = np.hypot(*np.meshgrid(*[np.fft.fftshift(np.fft.fftfreq(TILE))] * 2))


@cache
def _above(lowest: float) -> Pixels:
    """Where a spectrum that is not shifted has frequencies above `lowest`, 1 and 0."""
    return np.asarray(np.fft.ifftshift(lowest < _FREQUENCY), np.uint8)
