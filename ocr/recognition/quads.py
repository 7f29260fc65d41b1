"""Detected quads corrected: ends that detectors cut off, words set under one another."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.geometry import LazyPixels, Quad, crop_quad

ENDS = (0.15, 0.60)  # line heights added before and after: detectors cut the last bracket off
TALL = 1.5  # a box higher than this many of its widths holds words set under one another
MIN_TALL = 24  # px: the height of such a box


def with_ends(quad: Quad, others: Sequence[Quad]) -> Quad:
    """The quad a little longer, but not into what stands before or after it on its row."""
    across = quad[1] - quad[0]
    height = float(np.linalg.norm(quad[3] - quad[0]))
    along = across / max(float(np.linalg.norm(across)), 1.0)
    low, high = float(quad[[1, 2], 1].min()), float(quad[[1, 2], 1].max())
    spaces = [end * height for end in ENDS]
    for other in others:
        overlap = min(high, float(other[:, 1].max())) - max(low, float(other[:, 1].min()))
        if other is quad or overlap < 0.3 * height:
            continue
        gaps = (
            float(quad[[0, 3], 0].min() - other[:, 0].max()),
            float(other[:, 0].min() - quad[[1, 2], 0].max()),
        )
        spaces = [
            min(s, max(g / 2, 0.0)) if g > -height else s for s, g in zip(spaces, gaps, strict=True)
        ]
    before, after = (space * along for space in spaces)
    return np.array([quad[0] - before, quad[1] + after, quad[2] + after, quad[3] - before])


def split_stacked(paper: LazyPixels, quad: Quad) -> Sequence[Quad]:
    """The quad itself, or, where labels stand under one another, a quad for each.

    `paper` is the page with its light evened.
    """
    width = float(np.linalg.norm(quad[1] - quad[0]))
    height = float(np.linalg.norm(quad[3] - quad[0]))
    if height < TALL * width or height < MIN_TALL:
        return [quad]
    crop = crop_quad(paper(), quad)[..., 0]
    _, ink = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    rows = (ink > 0).sum(1) > 0.06 * crop.shape[1]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(np.int8), [0]])))
    runs = [(s, e) for s, e in edges.reshape(-1, 2) if e - s > 0.35 * width]
    if len(runs) < 2:
        return [quad]
    pad = 0.12 * width
    return [_between(quad, (s - pad) / height, (e + pad) / height) for s, e in runs]


def grown(quad: Quad, share: float) -> Quad:
    """The quad taller by a share of its height above and below, lower where it is negative."""
    down = quad[3] - quad[0]
    return np.array(
        [
            quad[0] - share * down,
            quad[1] - share * down,
            quad[2] + share * down,
            quad[3] + share * down,
        ]
    )


def _between(quad: Quad, start: float, end: float) -> Quad:
    left, right = quad[3] - quad[0], quad[2] - quad[1]
    return np.array(
        [
            quad[0] + left * start,
            quad[1] + right * start,
            quad[1] + right * end,
            quad[0] + left * end,
        ]
    )
