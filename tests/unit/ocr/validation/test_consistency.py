"""Fields that contradict each other, their codes or the day."""

from __future__ import annotations

from datetime import date

import pytest

from core.reasons import Reason
from ocr.document_types import CREDIT_CODE, ID_NUMBER, DocumentType
from ocr.extraction.values import Value
from ocr.identifiers import credit_code_check_character
from ocr.recognition.line import Line
from ocr.validation.consistency import BeliefRules, consistency_flags, is_believable, repair_flags

TODAY = date(2026, 11, 24)
CODE = "91210102MA325MMX1Q"
NUMBER = "37020219881021534X"
QUAD = ((0.0, 0.0),) * 4


def licence(qr_code: str | None = None, **fields: str) -> list[Reason]:
    read = {CREDIT_CODE: CODE} | fields
    return [flag.reason for flag in consistency_flags(DocumentType.LICENCE, read, qr_code, TODAY)]


def card(**fields: str) -> list[Reason]:
    read = {ID_NUMBER: NUMBER, **fields}
    return [flag.reason for flag in consistency_flags(DocumentType.ID_FRONT, read, None, TODAY)]


def card_back(term: str) -> list[Reason]:
    fields = {"有效期限": term}
    return [flag.reason for flag in consistency_flags(DocumentType.ID_BACK, fields, None, TODAY)]


def test_a_term_ends_only_where_an_end_is_printed() -> None:
    assert licence(营业期限="2006年05月07日至2026年05月06日") == [Reason.LICENCE_EXPIRED]
    assert licence(营业期限="2006年05月07日至长期") == []
    assert licence(营业期限="2006年05月07日") == []
    assert licence(营业期限="二〇一三年十月九日至二〇二六年十一月二十三日") == [
        Reason.LICENCE_EXPIRED
    ]
    assert licence(营业期限="二〇一三年十月九日至二〇二六年十一月二十四日") == []


def test_a_term_that_is_cut_off_has_ended_where_no_day_of_it_is_left() -> None:
    assert licence(营业期限="二〇一三年十月九日至二〇二六年十月") == [Reason.LICENCE_EXPIRED]
    assert licence(营业期限="二〇一三年十月九日至二〇二六年十一月") == []


def test_a_card_expires_after_its_last_day() -> None:
    assert card_back("2006.11.24-2026.11.23") == [Reason.ID_EXPIRED]
    assert card_back("2006.11.24-2026.11.24") == []
    assert card_back("2006.11.24-长期") == []


@pytest.mark.parametrize(
    ("qr_code", "expected"),
    [(CODE, []), (None, []), ("91500103073244823G", [Reason.QR_MISMATCH])],
)
def test_print_and_qr_code_must_agree(qr_code: str | None, expected: list[Reason]) -> None:
    assert licence(qr_code) == expected


def test_a_code_of_the_pilot_is_looked_at_and_not_called_wrong() -> None:
    assert licence(**{CREDIT_CODE: "91350200M0001AB2X5"}) == [Reason.CODE_BEFORE_STANDARD]
    assert licence(**{CREDIT_CODE: "91350200M0001AB265"}) == [Reason.CODE_CHECK_DIGIT_INVALID]


def test_birth_and_sex_must_be_those_of_the_identity_number() -> None:
    assert card(出生="1988年10月21日", 性别="女") == []
    assert card(出生="1989年10月21日") == [Reason.ID_BIRTH_MISMATCH]
    assert card(性别="男") == [Reason.ID_SEX_MISMATCH]


@pytest.mark.parametrize(
    ("name", "flagged"), [("杭州鑫源供应链有限公司", True), ("成都鑫源供应链有限公司", False)]
)
def test_a_name_of_another_province_than_the_code_is_flagged(name: str, flagged: bool) -> None:
    first = "91510107MA0000001"
    fields = {CREDIT_CODE: first + credit_code_check_character(first), "名称": name}
    flags = consistency_flags(DocumentType.LICENCE, fields, None, TODAY)
    assert (Reason.REGION_DIFFERS in {flag.reason for flag in flags}) == flagged


@pytest.mark.parametrize(
    ("name", "text", "confidence", "believed"),
    [
        (CREDIT_CODE, "91500103073244823G", 0.40, True),
        (CREDIT_CODE, "91500103073244823H", 0.99, True),
        (CREDIT_CODE, "91500103073244823H", 0.40, False),
        ("住址", "成都市锦江区春熙路1号", 0.99, True),
        ("住址", "成号", 0.99, False),
        ("姓名", "林知", 0.40, True),
    ],
)
def test_a_field_is_believed_that_can_be_printed_so(
    name: str, text: str, confidence: float, believed: bool
) -> None:
    line = Line(text, QUAD, (confidence,) * len(text))
    assert is_believable(name, Value(text, (line,)), BeliefRules(0.9, 6, 0.9)) is believed


def test_a_repaired_code_is_flagged_with_the_places_that_were_corrected() -> None:
    value = Value(CODE, (Line(CODE, QUAD),), repaired_from="91210102NA325MMX1Q")
    (flag,) = repair_flags({CREDIT_CODE: value}, {CREDIT_CODE: [QUAD]})
    assert flag.reason is Reason.CODE_REPAIRED
    different = [
        k
        for k, pair in enumerate(zip(value.repaired_from or "", CODE, strict=True), 1)
        if len(set(pair)) == 2
    ]
    assert flag.measures == {"corrected": len(different), "first": different[0]}
