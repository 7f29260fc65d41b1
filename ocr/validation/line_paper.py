"""The paper around a line of print: whether other paper came with the line.

Who covers a field and types it anew lays paper over paper: it is lighter or darker between the
characters than above and below them, has another noise, and ends above and below the line. Light
that is uneven over a sheet, as glare or a fold leaves it, has no end on both sides of a line.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ocr.geometry import least, most

Floats = NDArray[np.float64]
Map = NDArray[np.float32]  # (height, width)

FAINT = 0.12  # share of the paper's light: pixels that lack more are not blank
TINTED = 0.06  # by which shares of the paper's light differ between channels: marks, no paper
MIN_PAPER, MIN_CALM = 40, 25  # px of paper whose light, whose noise is measured
QUIET = 0.15  # levels of 255: noise below is none
SAMPLED = 3  # every so many pixels of the paper around a line are enough
EDGE = 0.1  # line heights on each side of an edge, over which the paper's light is taken
MIN_ROW, MIN_BLANK = 0.15, 8  # of a row of pixels, share and number, that must be blank paper
MIN_STEPS = 3  # from row to row on each side, of which one may be the edge


@dataclass(frozen=True)
class LinePaper:
    """What was measured of the paper around a line.

    By channel, float64 (3,), logarithms: `step` by how much the paper between the characters is
    lighter than above and below them, `edge` by how much it becomes lighter at once on both sides
    of the line. `noise` is the logarithm of its fine noise over that above and below. All are 0
    where too little paper is seen.
    """

    step: Floats
    edge: Floats
    noise: float


def line_paper(crop: Map, share: Map, inner: tuple[int, int, int, int]) -> LinePaper:
    """The paper of a line that was laid level.

    `crop` float32 (height, width, 3), levels of 255; `share` the same as shares of the paper's
    light; `inner` top, bottom, left and right of the line in both.
    """
    top, bottom, left, right = inner
    reach = max((bottom - top) // 12, 1)
    tints = cv2.blur(share, (3, 3))
    inked = _darker(crop[..., 0], slice(left, right)) | (most(tints) - least(tints) > TINTED)
    blank = _grown(inked, reach) == 0
    edge = _edge(crop[:, left:right], blank[:, left:right], top, bottom)
    near, far = np.zeros((2, *blank.shape), bool)
    near[top:bottom, left:right] = True
    apart = (bottom - top) // 5
    far[: max(top - apart, 1), left:right] = far[bottom + apart :, left:right] = True
    inside, outside = crop[blank & near], crop[blank & far][::SAMPLED]
    if min(len(inside), len(outside)) < MIN_PAPER:
        return LinePaper(np.zeros(3), edge, 0.0)
    step = np.log(_usual(inside) + 1) - np.log(_usual(outside) + 1)
    calm = _grown(inked, 2 * reach) == 0
    fine = np.abs(crop[..., 1] - cv2.GaussianBlur(crop[..., 1], (0, 0), 1.0))
    return LinePaper(step, edge, _noise_between(fine[calm & near], fine[calm & far]))


def _darker(light: Map, along: slice) -> NDArray[np.bool_]:
    """Where print is darker than the paper beside it in its own rows, whatever other rows show."""
    rows = cv2.blur(light[:, along], (3, 3))
    paper = cv2.dilate(rows, np.ones((1, 2 * len(rows) + 1), np.uint8))
    darker = np.zeros(light.shape, bool)
    darker[:, along] = light[:, along] < (1 - FAINT) * paper
    return darker


def _grown(marks: NDArray[np.bool_], by: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.dilate(marks.astype(np.uint8), np.ones((2 * by + 1,) * 2, np.uint8)))


def _usual(pixels: Map) -> Floats:
    """The mean by channel without the darkest and the lightest fifth."""
    ordered, fifth = np.sort(pixels, axis=0), len(pixels) // 5
    return np.asarray(ordered[fifth : len(pixels) - fifth].mean(0), np.float64)


def _noise_between(inside: Map, outside: Map) -> float:
    if min(len(inside), len(outside)) < MIN_CALM:
        return 0.0
    return float(np.log(np.median(inside) + QUIET) - np.log(np.median(outside) + QUIET))


def _edge(paper: Map, blank: NDArray[np.bool_], top: int, bottom: int) -> Floats:
    """The smaller of the largest steps into the line from above and from below, by channel.

    A step counts by what it is beyond the middle one: light that grows down a page is no edge.
    """
    width = max(round(EDGE * (bottom - top)), 2)
    steps = _steps(_rows(paper, blank), width)
    within = (bottom - top) // 8
    first = width + 1  # the row of the first step
    above, below = steps[: max(top + within - first, 0)], -steps[max(bottom - within - first, 0) :]
    above, below = (side[~np.isnan(side).any(1)] for side in (above, below))
    if min(len(above), len(below)) < MIN_STEPS:
        return np.zeros(3)
    above, below = above - np.median(above, axis=0), below - np.median(below, axis=0)
    lighter = np.minimum(above.max(0), below.max(0))
    darker = np.maximum(above.min(0), below.min(0))
    return np.asarray(np.where(lighter >= -darker, lighter, darker), np.float64)


def _rows(paper: Map, blank: NDArray[np.bool_]) -> Floats:
    """The logarithm of blank paper's light, row by row, (height, 3); NaN where little is blank."""
    count = blank.sum(1)
    light = np.stack([(channel * blank).sum(1) for channel in cv2.split(paper)], axis=1)
    rows = np.log(light / np.maximum(count, 1)[:, None] + 1)
    rows[count < max(MIN_BLANK, MIN_ROW * blank.shape[1])] = np.nan
    return np.asarray(rows)


def _steps(rows: Floats, width: int) -> Floats:
    """What the mean of `width` rows is above that of `width` rows before them, one row between.

    NaN where half of either is.
    """
    if len(rows) < 2 * width + 2:
        return np.zeros((0, rows.shape[1]))
    windows = sliding_window_view(rows, width, axis=0)
    seen = ~np.isnan(windows)
    count = seen.sum(-1)
    means = np.where(seen, windows, 0.0).sum(-1) / np.maximum(count, 1)
    means[2 * count < width] = np.nan
    return np.asarray(means[width + 1 :] - means[: -width - 1])
