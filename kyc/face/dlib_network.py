"""dlib's ResNet through face_recognition, without the model that it loads for nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kyc.face.picture import RGB

Box = tuple[float, float, float, float]  # left, top, right, bottom, px
Crop = npt.NDArray[np.uint8]  # (150, 150, 3): a face cut out of a picture, upright, RGB

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

        api.pose_predictor_68_point = api.pose_predictor_5_point  # read twice, held once
        self._encodings: Any = api.face_encodings
        self._five_points: Any = api.pose_predictor_5_point
        self._network: Any = api.face_encoder
        self._rectangle: Any = api.dlib.rectangle
        self._cut: Any = api.dlib.get_face_chip

    def embed(self, image: RGB, box: Box) -> npt.NDArray[np.float32]:
        """The embedding (128,) of the face in a box of an RGB picture."""
        left, top, right, bottom = _within(box)
        location = [(top, right, bottom, left)]
        return np.asarray(
            self._encodings(np.ascontiguousarray(image), location, model="small")[0], np.float32
        )

    def crop(self, image: RGB, box: Box) -> Crop:
        """What `embed` shows its network of the face in a box of an RGB picture."""
        pixels = np.ascontiguousarray(image)
        points = self._five_points(pixels, self._rectangle(*_within(box)))
        return np.asarray(self._cut(pixels, points, CROP_SIDE, CROP_MARGIN), np.uint8)

    def embed_crop(self, crop: Crop) -> npt.NDArray[np.float32]:
        """What `embed` gives (128,), later: it takes fifty times as long as to cut the face out."""
        return np.asarray(self._network.compute_face_descriptor(crop, 1), np.float32)


def _within(box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge) for edge in box)
    return max(left, 0), max(top, 0), right, bottom
