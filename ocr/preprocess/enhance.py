"""Light evened out, dark photos brightened, watermarks removed, seals made as light as paper."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Pixels, Quad, is_askew, most

WATERMARK_LINES = 3  # askew
PALE = (0.5, 0.95)  # of paper: how light a watermark's ink may be taken to be
MARK_MARGIN = 0.04  # of paper: ink must be darker than the mark's by this much to be found,
SOFT = 0.10  # and is drawn up to this much lighter, so that strokes keep their edges
DIM, BRIGHT = 130, 220  # of 255: paper darker than the one is brightened to the other
STAMPED = 0.01  # of a line's pixels red: a seal lies over it


def brightened(pixels: Pixels) -> Pixels:
    """A photo taken in little light, made as bright as others are; others unchanged."""
    light = float(np.percentile(most(pixels[::8, ::8]), 90))
    if light > DIM:
        return pixels
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=BRIGHT / max(light, 16.0)), np.uint8)


def even_paper(channel: Pixels, lightest: float = 0.98) -> Pixels:
    """One channel (height, width) of a page with its light evened out, three channels wide.

    Paper becomes white and the darkest ink black, in shadow and in glare alike; what is lighter
    than `lightest` times its paper becomes white too.
    """
    share = _lightness(channel)
    ink = min(float(np.percentile(share[::3, ::3], 0.5)), lightest - 0.2)
    share -= ink
    share *= 255 / (lightest - ink)
    even = np.clip(share, 0, 255, out=share).astype(np.uint8)
    return np.asarray(cv2.cvtColor(even, cv2.COLOR_GRAY2RGB), np.uint8)


def watermark(quads: Sequence[Quad]) -> list[Quad]:
    """The lines that run askew across the level text, where there are several."""
    level = [quad for quad in quads if not is_askew(quad)]
    if not level:
        return []
    corners = np.concatenate(level)
    low, high = np.percentile(corners, 10, axis=0), np.percentile(corners, 90, axis=0)
    across = [
        quad
        for quad in quads
        if is_askew(quad) and (low < quad.mean(0)).all() and (quad.mean(0) < high).all()
    ]
    return across if len(across) >= WATERMARK_LINES else []


def without_watermark(pixels: Pixels, marks: Sequence[Quad]) -> tuple[Pixels, Pixels]:
    """A page without its watermark: `without_pale_ink` as light as that of the marks' lines."""
    return without_pale_ink(pixels, _ink_lightness(_lightness(most(pixels)), marks))


def without_pale_ink(pixels: Pixels, lightness: float) -> tuple[Pixels, Pixels]:
    """A picture without ink as light as this share of its paper, nor coloured ink.

    Returned twice: to detect lines in, and with softer edges to read.
    """
    ink = most(pixels)
    pale = lightness - MARK_MARGIN
    to_detect = even_paper(ink, float(np.clip(pale, *PALE)))
    to_read = even_paper(ink, float(np.clip(pale + SOFT, *PALE)))
    return to_detect, to_read


def has_seal(crop: Pixels) -> bool:
    """Whether a red seal lies over a line."""
    red, green, blue = (crop[..., k].astype(np.int16) for k in range(3))
    return bool(((red > 90) & (red - np.maximum(green, blue) > 50)).mean() > STAMPED)


def red_channel(crop: Pixels) -> Pixels:
    """The red channel, three times: red ink is as light as paper in it."""
    return np.repeat(crop[..., :1], 3, axis=2)


def _lightness(channel: Pixels) -> NDArray[np.float32]:
    """How light each pixel is, as a share of the paper around it."""
    scale = min(1.0, 300 / max(channel.shape))
    small = cv2.resize(channel, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    light = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    light = cv2.GaussianBlur(light, (15, 15), 0)
    size = (channel.shape[1], channel.shape[0])
    background = np.maximum(cv2.resize(light, size, interpolation=cv2.INTER_LINEAR), 16)
    return np.asarray(np.divide(channel, background, dtype=np.float32))


def _ink_lightness(share: NDArray[np.float32], quads: Sequence[Quad]) -> float:
    """How light the ink of some lines is, as a share of their paper; 1 where there is none."""
    inks = []
    for quad in quads:
        (left, top), (right, bottom) = quad.min(0).astype(int), quad.max(0).astype(int)
        part = share[max(top, 0) : bottom + 1, max(left, 0) : right + 1]
        if part.size:
            inks.append(float(np.percentile(part, 10)))
    return float(np.median(inks)) if inks else 1.0
