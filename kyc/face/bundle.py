"""The file of Google's face landmarker: three networks and a canonical face in space."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_COORDINATES = 5  # of a vertex: three in space, two in a texture


@dataclass(frozen=True)
class CanonicalFace:
    """Some landmarks of an average face looking ahead, and the weight of each in a pose."""

    landmarks: npt.NDArray[np.intp]  # (n,), in the mesh's numbering
    points: npt.NDArray[np.float64]  # (n, 3), centimetres; x to its left, y up, z to the front
    weights: npt.NDArray[np.float64]  # (n,)

    @cached_property
    def roots(self) -> npt.NDArray[np.float64]:
        """Of the weights, (n,)."""
        return np.asarray(np.sqrt(self.weights))

    @cached_property
    def centred(self) -> npt.NDArray[np.float64]:
        """The points about their weighted middle, each times its root, (3, n)."""
        source = self.points.T * self.roots
        middle = (source * self.roots).sum(1, keepdims=True) / self.weights.sum()
        return np.asarray(source - middle * self.roots)

    @cached_property
    def spread(self) -> float:
        """The weighted sum of the points' squares about that middle."""
        return float((self.centred * self.points.T * self.roots).sum())


@dataclass(frozen=True)
class LandmarkerBundle:
    """Three TensorFlow Lite networks, as bytes, and the face that poses are measured against."""

    detector: bytes
    mesh: bytes
    expressions: bytes
    face: CanonicalFace

    @classmethod
    def load(cls, path: Path) -> LandmarkerBundle:
        """The bundle in a `face_landmarker.task` file.

        Raises FileNotFoundError, `zipfile.BadZipFile`, or KeyError for another task's file.
        """
        with zipfile.ZipFile(path) as file:
            return cls(
                detector=file.read("face_detector.tflite"),
                mesh=file.read("face_landmarks_detector.tflite"),
                expressions=file.read("face_blendshapes.tflite"),
                face=_canonical_face(file.read("geometry_pipeline_metadata_landmarks.binarypb")),
            )


def _canonical_face(content: bytes) -> CanonicalFace:
    metadata = _geometry_message()
    metadata.ParseFromString(content)
    vertices = np.array(metadata.canonical_mesh.vertex_buffer).reshape(-1, _COORDINATES)
    landmarks = np.array([entry.landmark_id for entry in metadata.procrustes_landmark_basis])
    return CanonicalFace(
        landmarks=landmarks,
        points=vertices[landmarks, :3],
        weights=np.array([entry.weight for entry in metadata.procrustes_landmark_basis]),
    )


def _geometry_message() -> Any:
    """An empty `mediapipe.face_geometry.GeometryPipelineMetadata`, of the fields read here."""
    from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field
    from google.protobuf.descriptor_pb2 import FileDescriptorProto
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.message_factory import GetMessageClass

    many, one = Field.LABEL_REPEATED, Field.LABEL_OPTIONAL
    schema = FileDescriptorProto(name="geometry.proto", package="geometry", syntax="proto2")
    mesh = schema.message_type.add(name="Mesh")
    mesh.field.add(name="vertex_buffer", number=3, label=many, type=Field.TYPE_FLOAT)
    entry = schema.message_type.add(name="Entry")
    entry.field.add(name="landmark_id", number=1, label=one, type=Field.TYPE_UINT32)
    entry.field.add(name="weight", number=2, label=one, type=Field.TYPE_FLOAT)
    metadata = schema.message_type.add(name="Metadata")
    parts = (("canonical_mesh", 1, one, "Mesh"), ("procrustes_landmark_basis", 2, many, "Entry"))
    for name, number, label, kind in parts:
        metadata.field.add(
            name=name,
            number=number,
            label=label,
            type=Field.TYPE_MESSAGE,
            type_name=f".geometry.{kind}",
        )
    pool = DescriptorPool()
    pool.Add(schema)
    return GetMessageClass(pool.FindMessageTypeByName("geometry.Metadata"))()
