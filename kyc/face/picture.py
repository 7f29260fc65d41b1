"""Pictures, and places in them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

RGB = npt.NDArray[np.uint8]  # (height, width, 3)
Points = npt.NDArray[np.float32]

_CORNERS = np.array([[0, 1], [0, 0], [1, 0], [1, 1]], np.float32)  # in the order of boxPoints


@dataclass(frozen=True)
class Place:
    """A rectangle in a picture, px; turned clockwise by `turn` radians."""

    centre: tuple[float, float]
    size: tuple[float, float]
    turn: float = 0.0

    def moved(self, right: float, down: float) -> Place:
        return replace(self, centre=(self.centre[0] + right, self.centre[1] + down))

    def cut(self, image: RGB, side: int, border: int) -> RGB:
        """What is there, (side, side, 3); `border` is what OpenCV puts beyond the picture."""
        corners = cv2.boxPoints((self.centre, self.size, float(np.degrees(self.turn))))
        matrix = cv2.getPerspectiveTransform(corners, _CORNERS * side)
        cut = cv2.warpPerspective(image, matrix, (side, side), borderMode=border)
        return np.asarray(cut, np.uint8)
