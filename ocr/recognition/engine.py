"""Where text is and what it says: PP-OCRv6.

Two sizes of each network: the quick ones look over a whole photo and read labels, the careful
ones read what will be believed. Detection goes through paddleocr. Recognition runs the same
weights directly, because paddleocr pads every strip to 320 px (half of the time of a licence went
into padding) and keeps the characters' own places and probabilities to itself; on OpenVINO, which
computes in bfloat16 where the processor does and reads as well (evaluation/documents.md).
"""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import openvino
import yaml

Quad = npt.NDArray[np.float64]  # (4, 2), the text's own top left first, clockwise
Pixels = npt.NDArray[np.uint8]

HEIGHT = 48  # of a strip, as the recognisers were trained
STEP, LONGEST = 160, 2400  # widths of a strip: kernels are kept, in memory, for each width seen
SQUEEZE = 0.85  # of a strip's width, for the quick recogniser: a step in seven saved, read as well
BLANK = 0
CLEAR = 24.0  # px: how high small print has to be to be found

# One thread: two workers share the machine.
_RECOGNISER = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY"}


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
        self._overview = _detector("tiny", models / "quick_det")
        self._overview_side = overview_side
        self._detector = _detector("small", models / "det")
        self._page_side = page_side
        self._quick = _Recogniser(models / "quick_rec", SQUEEZE)
        self._careful = _Recogniser(models / "rec")

    def overview(self, photo: Pixels) -> list[Quad]:
        """Roughly where text is in a whole photo, uint8 (height, width, 3)."""
        bgr = cv2.cvtColor(photo, cv2.COLOR_RGB2BGR)
        return _boxes(self._overview, np.asarray(bgr, np.uint8), self._overview_side)

    def saw_clearly(self, photo: Pixels, print_px: float) -> bool:
        """Whether print so high in a photo was high enough in its `overview`."""
        return print_px * min(1.0, self._overview_side / _longer(photo)) >= CLEAR

    def boxes(self, page: Pixels, print_px: float) -> list[Quad]:
        """Where text is on an upright page without colour, uint8 (height, width, 3).

        The page is looked at as small as its small print, `print_px` high, allows.
        """
        return _boxes(self._detector, page, self._side(page, print_px))

    def is_spared(self, page: Pixels, print_px: float) -> bool:
        """Whether `boxes` looks at a page of such print smaller than it looks at others."""
        return self._side(page, print_px) < min(_longer(page), self._page_side)

    def _side(self, page: Pixels, print_px: float) -> int:
        return min(round(_longer(page) * min(1.0, CLEAR / print_px)), self._page_side)

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
        network = openvino.Core().read_model(folder / "inference.onnx")
        # Left out: of thousands of characters at each step, few are asked how probable they are.
        softmax = network.get_results()[0].input_value(0).get_node()
        self._network = openvino.compile_model(
            openvino.Model([softmax.input_value(0)], network.get_parameters()), "CPU", _RECOGNISER
        ).create_infer_request()
        described = yaml.load((folder / "inference.yml").read_bytes(), Loader=yaml.CSafeLoader)
        self._characters = ["", *described["PostProcess"]["character_dict"], " "]

    def read(self, strip: Pixels, alphabet: str | None) -> Reading:
        wide = strip.shape[1] * self._squeeze * HEIGHT / strip.shape[0]
        width = int(np.clip(STEP * np.ceil(wide / STEP), STEP, LONGEST))
        drawn = int(np.clip(wide + 0.5, 1, width))
        shrunk = strip.shape[0] > HEIGHT
        sized = cv2.resize(
            strip, (drawn, HEIGHT), interpolation=cv2.INTER_AREA if shrunk else cv2.INTER_LINEAR
        )
        given = np.zeros((1, 3, HEIGHT, width), np.float32)
        given[0, :, :, :drawn] = sized[..., ::-1].transpose(2, 0, 1) / 127.5 - 1
        (scores,) = self._network.infer([given], share_inputs=True, share_outputs=True).values()
        return self._decode(scores[0], alphabet, width / drawn)

    def _decode(
        self, scores: npt.NDArray[np.float32], alphabet: str | None, stretch: float
    ) -> Reading:
        """Best path: the likeliest character at each step, repeats and blanks left out."""
        if alphabet is None:
            best = scores.argmax(1)
        else:
            allowed = np.flatnonzero([c == "" or c in alphabet for c in self._characters])
            best = allowed[scores[:, allowed].argmax(1)]
        steps = np.flatnonzero((best != BLANK) & (best != np.concatenate([[BLANK], best[:-1]])))
        return Reading(
            text="".join(self._characters[best[step]] for step in steps),
            sure=tuple(_probability(scores[step], best[step]) for step in steps),
            places=tuple(min(float((step + 0.5) / len(best)) * stretch, 1.0) for step in steps),
        )


def _probability(scores: npt.NDArray[np.float32], at: int) -> float:
    """Softmax of the scores, at one character."""
    odds = np.exp(scores - scores.max())
    return float(odds[at] / odds.sum())


def _detector(size: str, folder: Path) -> Any:
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    with _unseen("scikit-learn", "matplotlib"):
        from paddleocr import TextDetection  # takes seconds: only who reads documents pays

    network = TextDetection(
        model_name=f"PP-OCRv6_{size}_det",
        model_dir=str(folder),
        engine="onnxruntime",
        limit_type="max",
    )
    # PaddleX hands on no setting that is a session's configuration entry.
    network.paddlex_predictor.runner.session = _session(folder / "inference.onnx")
    return network


def _session(network: Path) -> Any:
    """On one thread, in the memory that the process's networks share, if it has some.

    Patterns of memory, one for each size of page, would add 400 MB for no time saved.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.use_env_allocators", "1")
    return onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])


@contextmanager
def _unseen(*packages: str) -> Iterator[None]:
    """Packages that PaddleX loads where it finds them, for training and time series alone."""
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


def _longer(page: Pixels) -> int:
    return int(max(page.shape[:2]))


def _boxes(network: Any, bgr: Pixels, longest_side: int) -> list[Quad]:
    (result,) = network.predict(bgr, limit_side_len=longest_side)
    return [np.asarray(quad, np.float64) for quad in result["dt_polys"]]
