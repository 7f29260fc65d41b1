"""Embeddings of aligned faces, and how alike two of them are.

SFace (Zhong et al., "SFace: sigmoid-constrained hypersphere loss", TIP 2021) and a MobileFaceNet,
which err on different people, are fused into one log-likelihood ratio. dlib's ResNet, through
face_recognition, is an independent second opinion: it adds no accuracy to the fusion
(`kaihu calibrate face`), but a person reviews a match that it doubts.
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

from core.inference import openvino_request
from kyc.face.dlib_network import DlibNetwork
from kyc.face.finder import Face
from kyc.face.network import LiteNetwork
from kyc.face.picture import RGB

Vector = npt.NDArray[np.float32]
BothWays = npt.NDArray[np.float32]  # (2, 112, 112, 3): an aligned face and its mirror image

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
    """The embeddings of one face by three networks; `sface` and `mobile` have length 1.

    `dlib` is None in portraits of 2026-11-29 and 2026-11-30 (ADR 0077); none is made any more.
    """

    sface: Vector  # (128,)
    mobile: Vector  # (192,)
    dlib: Vector | None  # (128,), compared by Euclidean distance

    def packed(self) -> bytes:
        """The template as little-endian float32, to be sealed and stored."""
        parts = [self.sface, self.mobile]
        parts += [] if self.dlib is None else [self.dlib]
        return bytes(np.concatenate(parts).astype("<f4").tobytes())

    @classmethod
    def unpacked(cls, content: bytes) -> FaceTemplate:
        """The template again from `packed`. Raises ValueError for one of other networks."""
        values = np.frombuffer(content, "<f4")
        if len(values) not in (SFACE + MOBILE, SFACE + MOBILE + DLIB):
            raise ValueError("a face template of other networks")
        sface, mobile, second = np.split(values, [SFACE, SFACE + MOBILE])
        return cls(sface, mobile, second if len(second) else None)


@dataclass(frozen=True)
class Similarity:
    """How alike two faces are; a `log_likelihood_ratio` above 0 supports one person."""

    sface: float  # cosine, -1..1
    mobile: float  # cosine, -1..1
    dlib: float | None  # Euclidean distance, from 0; None: one of them has no second opinion
    log_likelihood_ratio: float  # natural logarithm


@dataclass(frozen=True)
class FusionWeights:
    """Logistic regression over the two cosines; from the policy."""

    sface: float
    mobile: float
    offset: float


class FaceEmbedder:
    """Computes templates of faces. One instance a process, one call at a time."""

    def __init__(self, models: Path) -> None:
        """Load `face/sface.onnx` and `face/mobilefacenet.tflite` of a folder of models."""
        self._sface: Any = openvino_request(models / "face/sface.onnx", full_precision=True)
        self._mobile = LiteNetwork(models / "face/mobilefacenet.tflite")
        self._dlib = DlibNetwork()

    def embed(self, image: RGB, face: Face) -> FaceTemplate:
        """The template of a face in an RGB picture uint8 (height, width, 3)."""
        return self.embed_views([(image, face)])[0]

    def embed_views(self, views: Sequence[tuple[RGB, Face]]) -> tuple[FaceTemplate, float]:
        """One template of several views, the best first, and the lowest cosine between two views.

        The cosine is SFace's, -1..1; 1 of one view. dlib embeds the best view alone. Raises
        IndexError of no views.
        """
        aligned = [align(image, face) for image, face in views]
        both = [np.stack([a, a[:, ::-1]]).astype(np.float32) for a in aligned]
        by_view = [self._sface_vector(view) for view in both]
        best, face = views[0]
        template = FaceTemplate(
            sface=_unit(np.mean(by_view, axis=0)),
            mobile=_unit(np.mean([self._mobile_vector(view) for view in both], axis=0)),
            dlib=self._dlib.embed(best, face.box),
        )
        return template, min(float(a @ b) for a in by_view for b in by_view)

    def _sface_vector(self, both: BothWays) -> Vector:
        inputs = both.transpose(0, 3, 1, 2)
        parts = [np.array(self._sface.infer([one[None]])[0][0]) for one in inputs]
        return _unit(sum(_unit(part) for part in parts))

    def _mobile_vector(self, both: BothWays) -> Vector:
        (output,) = self._mobile(((both - 127.5) / 128).astype(np.float32, copy=False))
        return _unit(sum(_unit(part) for part in output))


def align(image: RGB, face: Face) -> RGB:
    """The face moved onto ArcFace's template, uint8 (112, 112, 3)."""
    matrix, _ = cv2.estimateAffinePartial2D(face.five_points, _TEMPLATE, method=cv2.LMEDS)
    return np.asarray(cv2.warpAffine(image, matrix, (ALIGNED_SIDE, ALIGNED_SIDE)), np.uint8)


def compare(a: FaceTemplate, b: FaceTemplate, weights: FusionWeights) -> Similarity:
    """How alike two templates are, by each network and fused."""
    sface, mobile = float(a.sface @ b.sface), float(a.mobile @ b.mobile)
    fused = weights.sface * sface + weights.mobile * mobile + weights.offset
    apart = None if a.dlib is None or b.dlib is None else math.dist(a.dlib, b.dlib)
    return Similarity(sface, mobile, apart, fused)


def _unit(vector: Any) -> Vector:
    values = np.asarray(vector, np.float32)
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), np.float32)
