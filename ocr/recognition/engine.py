"""Where text is and what it says: PP-OCRv6.

Two sizes of each network: the quick ones survey a whole photo and read labels, the accurate ones
read what will be believed. Detection goes through paddleocr. Recognition runs the same weights
directly, because paddleocr pads every crop to 320 px (half of the time of a licence went into
padding) and does not return the characters' own places and probabilities; on OpenVINO, which
computes in bfloat16 where the processor does and reads as well (evaluation/documents.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import openvino
import yaml

from core.inference import openvino_request
from ocr.geometry import Pixels, Quad
from ocr.recognition.line import Reading
from ocr.recognition.paddle import PaddleDetector

HEIGHT = 48  # px of a crop, as the recognisers were trained
# px, widths of a crop: kernels are kept, 2 MB for each width and network. What is drawn beyond a
# crop's end costs as much as print; the accurate recogniser needs it (evaluation/documents.md).
WIDTHS: tuple[int, ...] = tuple(range(160, 2401, 160))
QUICK_WIDTHS = (*range(80, 240, 40), *range(240, 640, 80), *range(640, 2401, 160))
SQUEEZE = 0.85  # of a crop's width, for the quick recogniser: a step in seven fewer, read as well
BLANK = 0
CLEAR = 24.0  # px: how high small print has to be to be detected
RESOLVED = 18.0  # px: how high in an overview, for the page's lines to be read where it has them


class PaddleTextEngine:
    """Detection and recognition. One instance a process, one call at a time."""

    def __init__(self, models: Path, overview_side: int = 960, page_side: int = 1088) -> None:
        self._overview = PaddleDetector("tiny", models / "quick_det")
        self._overview_side = overview_side
        self._detector = PaddleDetector("small", models / "det")
        self._page_side = page_side
        self._quick = _Recogniser(models / "quick_rec", QUICK_WIDTHS, SQUEEZE)
        self._accurate = _Recogniser(models / "rec", WIDTHS)

    def overview(self, photo: Pixels) -> list[Quad]:
        """Roughly where text is in a whole photo, uint8 (height, width, 3)."""
        bgr = cv2.cvtColor(photo, cv2.COLOR_RGB2BGR)
        return self._overview.detect(np.asarray(bgr, np.uint8), self._overview_side)

    def overview_resolves(self, photo: Pixels, print_px: float) -> bool:
        """Whether `overview` detects print of this height, photo pixels, well enough to read it."""
        return print_px * min(1.0, self._overview_side / _longer(photo)) >= RESOLVED

    def detect(self, page: Pixels, print_px: float | None) -> list[Quad]:
        """Where text is on an upright page without colour, uint8 (height, width, 3).

        The page is analysed as small as its small print, `print_px` high, allows; None for print
        of any height.
        """
        return self._detector.detect(page, self._side(page, print_px))

    def downscales(self, page: Pixels, print_px: float) -> bool:
        """Whether `detect` analyses a page of such print smaller than it could."""
        return self._side(page, print_px) < min(_longer(page), self._page_side)

    def _side(self, page: Pixels, print_px: float | None) -> int:
        scale = 1.0 if print_px is None else min(1.0, CLEAR / print_px)
        return min(round(_longer(page) * scale), self._page_side)

    def read(
        self, crops: Sequence[Pixels], *, quick: bool = False, alphabet: str | None = None
    ) -> list[Reading]:
        """The text of each crop; of an `alphabet`, only its characters are considered."""
        network = self._quick if quick else self._accurate
        return [network.read(crop, alphabet) for crop in crops]


class _Recogniser:
    """A CTC text recogniser and its characters."""

    def __init__(self, folder: Path, widths: Sequence[int], squeeze: float = 1.0) -> None:
        self._widths, self._squeeze = widths, squeeze
        network = openvino.Core().read_model(folder / "inference.onnx")
        # Left out: of thousands of characters at each step, the probability of few is needed.
        softmax = network.get_results()[0].input_value(0).get_node()
        scores = openvino.Model([softmax.input_value(0)], network.get_parameters())
        self._network = openvino_request(scores, full_precision=False)
        described = yaml.load((folder / "inference.yml").read_bytes(), Loader=yaml.CSafeLoader)
        self._characters = ["", *described["PostProcess"]["character_dict"], " "]

    def read(self, crop: Pixels, alphabet: str | None) -> Reading:
        wide = crop.shape[1] * self._squeeze * HEIGHT / crop.shape[0]
        width = drawn_width(wide, self._widths)
        drawn = int(np.clip(wide + 0.5, 1, width))
        shrunk = crop.shape[0] > HEIGHT
        sized = cv2.resize(
            crop, (drawn, HEIGHT), interpolation=cv2.INTER_AREA if shrunk else cv2.INTER_LINEAR
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
            confidences=tuple(_probability(scores[step], best[step]) for step in steps),
            places=tuple(min(float((step + 0.5) / len(best)) * stretch, 1.0) for step in steps),
        )


def drawn_width(wide: float, widths: Sequence[int]) -> int:
    """The least width that a crop of so many px fits in; the last, where it is squeezed."""
    return next((width for width in widths if width >= wide), widths[-1])


def _probability(scores: npt.NDArray[np.float32], at: int) -> float:
    """Softmax of the scores, at one character."""
    odds = np.exp(scores - scores.max())
    return float(odds[at] / odds.sum())


def _longer(page: Pixels) -> int:
    return int(max(page.shape[:2]))
