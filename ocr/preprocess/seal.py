"""A red seal: its ink taken out of a picture, so that print under it can be read; its own letters.

Inks add up in optical density: by the colours of paper, seal and black print, the density of each
pixel is split into that of the seal and that of the print (colour deconvolution, Ruifrok and
Johnston, Analytical and Quantitative Cytology and Histology 23, 2001).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.geometry import Corners, Pixels

PAPER = 0.8  # line heights: wider than the strokes of print and seal
MIN_CHROMA = 0.15  # density that green and blue have more than red: below, there is no red ink
PURE = 97  # percentile of that among the pixels: what is redder is the seal's ink alone
BLACK = np.full(3, 3**-0.5)
MIN_RED, REDDER = 50, 0.18  # of 255; of the red channel: how much more it has than green and blue
MIN_CORNERS, MIN_DIAMETER = 12, 60  # of its outline; px
ROUND = 0.75  # of the longer axis: the shorter one of a round seal, also seen from aside
FILLED = 0.6  # of its square: red, from there on it is an emblem
BAND = (0.55, 0.93)  # of the radius: where the letters stand, inside of the ring
STRIP = 64  # px, the height of these
DARK = 0.6  # of paper: print
# Of that half: 12 printed offices of the shared set from .011, 47 of 57 other seals below .009.
MIN_PRINT = 0.009

Densities = npt.NDArray[np.float64]  # (height, width, 3)


def without_seal(pixels: Pixels, line_height: float) -> Pixels | None:
    """Print without the seal that lies over it, black on white; None where there is no red ink.

    `pixels` uint8 (height, width, 3), RGB, with some of the seal that lies beside the print, whose
    lines are `line_height` px high.
    """
    density = _density(pixels, line_height)
    seal = _seal_colour(density)
    if seal is None:
        return None
    amounts = density @ np.linalg.pinv(np.stack([seal, BLACK], axis=1)).T
    light = 255 * np.exp(-np.maximum(amounts[..., 1], 0))
    return np.repeat(light.astype(np.uint8)[..., None], 3, axis=2)


def _density(pixels: Pixels, line_height: float) -> Densities:
    """How much darker than the paper around it each pixel is, 0 and more, in each channel."""
    size = max(3, round(PAPER * line_height))
    closed = cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    paper = cv2.GaussianBlur(closed, (0, 0), size / 2).astype(np.float64) + 1
    return np.asarray(np.maximum(np.log(paper / (pixels.astype(np.float64) + 1)), 0))


def _seal_colour(density: Densities) -> npt.NDArray[np.float64] | None:
    """The direction of the seal's ink among densities, of length 1."""
    chroma = density[..., 1:].mean(2) - density[..., 0]
    red = density[chroma > max(float(np.percentile(chroma, PURE)), MIN_CHROMA)]
    if not len(red):
        return None
    colour = np.median(red, axis=0)
    return np.asarray(colour / np.linalg.norm(colour))


@dataclass(frozen=True)
class Seal:
    """A round seal as an ellipse: where it is, its axes and how it is turned, degrees; px."""

    centre: tuple[float, float]
    axes: tuple[float, float]
    turn: float

    @property
    def corners(self) -> Corners:
        """The upright square around it."""
        (x, y), reach = self.centre, max(self.axes) / 2
        around = ((-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach))
        return tuple((x + dx, y + dy) for dx, dy in around)


def find_seal(pixels: Pixels) -> Seal | None:
    """The largest ring of red ink on a page, uint8 (height, width, 3); None where there is none."""
    red, green, blue = (pixels[..., k].astype(np.int16) for k in range(3))
    ink = (red > MIN_RED) & (red - np.maximum(green, blue) > REDDER * red)
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    rings = [seal for outline in outlines if (seal := _ring(outline, ink)) is not None]
    return max(rings, key=lambda seal: min(seal.axes), default=None)


def _ring(outline: npt.NDArray[np.int32], ink: npt.NDArray[np.bool_]) -> Seal | None:
    """The ellipse around an outline, if it is nearly round and not filled as an emblem is."""
    hull = cv2.convexHull(outline)
    if len(hull) < MIN_CORNERS:
        return None
    (x, y), (width, height), turn = cv2.fitEllipse(hull)
    if min(width, height) < max(MIN_DIAMETER, ROUND * max(width, height)):
        return None
    left, top, wide, high = cv2.boundingRect(outline)
    filled = float(ink[top : top + high, left : left + wide].mean())
    return Seal((x, y), (width, height), turn) if filled < FILLED else None


def unrolled(pixels: Pixels, seal: Seal) -> Pixels:
    """The band of a seal's letters laid level, from its lowest point on clockwise (GB/T 33481).

    uint8 (64, width, 3); letters stand upright.
    """
    inner, outer = BAND
    width = round(np.pi * (inner + outer) * STRIP / (outer - inner))
    angles = np.linspace(np.pi / 2, np.pi / 2 + 2 * np.pi, width, endpoint=False)
    turn = np.radians(seal.turn)
    along = np.cos(angles - turn) * seal.axes[0] / 2
    across = np.sin(angles - turn) * seal.axes[1] / 2
    x = along * np.cos(turn) - across * np.sin(turn)
    y = along * np.sin(turn) + across * np.cos(turn)
    shares = np.linspace(outer, inner, STRIP)[:, None]
    columns = (seal.centre[0] + shares * x).astype(np.float32)
    rows = (seal.centre[1] + shares * y).astype(np.float32)
    return np.asarray(cv2.remap(pixels, columns, rows, cv2.INTER_CUBIC), np.uint8)


def is_printed_across(strip: Pixels) -> bool:
    """Whether print runs across the upper half of an unrolled seal, as an office's name does.

    The date runs across its lower half. Red ink is as light as paper in the red channel.
    """
    width = strip.shape[1]
    red = strip[:, width // 4 : 3 * width // 4, 0]
    dark = red < DARK * float(np.percentile(strip[..., 0], 80))
    return bool(dark.mean() > MIN_PRINT)
