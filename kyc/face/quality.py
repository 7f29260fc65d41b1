"""How well a face can be seen in one picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from kyc.face.embedding import align
from kyc.face.finder import Face
from kyc.face.picture import RGB

CORE = slice(24, 104), slice(20, 92)  # of the aligned face: skin, no background


@dataclass(frozen=True)
class FaceQuality:
    """`light` is the mean of the face, 0..255; `sharpness` its Laplacian's variance at 112 px."""

    light: float
    sharpness: float


def face_quality(image: RGB, face: Face) -> FaceQuality:
    """The quality of a face in an RGB picture uint8 (height, width, 3)."""
    grey = cv2.cvtColor(align(image, face), cv2.COLOR_RGB2GRAY)
    _, deviation = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return FaceQuality(float(grey[CORE].mean()), float(deviation.item() ** 2))
