"""The same inputs analysed as each package's own page shows it: what ratios compare with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from core.policy import Policy
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.policy import UploadPolicy

EVERY_FRAME = 1000  # a second: more than any video has


class PackageDefaults:
    """PaddleOCR, face_recognition and librosa, used as documented."""

    def __init__(self, models: Path, policy: Policy) -> None:
        self._models, self._limits = models, policy.section(UploadPolicy)

    def by_kind(self) -> Mapping[str, Callable[[bytes], None]]:
        """What analyses a file of each kind of evidence."""
        return {
            ID_CARD_FRONT.kind: self.read_document,
            ID_CARD_BACK.kind: self.read_document,
            LICENCE.kind: self.read_document,
            FACE_VIDEO.kind: self.encode_faces,
            VOICE_CLIP.kind: self.describe_voice,
        }

    def read_document(self, content: bytes) -> None:
        """PaddleOCR as its page documents it, but for the weights, which are not downloaded."""
        import cv2

        self._paddle.predict(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR))

    def encode_faces(self, content: bytes) -> None:
        """face_recognition's own example: locate and encode in every frame."""
        import face_recognition

        from kyc.face.video import sampled_frames

        for frame in sampled_frames(content, lambda _: EVERY_FRAME, self._limits.video):
            places = face_recognition.face_locations(frame.image)
            face_recognition.face_encodings(frame.image, places)

    def describe_voice(self, content: bytes) -> None:
        """librosa's MFCC, averaged: what a first voiceprint usually is."""
        import librosa

        from voiceprint.audio import RATE, decode_recording

        samples = decode_recording(content, self._limits.recording)
        librosa.feature.mfcc(y=samples, sr=RATE, n_mfcc=20).mean(axis=1)

    @cached_property
    def _paddle(self) -> Any:
        from paddleocr import PaddleOCR

        weights = self._models / "ocr"
        return PaddleOCR(
            text_detection_model_name="PP-OCRv6_small_det",
            text_detection_model_dir=str(weights / "det"),
            text_recognition_model_name="PP-OCRv6_small_rec",
            text_recognition_model_dir=str(weights / "rec"),
            engine="onnxruntime",
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
        )
