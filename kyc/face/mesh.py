"""A face's 478 landmarks and the expression of its eyes and mouth.

Attention Mesh (Grishchenko et al., 2020) and the network of expressions that comes with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from kyc.face.bundle import LandmarkerBundle
from kyc.face.network import LiteNetwork
from kyc.face.picture import RGB, FaceRegion, Points

SIDE = 256
LANDMARKS = 478
_BLINK_LEFT, _BLINK_RIGHT, _JAW_OPEN = 9, 10, 25
# The landmarks that the network of expressions takes, in the order of its training.
_EXPRESSION_INPUTS = [
    *(0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65),
    *(66, 67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136),
    *(144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168),
    *(172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276),
    *(282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318),
    *(321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380),
    *(381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466),
    *range(468, 478),
]


@dataclass(frozen=True)
class Expression:
    """How far eyes are closed and the mouth is open, 0..1; of the eyes the less closed one."""

    eyes_closed: float
    mouth_open: float


class FaceMesh:
    """Landmarks and expressions of detected faces. One instance a process."""

    def __init__(self, bundle: LandmarkerBundle) -> None:
        """Load two networks of a bundle. Raises ValueError for bytes that are none."""
        self._mesh = LiteNetwork(bundle.mesh)
        self._expressions = LiteNetwork(bundle.expressions)

    def landmarks(self, image: RGB, region: FaceRegion) -> Points | None:
        """Landmarks float32 (478, 3) of the face in a region of an RGB picture, or None.

        None where the network detects no face. In pixels of the picture; the third coordinate is
        depth, smaller nearer the camera.
        """
        view = region.crop(image, SIDE, cv2.BORDER_REPLICATE)
        marks, presence, _ = self._mesh(np.divide(view[None], 255, dtype=np.float32))
        if presence.item() <= 0:  # log-odds
            return None
        return _in_picture(marks.reshape(LANDMARKS, 3), region, image.shape)

    def expression(self, landmarks: Points) -> Expression:
        """The expression of a face with these landmarks (478, 2) or (478, 3)."""
        (shapes,) = self._expressions(landmarks[None, _EXPRESSION_INPUTS, :2])
        return Expression(
            eyes_closed=float(min(shapes[_BLINK_LEFT], shapes[_BLINK_RIGHT])),
            mouth_open=float(shapes[_JAW_OPEN]),
        )


def _in_picture(marks: Points, region: FaceRegion, shape: tuple[int, ...]) -> Points:
    """Pixels of a region's crop as pixels of the picture."""
    cosine, sine = np.cos(region.angle), np.sin(region.angle)
    x, y = ((marks[:, :2] / SIDE - 0.5) * region.size).T
    # Depth is stretched as the region's upper edge is in a picture made square: MediaPipe's way.
    stretch = np.hypot(cosine, sine * shape[1] / shape[0])
    columns = [
        x * cosine - y * sine + region.centre[0],
        x * sine + y * cosine + region.centre[1],
        marks[:, 2] / SIDE * region.size[0] * stretch,
    ]
    return np.stack(columns, 1).astype(np.float32)
