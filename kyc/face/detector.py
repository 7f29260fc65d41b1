"""Approximate regions of faces: BlazeFace for short distances (Bazarevsky et al., 2019)."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from kyc.face.network import LiteNetwork
from kyc.face.picture import RGB, FaceRegion

Shapes = npt.NDArray[np.float64]  # (n, 8, 2): two corners, then six points of each face

SIDE = 128
# As MediaPipe runs the network:
MIN_SCORE = 0.5
SAME_FACE = 0.5  # intersection over union of two detections of one face
MARGIN = 1.5  # of a detected box: the region in which landmarks are located
_GRIDS = ((16, 2), (8, 6))  # cells a side, boxes a cell
_EYES = (2, 3)


class FaceDetector:
    """Finds faces within two metres of a camera. One instance a process."""

    def __init__(self, weights: bytes) -> None:
        """Load the network of a `LandmarkerBundle`. Raises ValueError for other bytes."""
        self._network = LiteNetwork(weights)
        self._anchors = _anchors()

    def detect(self, image: RGB) -> list[FaceRegion]:
        """Regions of the faces in an RGB picture uint8 (height, width, 3), by falling score."""
        height, width = image.shape[:2]
        side = max(height, width)
        square = FaceRegion((width / 2, height / 2), (side, side))
        whole = square.crop(image, SIDE, cv2.BORDER_CONSTANT)
        boxes, logits = self._network(whole[None].astype(np.float32) / 127.5 - 1)
        odds = logits[0, :, 0].astype(np.float64)
        likely = odds >= np.log(MIN_SCORE / (1 - MIN_SCORE))
        found = np.flatnonzero(likely & (boxes[0, :, 2:4] > 0).all(1))
        found = found[np.argsort(-odds[found], kind="stable")]
        margin = np.array([side - width, side - height]) / 2
        shapes = _shapes(boxes[0, found], self._anchors[found]) * side - margin
        return [_region(shape) for shape in _merged(shapes, 1 / (1 + np.exp(-odds[found])))]


def _anchors() -> Shapes:
    """The middle of each box's cell, (896, 1, 2), as shares of the picture's side."""
    middles = []
    for cells, boxes in _GRIDS:
        rows, columns = np.mgrid[:cells, :cells]
        grid = (np.stack([columns, rows], -1).reshape(-1, 1, 2) + 0.5) / cells
        middles.append(grid.repeat(boxes, 0))
    return np.concatenate(middles)


def _shapes(boxes: npt.NDArray[np.float32], anchors: Shapes) -> Shapes:
    """Outputs of the network, (n, 16), as shares of the picture's side."""
    points = boxes.reshape(-1, 8, 2).astype(np.float64) / SIDE
    middle, half = points[:, :1] + anchors, points[:, 1:2] / 2
    return np.concatenate([middle - half, middle + half, points[:, 2:] + anchors], 1)


def _merged(shapes: Shapes, scores: npt.NDArray[np.float64]) -> list[npt.NDArray[np.float64]]:
    """One shape a face: the mean, weighted by score, of those that overlap its best."""
    merged = []
    while len(shapes):
        same = _overlaps(shapes[0], shapes) > SAME_FACE
        same[0] = True
        merged.append(np.average(shapes[same], 0, scores[same]))
        shapes, scores = shapes[~same], scores[~same]
    return merged


def _overlaps(one: npt.NDArray[np.float64], shapes: Shapes) -> npt.NDArray[np.float64]:
    """Intersection over union of one box with each of several."""
    low = np.maximum(one[0], shapes[:, 0])
    high = np.minimum(one[1], shapes[:, 1])
    common = np.clip(high - low, 0, None).prod(1)
    areas = np.clip(shapes[:, 1] - shapes[:, 0], 0, None).prod(1)
    return np.asarray(common / np.maximum(areas[0] + areas - common, 1e-9))


def _region(shape: npt.NDArray[np.float64]) -> FaceRegion:
    low, high = shape[0], shape[1]
    right_eye, left_eye = shape[_EYES[0]], shape[_EYES[1]]
    x, y = (low + high) / 2
    width, height = (high - low) * MARGIN
    angle = np.arctan2(*(left_eye - right_eye)[::-1])
    return FaceRegion((float(x), float(y)), (float(width), float(height)), float(angle))
