"""Light and sharpness of a face in one picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from kyc.face.embedding import align
from kyc.face.finder import Face
from kyc.face.picture import RGB

SKIN = slice(24, 104), slice(20, 92)  # rows and columns of the aligned face without background


@dataclass(frozen=True)
class FaceQuality:
    """How well a face can be seen."""

    light: float  # mean of the skin, 0..255
    sharpness: float  # variance of the Laplacian at 112 px, from 0


def face_quality(image: RGB, face: Face) -> FaceQuality:
    """The quality of a face in an RGB picture uint8 (height, width, 3)."""
    grey = cv2.cvtColor(align(image, face), cv2.COLOR_RGB2GRAY)
    _, deviation = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return FaceQuality(float(grey[SKIN].mean()), float(deviation.item() ** 2))
