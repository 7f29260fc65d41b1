"""Whose licence a QR code belongs to."""

from __future__ import annotations

import io

import numpy as np
import pytest
import segno
from PIL import Image

from ocr.document_types import DocumentType
from ocr.extraction.documents import ExtractedDocument
from ocr.extraction.values import Value
from ocr.geometry import Pixels
from ocr.preprocess.qr_codes import QrCode
from ocr.preprocess.rectify import RectifiedPage
from ocr.recognition.line import Line
from ocr.validation.qr_codes import QrCodes

LEFT_CODE, RIGHT_CODE = "91210102MA325MMX1Q", "91500103073244823G"
LEFT, RIGHT = 0, 800  # where the sheets begin, px


def photo_with(*codes: tuple[str, int]) -> Pixels:
    """A white photo of two sheets side by side, 1600 px wide, with QR codes at some places."""
    photo = np.full((700, 1600, 3), 255, np.uint8)
    for code, left in codes:
        file = io.BytesIO()
        segno.make(f"http://www.gsxt.gov.cn/index.html?uniscid={code}", micro=False).save(
            file, kind="png", scale=5
        )
        drawn = np.asarray(Image.open(file).convert("RGB"))
        height, width = drawn.shape[:2]
        photo[200 : 200 + height, left : left + width] = drawn
    return photo


def licence(left: float, code: str | None = None) -> ExtractedDocument:
    """A licence whose page begins at a place of the photo; its text is 600 px wide."""
    to_photo = np.array([[1.0, 0, left], [0, 1, 0], [0, 0, 1]])
    page = RectifiedPage(np.zeros((700, 800, 3), np.uint8), to_photo, 0, 30.0)
    lines = tuple(
        Line("经营范围", ((100.0, top), (700.0, top), (700.0, top + 30), (100.0, top + 30)))
        for top in (100.0, 300.0, 600.0)
    )
    values = {"名称": Value("幸福", lines)}
    if code is not None:
        values["统一社会信用代码"] = Value(code, lines[:1])
    return ExtractedDocument(DocumentType.LICENCE, page, lines, values)


def test_the_only_licence_owns_any_qr_code_of_the_photo() -> None:
    document = licence(LEFT)
    codes = QrCodes(photo_with((RIGHT_CODE, RIGHT + 300)))
    assert codes.credit_code_of(document, [document]) == RIGHT_CODE


def test_of_two_licences_each_owns_the_qr_code_on_its_sheet() -> None:
    both = [licence(LEFT), licence(RIGHT)]
    codes = QrCodes(photo_with((LEFT_CODE, LEFT + 300), (RIGHT_CODE, RIGHT + 300)))
    assert [codes.credit_code_of(one, both) for one in both] == [LEFT_CODE, RIGHT_CODE]


def test_of_two_licences_one_without_a_qr_code_is_compared_with_none() -> None:
    both = [licence(LEFT), licence(RIGHT)]
    codes = QrCodes(photo_with((RIGHT_CODE, RIGHT + 300)))
    assert [codes.credit_code_of(one, both) for one in both] == [None, RIGHT_CODE]


def test_one_licence_read_twice_is_not_two() -> None:
    twice = [licence(LEFT), licence(LEFT + 20)]
    codes = QrCodes(photo_with((RIGHT_CODE, RIGHT + 300)))
    assert [codes.credit_code_of(one, twice) for one in twice] == [RIGHT_CODE, RIGHT_CODE]


@pytest.mark.parametrize("kind", [DocumentType.ID_FRONT, DocumentType.OTHER_DOCUMENT])
def test_what_is_no_licence_has_no_credit_code(kind: DocumentType) -> None:
    document = ExtractedDocument(kind, licence(LEFT).page, (), {})
    codes = QrCodes(photo_with((LEFT_CODE, LEFT + 300)))
    assert codes.credit_code_of(document, [document]) is None


def named_by(*texts: str, printed: str | None = None) -> str | None:
    """The code that QR codes with these texts name for a licence with this code in print."""
    document = licence(LEFT, printed)
    codes = [QrCode(text, ((0.0, 0.0),) * 4) for text in texts]
    return QrCodes(np.zeros((1, 1, 3), np.uint8), codes).credit_code_of(document, [document])


def test_of_several_codes_in_a_text_the_printed_one_is_named() -> None:
    text = f'{{"agent":"{LEFT_CODE}","ei":"{RIGHT_CODE}"}}'
    assert named_by(text, printed=RIGHT_CODE) == RIGHT_CODE
    assert named_by(text, printed="913702020637641087") == LEFT_CODE
    assert named_by(text) == LEFT_CODE


def test_a_text_with_other_numbers_names_no_code() -> None:
    assert named_by("http://www.example.cn/?c=C77411CFC4F12C66919913829884275983FD3CDD0C") is None
    assert named_by("http://www.example.cn/?nbxh=99010020100612000026468") is None
