"""Where text is and what it says: PP-OCRv6 on onnxruntime.

Two sizes of each network: the quick ones look over a whole photo and read labels, the careful
ones read what will be believed. Detection goes through paddleocr. Recognition runs the same
weights directly, because paddleocr pads every strip to 320 px (half of the time of a licence went
into padding) and keeps the characters' own places and probabilities to itself.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
import yaml

Quad = npt.NDArray[np.float64]  # (4, 2), the text's own top left first, clockwise
Pixels = npt.NDArray[np.uint8]

HEIGHT = 48  # of a strip, as the recognisers were trained
LONGEST, SHORTEST = 2400, 24  # widths of a strip
SQUEEZE = 0.85  # of a strip's width, for the quick recogniser: a step in seven saved, read as well
BLANK = 0

# One thread each: two workers share the machine. The detectors keep their memory between pages
# (without, a page costs an eighth more), the recognisers, whose strips differ, do not. Patterns of
# memory, one for each size of page, would add 400 MB to a worker for no time saved.
_DETECTOR = {"intra_op_num_threads": 1, "inter_op_num_threads": 1, "enable_mem_pattern": False}
_RECOGNISER = {**_DETECTOR, "enable_cpu_mem_arena": False}


@dataclass(frozen=True)
class Reading:
    """What a strip of text says.

    For each character `sure` has the network's probability, 0..1, and `places` where its middle
    is, as a share of the strip's width.
    """

    text: str
    sure: tuple[float, ...]
    places: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """Mean over the characters, 0..1; 0 where none was read."""
        return float(np.mean(self.sure)) if self.sure else 0.0


class TextEngine:
    """Detection and recognition. One instance a process, one call at a time."""

    def __init__(self, models: Path, overview_side: int = 960, page_side: int = 1088) -> None:
        self._overview = _detector("tiny", models / "quick_det", overview_side)
        self._detector = _detector("small", models / "det", page_side)
        self._quick = _Recogniser(models / "quick_rec", SQUEEZE)
        self._careful = _Recogniser(models / "rec")

    def overview(self, photo: Pixels) -> list[Quad]:
        """Roughly where text is in a whole photo, uint8 (height, width, 3)."""
        return _boxes(self._overview, photo)

    def boxes(self, page: Pixels) -> list[Quad]:
        """Where text is on an upright page, uint8 (height, width, 3)."""
        return _boxes(self._detector, page)

    def read(
        self, strips: Sequence[Pixels], *, quick: bool = False, alphabet: str | None = None
    ) -> list[Reading]:
        """What each strip of text says; of an `alphabet`, only its characters are considered."""
        network = self._quick if quick else self._careful
        return [network.read(strip, alphabet) for strip in strips]


class _Recogniser:
    """A CTC text recogniser and its characters."""

    def __init__(self, folder: Path, squeeze: float = 1.0) -> None:
        self._squeeze = squeeze
        options = onnxruntime.SessionOptions()
        for name, value in _RECOGNISER.items():
            setattr(options, name, value)
        providers = ["CPUExecutionProvider"]
        self._network = onnxruntime.InferenceSession(
            str(folder / "inference.onnx"), options, providers
        )
        self._input = self._network.get_inputs()[0].name
        described = yaml.safe_load((folder / "inference.yml").read_text("utf-8"))
        self._characters = ["", *described["PostProcess"]["character_dict"], " "]

    def read(self, strip: Pixels, alphabet: str | None) -> Reading:
        width = int(
            np.clip(
                strip.shape[1] * self._squeeze * HEIGHT / strip.shape[0] + 0.5, SHORTEST, LONGEST
            )
        )
        shrunk = strip.shape[0] > HEIGHT
        sized = cv2.resize(
            strip, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrunk else cv2.INTER_LINEAR
        )
        given = np.ascontiguousarray(sized[..., ::-1].transpose(2, 0, 1)[None], np.float32)
        (odds,) = self._network.run(None, {self._input: given / 127.5 - 1})
        return self._decode(odds[0], alphabet)

    def _decode(self, odds: npt.NDArray[np.float32], alphabet: str | None) -> Reading:
        """Best path: the likeliest character at each step, repeats and blanks left out."""
        if alphabet is not None:
            allowed = np.array([c == "" or c in alphabet for c in self._characters])
            odds = np.where(allowed, odds, 0.0)
        best = odds.argmax(1)
        steps = np.flatnonzero((best != BLANK) & (best != np.concatenate([[BLANK], best[:-1]])))
        return Reading(
            text="".join(self._characters[best[step]] for step in steps),
            sure=tuple(float(odds[step, best[step]]) for step in steps),
            places=tuple(float((step + 0.5) / len(best)) for step in steps),
        )


def _detector(size: str, folder: Path, longest_side: int) -> Any:
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    from paddleocr import TextDetection  # takes seconds: only processes that read documents pay

    return TextDetection(
        model_name=f"PP-OCRv6_{size}_det",
        model_dir=str(folder),
        engine="onnxruntime",
        engine_config=_DETECTOR,
        limit_side_len=longest_side,
        limit_type="max",
    )


def _boxes(network: Any, image: Pixels) -> list[Quad]:
    (result,) = network.predict(np.ascontiguousarray(image[..., ::-1]))
    return [np.asarray(quad, np.float64) for quad in result["dt_polys"]]
