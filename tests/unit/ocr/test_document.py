"""A whole reading, with an engine whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from core.reasons import Reason
from kyc.policy import DocumentPolicy
from ocr.document import DocumentReader
from ocr.document_types import DocumentType
from ocr.geometry import Pixels, Quad
from ocr.preprocess.rectify import MARGIN
from ocr.recognition.line import Reading
from tests.support.policy import POLICY

RULES = POLICY.section(DocumentPolicy).rules
TODAY = date(2026, 11, 24)
BACK = ("中华人民共和国", "居民身份证", "签发机关样例市公安局", "有效期限2006.05.06-2026.05.06")
HEIGHT, WIDTH = 40, 40  # px, of a character


class PrintedLines:
    """A `TextEngine` of a level photo with known lines, in the order of their height."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def overview(self, photo: Pixels) -> list[Quad]:
        return [self._quad(row, text) for row, text in enumerate(self._texts)]

    def _quad(self, row: int, text: str) -> Quad:
        top, right = 300 + 100 * row, 300 + WIDTH * len(text)
        bottom = top + HEIGHT
        return np.array([[300, top], [right, top], [right, bottom], [300, bottom]], float)

    def overview_resolves(self, photo: Pixels, print_px: float) -> bool:
        return True

    def detect(self, page: Pixels, print_px: float | None) -> list[Quad]:
        quads = self.overview(page)
        corners = np.concatenate(quads)
        low, high = corners.min(0), corners.max(0)
        margin = MARGIN * float((high - low).max())
        scale = page.shape[1] / float(high[0] - low[0] + 2 * margin)
        return [(quad - low + margin) * scale for quad in quads]

    def downscales(self, page: Pixels, print_px: float) -> bool:
        return False

    def read(
        self, crops: Sequence[Pixels], *, quick: bool = False, alphabet: str | None = None
    ) -> list[Reading]:
        known = len(crops) == len(self._texts)
        return [_reading(text) for text in self._texts] if known else [_reading("") for _ in crops]


def _reading(text: str) -> Reading:
    places = tuple((k + 0.5) / len(text) for k in range(len(text)))
    return Reading(text, (0.99,) * len(text), places)


def read(*texts: str, expected: DocumentType | None = None) -> tuple[DocumentType, list[Reason]]:
    reader = DocumentReader(Path("none"), RULES, PrintedLines(*texts))
    photo = np.full((1000, 1400, 3), 235, np.uint8)
    photo[:40, :40] = (200, 40, 40)
    reading = reader.read(photo, TODAY, expected)
    return reading.kind, [flag.reason for flag in reading.flags]


def test_a_photo_without_text_is_no_document() -> None:
    assert read() == (DocumentType.NOT_A_DOCUMENT, [Reason.NOT_A_DOCUMENT])


def test_text_without_keywords_is_some_other_document() -> None:
    letter = ["尊敬的客户您好"] * RULES.kinds.min_lines
    assert read(*letter) == (DocumentType.OTHER_DOCUMENT, [Reason.OTHER_DOCUMENT])


def test_an_expired_card_is_known_by_its_back() -> None:
    kind, reasons = read(*BACK, expected=DocumentType.ID_BACK)
    assert kind is DocumentType.ID_BACK
    assert Reason.ID_EXPIRED in reasons
    assert Reason.WRONG_DOCUMENT not in reasons


def test_a_document_that_was_not_expected_is_flagged_not_forced() -> None:
    kind, reasons = read(*BACK, expected=DocumentType.LICENCE)
    assert kind is DocumentType.ID_BACK
    assert Reason.WRONG_DOCUMENT in reasons
