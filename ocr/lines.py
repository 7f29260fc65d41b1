"""Text lines of a page: PP-OCRv6 through paddleocr on onnxruntime, in level coordinates."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ocr.image import RGB

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One line of text.

    `left`..`bottom` are level coordinates (the page turned so that lines are horizontal); `quad`
    is (4, 2) in image pixels, from the text's top left clockwise.
    """

    text: str
    confidence: float  # of the recogniser, 0..1
    left: float
    top: float
    right: float
    bottom: float
    quad: tuple[tuple[float, float], ...]

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def beside(self, other: Line) -> bool:
        """Whether both stand on one row."""
        return abs(self.middle - other.middle) < 0.6 * min(self.height, other.height)


class LineReader:
    """PP-OCRv6 small, detection and recognition. Not for use by two threads at once."""

    def __init__(self, detector: Path, recogniser: Path, longest_side: int) -> None:
        os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
        from paddleocr import PaddleOCR  # takes seconds: only processes that read documents pay

        self._engine: Any = PaddleOCR(
            text_detection_model_name="PP-OCRv6_small_det",
            text_detection_model_dir=str(detector),
            text_recognition_model_name="PP-OCRv6_small_rec",
            text_recognition_model_dir=str(recogniser),
            engine="onnxruntime",
            engine_config={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            text_det_limit_side_len=longest_side,
            text_det_limit_type="max",
        )

    def read(self, image: RGB) -> tuple[Line, ...]:
        """Lines of an RGB image, top to bottom."""
        (page,) = self._engine.predict(np.ascontiguousarray(image[..., ::-1]))
        quads = [np.asarray(quad, np.float64) for quad in page["rec_polys"]]
        levelled = _level(quads)
        lines = [
            _line(text, float(score), quad, level)
            for text, score, quad, level in zip(
                page["rec_texts"], page["rec_scores"], quads, levelled, strict=True
            )
            if text.strip()
        ]
        return tuple(sorted(lines, key=lambda line: (line.middle, line.left)))


def _line(text: str, confidence: float, quad: Points, level: Points) -> Line:
    clean = "".join(unicodedata.normalize("NFKC", text).split())
    left, top = level[[0, 3], 0].mean(), level[[0, 1], 1].mean()
    right, bottom = level[[1, 2], 0].mean(), level[[2, 3], 1].mean()
    corners = tuple((float(x), float(y)) for x, y in quad)
    return Line(clean, confidence, float(left), float(top), float(right), float(bottom), corners)


def _level(quads: list[Points]) -> list[Points]:
    """The quads turned by the page's median slope, so that rows of text are horizontal."""
    wide = [q for q in quads if np.ptp(q[:, 0]) > 3 * np.ptp(q[:, 1])]
    slopes = [np.arctan2(*(q[1] - q[0])[::-1]) for q in wide]
    angle = float(np.median(slopes)) if slopes else 0.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return [quad @ turn for quad in quads]
