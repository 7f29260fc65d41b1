"""Passive liveness of one picture of a face: evidence beside the challenge, never the gate alone.

The network (of the faceplugin package) gets the face with more and less of what is around it; the
edge of a paper or a screen shows in the wide view, its grain in the narrow one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.inference import openvino_request
from kyc.face.finder import Face
from kyc.face.picture import RGB

VIEWS = (1.5, 2.7, 4.0)  # face boxes
SIDE = 128  # px
MAX_LOG_ODDS = 6.0  # beyond, the network's own certainty means nothing


class PassiveDetector:
    """Presentation attack detection on single pictures (ISO/IEC 30107-3).

    One instance a process, one call at a time.
    """

    def __init__(self, models: Path) -> None:
        """Load `face/liveness.onnx` of a folder of models."""
        self._network: Any = openvino_request(models / "face/liveness.onnx", full_precision=True)

    def live_odds(self, image: RGB, face: Face) -> float:
        """Natural log-odds, -6..6, that a face in an RGB picture is live; above 0 supports it."""
        return float(np.mean([self._log_odds(_view(image, face, scale)) for scale in VIEWS]))

    def _log_odds(self, view: RGB) -> float:
        bgr = view[..., ::-1].astype(np.float32).transpose(2, 0, 1)[None]
        live, *attacks = self._network.infer([bgr])[0][0]
        return float(np.clip(live - np.logaddexp.reduce(attacks), -MAX_LOG_ODDS, MAX_LOG_ODDS))


def _view(image: RGB, face: Face, scale: float) -> RGB:
    """The face box enlarged by `scale`, moved inside the picture, 128 x 128."""
    height, width = image.shape[:2]
    left, top, right, bottom = face.box
    scale = min(scale, (width - 1) / (right - left), (height - 1) / (bottom - top))
    size = np.array([right - left, bottom - top]) * scale
    middle = np.array([left + right, top + bottom]) / 2
    corner = np.clip(middle - size / 2, 0, np.array([width - 1, height - 1]) - size)
    (x, y), (far_x, far_y) = corner.astype(int), (corner + size).astype(int) + 1
    part = image[y:far_y, x:far_x]
    interpolation = cv2.INTER_AREA if part.shape[1] > SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=interpolation))
