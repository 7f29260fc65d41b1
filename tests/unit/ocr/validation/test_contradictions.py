"""Fields that cannot all be true."""

from __future__ import annotations

from datetime import date

import pytest

from core.reasons import Reason
from ocr.document_types import DocumentType
from ocr.extraction.values import Value
from ocr.identifiers import credit_code_check_character
from ocr.recognition.line import Line
from ocr.validation.contradictions import contradiction_flags

TODAY = date(2026, 11, 24)
QUAD = ((0.0, 0.0), (9.0, 0.0), (9.0, 1.0), (0.0, 1.0))


def contradicting(kind: DocumentType, fields: dict[str, str], confidence: float = 0.99) -> set[str]:
    values = {
        name: Value(text, (Line(text, QUAD, (confidence,) * len(text)),))
        for name, text in fields.items()
    }
    flags = contradiction_flags(kind, values, TODAY, min_confidence=0.9)
    assert all(flag.reason is Reason.FIELDS_CONTRADICT for flag in flags)
    return {name for flag in flags for name in flag.measures}


def code(first_two: str) -> str:
    first = f"{first_two}999999MA0000001"
    return first + credit_code_check_character(first)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"成立日期": "2010年03月24日", "营业期限": "2010年03月24日至2040年03月23日"}, set()),
        ({"成立日期": "2010年03月24日", "营业期限": "2020年03月24日至长期"}, set()),
        (
            {"成立日期": "2015年03月24日", "营业期限": "2010年03月24日至2040年03月23日"},
            {"成立日期", "营业期限"},
        ),
        ({"成立日期": "2015年03月24日", "发证日期": "2015年03月24日"}, set()),
        ({"成立日期": "2015年03月24日", "发证日期": "2014年01月02日"}, {"成立日期", "发证日期"}),
        ({"成立日期": "2027年01月01日"}, {"成立日期"}),
        ({"营业期限": "2010年03月24日至2040年03月23日"}, set()),
    ],
)
def test_dates_of_a_licence_follow_each_other(fields: dict[str, str], expected: set[str]) -> None:
    assert contradicting(DocumentType.LICENCE, fields) == expected


@pytest.mark.parametrize(
    ("first_two", "kind", "fits"),
    [
        ("92", "个体工商户", True),
        ("91", "有限责任公司(自然人独资)", True),
        ("93", "农民专业合作社", True),
        ("92", "有限责任公司", False),
        ("91", "个体工商户", False),
        ("93", "个人独资企业", False),
    ],
)
def test_the_code_says_what_was_registered(first_two: str, kind: str, fits: bool) -> None:
    fields = {"统一社会信用代码": code(first_two), "类型": kind}
    assert (contradicting(DocumentType.LICENCE, fields) == set()) is fits


def test_a_code_that_is_wrong_itself_contradicts_nothing() -> None:
    fields = {"统一社会信用代码": "92999999MA00000019", "类型": "有限责任公司"}
    assert contradicting(DocumentType.LICENCE, fields) == set()


@pytest.mark.parametrize(
    ("validity", "fits"),
    [
        ("2019.05.06-2039.05.06", True),
        ("2020.02.29-2030.02.28", True),
        ("2020.01.01-2039.12.31", True),
        ("2019.05.06-长期", True),
        ("2019.05.06-2034.05.06", False),
        ("2019.05.06-2039.08.06", False),
    ],
)
def test_cards_are_valid_for_so_many_years(validity: str, fits: bool) -> None:
    assert (contradicting(DocumentType.ID_BACK, {"有效期限": validity}) == set()) is fits


def test_what_was_read_without_certainty_contradicts_nothing() -> None:
    fields = {"成立日期": "2015年03月24日", "发证日期": "2014年01月02日"}
    assert contradicting(DocumentType.LICENCE, fields, confidence=0.6) == set()
