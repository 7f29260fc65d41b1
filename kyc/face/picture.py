"""Pictures, and regions in them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

RGB = npt.NDArray[np.uint8]  # (height, width, 3)
Points = npt.NDArray[np.float32]  # (n, 2) or (n, 3), px

_CORNERS = np.array([[0, 1], [0, 0], [1, 0], [1, 1]], np.float32)  # in the order of boxPoints


@dataclass(frozen=True)
class FaceRegion:
    """A rectangle of a picture in which a face stands upright.

    `centre` and `size` (width, height) in px; turned clockwise by `angle` radians.
    """

    centre: tuple[float, float]
    size: tuple[float, float]
    angle: float = 0.0

    def shifted(self, right: float, down: float) -> FaceRegion:
        """The region so many px further right and down."""
        return replace(self, centre=(self.centre[0] + right, self.centre[1] + down))

    def crop(self, image: RGB, side: int, border: int) -> RGB:
        """The region's part of a picture, upright and stretched to (side, side, 3).

        `border` is OpenCV's border type, for what lies beyond the picture.
        """
        corners = cv2.boxPoints((self.centre, self.size, float(np.degrees(self.angle))))
        matrix = cv2.getPerspectiveTransform(corners, _CORNERS * side)
        crop = cv2.warpPerspective(image, matrix, (side, side), borderMode=border)
        return np.asarray(crop, np.uint8)
