"""Faces in a picture: MediaPipe's 478 landmarks, head pose and expression."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

RGB = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

# Corners of both eyes, tip of the nose, corners of the mouth, in MediaPipe's numbering.
_RIGHT_EYE, _LEFT_EYE, _NOSE, _MOUTH = (33, 133), (362, 263), 1, (61, 291)


@dataclass(frozen=True)
class Face:
    """One face; angles in degrees, expressions 0..1, positions in pixels.

    `yaw` grows as the person turns to their own left, `pitch` as they look up.
    """

    landmarks: Points  # (478, 2)
    yaw: float
    pitch: float
    eyes_closed: float
    mouth_open: float

    @property
    def five_points(self) -> Points:
        """Eye centres, nose tip and mouth corners, (5, 2), as seen from left to right."""
        marks = self.landmarks
        rows = [marks[list(_RIGHT_EYE)].mean(0), marks[list(_LEFT_EYE)].mean(0), marks[_NOSE]]
        return np.stack([*rows, marks[_MOUTH[0]], marks[_MOUTH[1]]]).astype(np.float32)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        (left, top), (right, bottom) = self.landmarks.min(0), self.landmarks.max(0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def width(self) -> float:
        left, _, right, _ = self.box
        return right - left


class FaceFinder:
    """Finds faces. Use as a context manager: MediaPipe wants to be closed."""

    def __init__(self, models: Path, most_faces: int = 2) -> None:
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(models / "face/face_landmarker.task")),
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
            num_faces=most_faces,
        )
        self._landmarker: Any = vision.FaceLandmarker.create_from_options(options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._landmarker.close()

    def find(self, image: RGB) -> tuple[Face, ...]:
        """Faces of an RGB image uint8 (height, width, 3), the widest first."""
        import mediapipe

        # MediaPipe reads rows of a strided array askew and then finds no face.
        pixels = np.ascontiguousarray(image)
        result = self._landmarker.detect(
            mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels)
        )
        found = zip(
            result.face_landmarks,
            result.facial_transformation_matrixes,
            result.face_blendshapes,
            strict=True,
        )
        faces = [_face(*parts, image.shape) for parts in found]
        return tuple(sorted(faces, key=lambda face: -face.width))


def _face(marks: Any, matrix: Any, shapes: Any, shape: tuple[int, ...]) -> Face:
    size = np.array([shape[1], shape[0]], np.float32)
    score = {category.category_name: category.score for category in shapes}
    rotation = np.asarray(matrix)[:3, :3]
    return Face(
        landmarks=np.array([(m.x, m.y) for m in marks], np.float32) * size,
        yaw=float(np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2]))),
        pitch=float(np.degrees(np.arcsin(np.clip(rotation[1, 2], -1, 1)))),
        eyes_closed=float(min(score["eyeBlinkLeft"], score["eyeBlinkRight"])),
        mouth_open=float(score["jawOpen"]),
    )
