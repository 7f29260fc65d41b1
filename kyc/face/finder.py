"""Faces in a picture: landmarks, head pose and expression.

The networks are those of Google's face landmarker, run as MediaPipe runs them and with its results
(tests/integration/kyc/face/test_finder.py), without the threads and the memory of its runtime. The
pose differs: a head's angle is measured from the line of sight to the camera, wherever in the
picture the face is (`pose.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from kyc.face.bundle import LandmarkerBundle
from kyc.face.detector import FaceDetector
from kyc.face.mesh import FaceMesh
from kyc.face.picture import RGB, FaceRegion, Points
from kyc.face.pose import head_rotation

# Corners of both eyes, tip of the nose, corners of the mouth, in MediaPipe's numbering.
_RIGHT_EYE, _LEFT_EYE, _NOSE, _MOUTH = (33, 133), (362, 263), 1, (61, 291)


@dataclass(frozen=True)
class Face:
    """One face; angles in degrees, expressions 0..1, positions in pixels.

    `yaw` grows as the person turns from the camera to their own left, `pitch` as they look up.
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
        """Left, top, right and bottom of the landmarks, px."""
        (left, top), (right, bottom) = self.landmarks.min(0), self.landmarks.max(0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def width(self) -> float:
        """Width of the box, px."""
        left, _, right, _ = self.box
        return right - left


@dataclass(frozen=True)
class DetectedFace:
    """A face and the region of the picture in which its landmarks were located."""

    face: Face
    region: FaceRegion


class FaceFinder:
    """Finds faces. One instance a process, one call at a time."""

    def __init__(self, models: Path, max_faces: int = 2) -> None:
        """Load `face/face_landmarker.task` of a folder of models.

        Of more than `max_faces` faces in a picture only the best detections are returned.
        Raises as `LandmarkerBundle.load`, and ValueError for a network that is none.
        """
        bundle = LandmarkerBundle.load(models / "face/face_landmarker.task")
        self._detector, self._mesh = FaceDetector(bundle.detector), FaceMesh(bundle)
        self._canonical, self._max_faces = bundle.face, max_faces

    def find_subject(self, still: RGB) -> Face | None:
        """The face that a still picture is about, RGB uint8 (height, width, 3); None of none.

        Where the whole picture shows no face, further crops are searched: with a margin for faces
        cut by the edge, in parts for small ones (whole persons).
        """
        for crop, corner in _crops(still):
            faces = [shifted(face, corner) for face in self.find(crop)]
            if faces:
                return subject(faces, still.shape)
        return None

    def find(self, image: RGB) -> tuple[Face, ...]:
        """Faces of an RGB image uint8 (height, width, 3), the subject first."""
        return tuple(detected.face for detected in self.detect(image))

    def detect(self, image: RGB) -> tuple[DetectedFace, ...]:
        """As `find`, each face with the region in which it was found."""
        regions = self._detector.detect(image)[: self._max_faces]
        located = [(self.locate(image, region), region) for region in regions]
        found = [DetectedFace(face, region) for face, region in located if face is not None]
        return tuple(sorted(found, key=lambda one: -_prominence(one.face, image.shape)))

    def locate(self, image: RGB, region: FaceRegion) -> Face | None:
        """The face in a region of an RGB image; None where there is none."""
        marks = self._mesh.landmarks(image, region)
        return None if marks is None else self._face(marks, image.shape[0])

    def _face(self, marks: Points, height: int) -> Face:
        rotation = head_rotation(marks, height, self._canonical)
        expression = self._mesh.expression(marks)
        return Face(
            landmarks=marks[:, :2],
            yaw=float(np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2]))),
            pitch=float(np.degrees(np.arcsin(np.clip(rotation[1, 2], -1, 1)))),
            eyes_closed=expression.eyes_closed,
            mouth_open=expression.mouth_open,
        )


def subject(faces: Sequence[Face], shape: tuple[int, ...]) -> Face:
    """Of several faces in a picture of this shape the one that it is about: large and central.

    Raises ValueError of no faces.
    """
    return max(faces, key=lambda face: _prominence(face, shape))


def shifted(face: Face, corner: tuple[int, int]) -> Face:
    """The face of a crop in the pixels of the whole picture; `corner` is where the crop starts."""
    return replace(face, landmarks=face.landmarks + np.array(corner, np.float32))


def _prominence(face: Face, shape: tuple[int, ...]) -> float:
    """Area less twice the squared distance from the middle, px (as facenet's alignment chooses)."""
    low, high = face.landmarks.min(0), face.landmarks.max(0)
    offset = (low + high) / 2 - np.array([shape[1], shape[0]]) / 2
    return float(np.prod(high - low) - 2 * (offset**2).sum())


def _crops(still: RGB) -> Iterator[tuple[RGB, tuple[int, int]]]:
    """A still, with a margin around it, then in overlapping quarters; each with its corner, px."""
    yield still, (0, 0)
    height, width = still.shape[:2]
    y, x = height // 4, width // 4
    yield np.asarray(cv2.copyMakeBorder(still, y, y, x, x, cv2.BORDER_REPLICATE)), (-x, -y)
    for top in (0, height // 4, height // 2):
        for left in (0, width // 4, width // 2):
            yield still[top : top + height // 2, left : left + width // 2], (left, top)
