"""Which way a head is turned: the canonical face moved onto its landmarks.

Weighted orthogonal Procrustes analysis (Gower and Dijksterhuis, 2004) under perspective, with the
camera that MediaPipe's face geometry assumes, pointed at the face. MediaPipe's is pointed at the
middle of the picture: there a photo that is slid through the picture, or a phone that moves in the
hand, seems to turn the head (`plane.slid` of `kaihu evaluate attacks`).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from kyc.face.bundle import CanonicalFace
from kyc.face.picture import Points

Matrix = npt.NDArray[np.float64]

FIELD_OF_VIEW = math.radians(63.0)  # from the picture's top to its bottom
_MESH = 468  # landmarks of the surface; the others are the irises
_DEPTH_SIGN = np.array([[1.0], [1.0], [-1.0]])  # landmarks' depth grows away from the camera


def head_rotation(landmarks: Points, height: int, face: CanonicalFace) -> Matrix:
    """Rotation (3, 3), scaled by nearly 1, from the canonical face to that of `landmarks`.

    `landmarks` are (478, 3), pixels of a picture of this `height`. Axes as the canonical face's,
    the third on the line of sight.
    """
    picture_height = 2 * math.tan(FIELD_OF_VIEW / 2)  # at a distance of 1
    unit = picture_height / height
    marks = landmarks[:_MESH].astype(np.float64).T
    screen = np.stack(
        [
            (marks[0] - marks[0].mean()) * unit,
            (marks[1].mean() - marks[1]) * unit,
            marks[2] * unit,
        ]
    )
    depth = screen[2].mean()
    screen = screen[:, face.landmarks]
    first = _fitted_scale(face, screen * _DEPTH_SIGN)
    second = _fitted_scale(face, _in_space(screen, depth, first))
    return _fit(face, _in_space(screen, depth, first * second))


def _in_space(screen: Matrix, depth: float, scale: float) -> Matrix:
    """Points of a picture (3, n) at the distance that makes them `scale` times smaller."""
    distance = (screen[2] - depth + 1) / scale
    points = np.stack([screen[0] * distance, screen[1] * distance, distance])
    return np.asarray(points * _DEPTH_SIGN)


def _fit(face: CanonicalFace, points: Matrix) -> Matrix:
    """The scaled rotation (3, 3) that moves the canonical face nearest to `points` (3, n)."""
    left, stretches, right = np.linalg.svd(_covariance(face, points))
    rotation = left @ right
    if np.linalg.det(rotation) < 0:
        left[:, 2] *= -1  # a reflection is no rotation
        stretches[2] *= -1
        rotation = left @ right
    return np.asarray(stretches.sum() / face.spread * rotation)


def _fitted_scale(face: CanonicalFace, points: Matrix) -> float:
    """The scale of `_fit`, without the rotation."""
    covariance = _covariance(face, points)
    stretches = np.linalg.svd(covariance, compute_uv=False)
    if np.linalg.det(covariance) < 0:
        stretches[2] *= -1
    return float(stretches.sum() / face.spread)


def _covariance(face: CanonicalFace, points: Matrix) -> Matrix:
    return np.asarray((points * face.roots) @ face.centred.T)
