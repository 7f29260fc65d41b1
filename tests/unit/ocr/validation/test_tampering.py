"""Fields that were not printed with the others."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.reasons import Reason
from kyc.policy import DocumentPolicy
from ocr.document_types import DocumentType
from ocr.extraction.values import Value
from ocr.preprocess.rectify import RectifiedPage
from ocr.recognition.line import Line
from ocr.validation.tampering import tampering_flags
from tests.support.policy import POLICY

RULES = POLICY.section(DocumentPolicy).tampering
FIELDS = ("名称", "类型", "法定代表人", "注册资本", "成立日期", "住所")


def printed(odd: str | None = None) -> tuple[dict[str, Value], RectifiedPage]:
    """Six fields printed alike; the odd one bolder, smaller and blacker."""
    pixels = np.full((600, 1000, 3), 235, np.uint8)
    values = {}
    for row, name in enumerate(FIELDS):
        top = 40 + 80 * row
        differs = name == odd
        cv2.putText(
            pixels, "2017 ABCD 2031", (60, top + 34), cv2.FONT_HERSHEY_SIMPLEX,
            0.92 if differs else 1.1, (10,) * 3 if differs else (70,) * 3, 5 if differs else 3,
            cv2.LINE_AA,
        )  # fmt: skip
        corners = ((55.0, top), (560.0, top), (560.0, top + 44.0), (55.0, top + 44.0))
        line = Line("2017 ABCD 2031", tuple((x, float(y)) for x, y in corners))
        values[name] = Value(line.text, (line,))
    return values, RectifiedPage(pixels, np.eye(3), 0, 44.0)


@pytest.mark.parametrize("odd", ["名称", "成立日期"])
def test_a_field_printed_otherwise_is_named(odd: str) -> None:
    values, page = printed(odd)
    (flag,) = tampering_flags(DocumentType.LICENCE, values, page, RULES)
    assert (flag.reason, flag.field, flag.name) == (Reason.EDITED, odd, f"edited:{odd}")
    assert flag.region
    assert flag.measures


def test_fields_printed_alike_are_not_flagged() -> None:
    values, page = printed()
    assert tampering_flags(DocumentType.LICENCE, values, page, RULES) == []


CARD = {"姓名": "WEN ZHIXIA", "性别": "X", "民族": "H", "住址": "EAST ROAD 8 ROOM 31"}


def card(size: float, weight: int) -> tuple[dict[str, Value], RectifiedPage]:
    """A card whose name is `size` times as high as its other fields, in strokes of `weight` px."""
    pixels = np.full((600, 1400, 3), 225, np.uint8)
    values = {}
    for row, (name, text) in enumerate(CARD.items()):
        scale, strokes = (1.5 * size, weight) if name == "姓名" else (1.5, 6)
        baseline = 120 + 110 * row
        (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, strokes)
        cv2.putText(
            pixels, text, (100, baseline), cv2.FONT_HERSHEY_SIMPLEX, scale, (20,) * 3, strokes,
            cv2.LINE_AA,
        )  # fmt: skip
        left, right, top, low = 90.0, 110.0 + width, baseline - height - 12.0, baseline + 12.0
        quad = ((left, top), (right, top), (right, low), (left, low))
        # The characters are Latin so that the test can draw them; their print is what is compared.
        line = Line("样" * len(text), quad)
        values[name] = Value(line.text, (line,))
    return values, RectifiedPage(cv2.GaussianBlur(pixels, (0, 0), 4), np.eye(3), 0, 44.0)


def test_a_name_that_the_form_prints_larger_is_not_flagged() -> None:
    values, page = card(1.25, 8)
    assert tampering_flags(DocumentType.ID_FRONT, values, page, RULES) == []


def test_a_name_in_strokes_heavier_than_its_size_is_flagged() -> None:
    values, page = card(1.0, 10)
    (flag,) = tampering_flags(DocumentType.ID_FRONT, values, page, RULES)
    assert flag.field == "姓名"


def test_too_few_fields_cannot_be_compared() -> None:
    values, page = printed("名称")
    few = {name: values[name] for name in FIELDS[: RULES.min_fields - 1]}
    assert tampering_flags(DocumentType.LICENCE, few, page, RULES) == []
