"""Pictures, quadrilaterals in them, and maps between planes: what all stages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]  # (height, width, 3), RGB unless said otherwise
LazyPixels = Callable[[], Pixels]  # made when first asked for
Quad = npt.NDArray[np.float64]  # (4, 2), the text's own top left first, clockwise
Points = npt.NDArray[np.float64]  # (n, 2)
Matrix = npt.NDArray[np.float64]  # (3, 3), a homography
Corners = tuple[tuple[float, float], ...]  # a quad as plain numbers: four (x, y)

MAX_ASKEW = 8.0  # degrees


def crop_quad(image: Pixels, quad: Quad) -> Pixels:
    """The inside of a quad, laid level, uint8 (its height, its width, 3)."""
    across = np.linalg.norm([quad[1] - quad[0], quad[2] - quad[3]], axis=1)
    down = np.linalg.norm([quad[3] - quad[0], quad[2] - quad[1]], axis=1)
    width, height = max(float(across.max()), 1.0), max(float(down.max()), 1.0)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    size = (int(width + 0.5), int(height + 0.5))
    return np.asarray(
        cv2.warpPerspective(
            image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def least(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The least of three channels at each pixel; by numpy's own axis it takes ten times as long."""
    return np.asarray(np.minimum(np.minimum(pixels[..., 0], pixels[..., 1]), pixels[..., 2]))


def most(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The greatest of three channels at each pixel, likewise."""
    return np.asarray(np.maximum(np.maximum(pixels[..., 0], pixels[..., 1]), pixels[..., 2]))


def is_askew(quad: Quad) -> bool:
    """Whether a line runs several degrees off level; False for short ones, which cannot say."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    if np.linalg.norm(across) < 2.5 * np.linalg.norm(down):
        return False
    return bool(abs(across[1]) > np.tan(np.radians(MAX_ASKEW)) * abs(across[0]))


def quad_in_direction(quad: Quad, direction: float) -> Quad:
    """The quad's corners, beginning at the top left of text that runs in `direction`, degrees."""
    along = np.array([np.cos(np.radians(direction)), np.sin(np.radians(direction))])
    sides = [float((quad[(k + 1) % 4] - quad[k]) @ along) for k in range(4)]
    return np.roll(quad, -int(np.argmax(sides)), axis=0)


def quad_height(quad: Quad) -> float:
    """The mean height of a quad, px."""
    return float(np.linalg.norm((quad[3] + quad[2] - quad[0] - quad[1]) / 2))


def transformed(points: Points, matrix: Matrix) -> Points:
    """Points mapped by a homography."""
    spread = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(spread[:, :2] / spread[:, 2:])


def translation(by: Points) -> Matrix:
    """The homography that moves points by (x, y)."""
    return np.array([[1, 0, by[0]], [0, 1, by[1]], [0, 0, 1.0]])


def frame_corners(photo: Pixels) -> Quad:
    """The corners of a picture."""
    height, width = photo.shape[:2]
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], float)


def extents_overlap(one: Iterable[Iterable[Corners]], other: Iterable[Iterable[Corners]]) -> bool:
    """Whether the upright rectangles around two sets of quads overlap."""
    (low, high), (its_low, its_high) = _extent(one), _extent(other)
    return bool((np.maximum(low, its_low) < np.minimum(high, its_high)).all())


def _extent(sets: Iterable[Iterable[Corners]]) -> tuple[Points, Points]:
    corners = [point for quads in sets for quad in quads for point in quad]
    points = np.array(corners or [(0.0, 0.0)])
    return points.min(0), points.max(0)
