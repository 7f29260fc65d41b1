"""paddleocr's text detectors, with what has to be changed in paddleocr and PaddleX for them."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from core.inference import onnx_session
from ocr.geometry import Pixels, Quad


class PaddleDetector:
    """A PP-OCRv6 text detector of a `size`, tiny or small, from a folder of its weights."""

    def __init__(self, size: str, folder: Path) -> None:
        os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
        with _hidden("scikit-learn", "matplotlib"):
            from paddleocr import TextDetection  # takes seconds: imported where it is needed

        self._network: Any = TextDetection(
            model_name=f"PP-OCRv6_{size}_det",
            model_dir=str(folder),
            engine="onnxruntime",
            limit_type="max",
        )
        # PaddleX passes no session configuration entry on. Memory patterns, one for each size of
        # page, would add 400 MB and save no time.
        session = onnx_session(folder / "inference.onnx", memory_patterns=False)
        self._network.paddlex_predictor.runner.session = session

    def detect(self, bgr: Pixels, max_side: int) -> list[Quad]:
        """Where text is in a picture, blue first, analysed at `max_side` px or less."""
        (result,) = self._network.predict(bgr, limit_side_len=max_side)
        return [np.asarray(quad, np.float64) for quad in result["dt_polys"]]


@contextmanager
def _hidden(*packages: str) -> Iterator[None]:
    """Hide packages that PaddleX imports where they are installed, for training alone."""
    version_of = importlib.metadata.version

    def version(distribution_name: str) -> str:
        if distribution_name in packages:
            raise importlib.metadata.PackageNotFoundError(distribution_name)
        return version_of(distribution_name)

    importlib.metadata.version = version
    try:
        yield
    finally:
        importlib.metadata.version = version_of
