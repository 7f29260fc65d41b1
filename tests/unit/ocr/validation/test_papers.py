"""Papers of a known form that are not what is asked for."""

from __future__ import annotations

import pytest

from core.reasons import Reason
from ocr.document_types import CREDIT_CODE, ID_NUMBER, DocumentType
from ocr.recognition.line import Line
from ocr.validation.papers import is_without_credit_code, paper_flags


def lines(*texts: str) -> list[Line]:
    return [
        Line(text, ((0.0, top), (9.0, top), (9.0, top + 1), (0.0, top + 1)))
        for top, text in enumerate(texts)
    ]


def reasons(kind: DocumentType, *texts: str, **fields: str) -> list[Reason]:
    return [flag.reason for flag in paper_flags(kind, lines(*texts), fields)]


@pytest.mark.parametrize(
    ("texts", "old"),
    [
        (("营业执照", "注册号", "110105012345678"), True),
        (("营业执照", "注册号:110105012345678"), True),
        (("营业执照(副本)", "注 册 号1101052345678"), True),
        (("营业执照", "110105012345678"), True),
        (("营业执照", "统一社会信用代码", "注册号110105012345678"), False),
        (("营业执照", "编号S0520191234567890"), False),
        (("营业执照", "注册资本伍拾万元整"), False),
    ],
)
def test_an_old_licence_shows_a_registration_number_and_no_credit_code(
    texts: tuple[str, ...], old: bool
) -> None:
    assert is_without_credit_code(lines(*texts)) is old
    expected = [Reason.REGISTRATION_NUMBER_ONLY] if old else []
    assert reasons(DocumentType.LICENCE, *texts) == expected
    assert reasons(DocumentType.LICENCE, *texts, **{CREDIT_CODE: "91210102MA325MMX1Q"}) == []


@pytest.mark.parametrize("kind", [DocumentType.ID_FRONT, DocumentType.ID_BACK])
def test_permits_and_temporary_cards_are_told_as_what_they_are(kind: DocumentType) -> None:
    permit, card = [Reason.RESIDENCE_PERMIT], [Reason.TEMPORARY_CARD]
    assert reasons(kind, "中华人民共和国", "台湾居民居住证") == permit
    assert reasons(kind, "中华人民共和国", "港澳居民居住证") == permit
    assert reasons(kind, "中华人民共和国临时居民身份证") == card
    assert reasons(kind, "中华人民共和国", "居民身份证") == []


def test_a_permit_is_known_by_its_number_where_it_has_no_title() -> None:
    permit = reasons(DocumentType.ID_FRONT, "姓名", **{ID_NUMBER: "810000199001010017"})
    assert permit == [Reason.RESIDENCE_PERMIT]
    assert reasons(DocumentType.ID_FRONT, "姓名", **{ID_NUMBER: "37020219881021534X"}) == []
