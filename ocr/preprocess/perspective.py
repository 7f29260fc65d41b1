"""The map that lays a sheet level and parallel, by the lines of its text.

Parallel lines seen in perspective meet in a vanishing point; sending it to infinity makes them
parallel again (Hartley and Zisserman, Multiple View Geometry, 2nd ed., 8.6).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ocr.geometry import Matrix, Quad, transformed, translation

MIN_FOR_PERSPECTIVE = 5  # lines
MAX_KEYSTONE = 0.45  # how far the lines of a page may run together from side to side


def levelling(quads: Sequence[Quad], usable: Sequence[bool], direction: float) -> Matrix:
    """The map after which lines run level, and parallel where enough `usable` ones show how.

    `quads` begin at the top left of text that runs in `direction`, degrees.
    """
    centre = np.mean([quad.mean(0) for quad in quads], axis=0)
    reach = float(np.ptp(np.concatenate(list(quads)), axis=0).max()) or 1.0
    turn = np.radians(direction)
    rotate = np.array(
        [[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]]
    )
    plain = np.diag([1 / reach, 1 / reach, 1.0]) @ rotate @ translation(-centre)
    back = np.diag([reach, reach, 1.0])
    middles = [
        transformed(np.array([(q[0] + q[3]) / 2, (q[1] + q[2]) / 2]), plain)
        for q, long in zip(quads, usable, strict=True)
        if long
    ]
    if len(middles) < MIN_FOR_PERSPECTIVE:
        return np.asarray(back @ plain)
    # Slope over the page: how steep at its middle, and how much steeper further down.
    slopes = np.array([(b[1] - a[1]) / max(b[0] - a[0], 1e-6) for a, b in middles])
    heights = np.array([(a[1] + b[1]) / 2 for a, b in middles])
    weights = np.array([b[0] - a[0] for a, b in middles])
    steep, fan = _robust_line(heights, slopes, weights)
    fan = float(np.clip(fan, -MAX_KEYSTONE, MAX_KEYSTONE))
    straighten = np.array([[1, 0, 0], [-steep, 1, 0], [fan, 0, 1]])
    return np.asarray(back @ straighten @ plain)


def _robust_line(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> tuple[float, float]:
    """Offset and gradient of a line through most of the points (iterated reweighting)."""
    bend = weights.copy()
    offset, gradient = 0.0, 0.0
    for _ in range(8):
        gradient, offset = np.polyfit(x, y, 1, w=np.sqrt(bend))
        off = np.abs(y - offset - gradient * x)
        bend = weights / (1 + (off / 0.01) ** 2)  # half a degree
    return float(offset), float(gradient)
