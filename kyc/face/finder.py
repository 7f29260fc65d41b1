"""Faces in a picture: MediaPipe's 478 landmarks, head pose and expression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
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

    def find_subject(self, still: RGB) -> Face | None:
        """The one whom a still picture is about, looked for again where none is seen at first.

        Faces cut by the edge are found with a margin, small ones (whole persons) in parts.
        """
        for part, corner in _looks(still):
            faces = [moved(face, corner) for face in self.find(part)]
            if faces:
                return subject(faces, still.shape)
        return None

    def find(self, image: RGB) -> tuple[Face, ...]:
        """Faces of an RGB image uint8 (height, width, 3), the subject first."""
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
        return tuple(sorted(faces, key=lambda face: -_prominence(face, image.shape)))


def subject(faces: Sequence[Face], shape: tuple[int, ...]) -> Face:
    """Of several faces in a picture of this shape the one that it is about: large and central."""
    return max(faces, key=lambda face: _prominence(face, shape))


def moved(face: Face, by: tuple[int, int]) -> Face:
    """The face as seen in a picture of which the one that it was found in starts at `by`."""
    return replace(face, landmarks=face.landmarks + np.array(by, np.float32))


def _prominence(face: Face, shape: tuple[int, ...]) -> float:
    """Area less twice the squared distance from the middle, px (as facenet's alignment chooses)."""
    low, high = face.landmarks.min(0), face.landmarks.max(0)
    away = (low + high) / 2 - np.array([shape[1], shape[0]]) / 2
    return float(np.prod(high - low) - 2 * (away**2).sum())


def _looks(still: RGB) -> Iterator[tuple[RGB, tuple[int, int]]]:
    """A still, with a margin around it, then in overlapping quarters; each with its corner, px."""
    yield still, (0, 0)
    height, width = still.shape[:2]
    y, x = height // 4, width // 4
    yield np.asarray(cv2.copyMakeBorder(still, y, y, x, x, cv2.BORDER_REPLICATE)), (-x, -y)
    for top in (0, height // 4, height // 2):
        for left in (0, width // 4, width // 2):
            yield still[top : top + height // 2, left : left + width // 2], (left, top)


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
