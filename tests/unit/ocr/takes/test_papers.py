"""Whether two photos show one paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from ocr.document_types import CREDIT_CODE, ID_NUMBER, PRINCIPAL, DocumentType
from ocr.takes.papers import Relation, relation
from ocr.takes.take import Take

LEAST = 0.45
LICENCE = {
    CREDIT_CODE: "91210102MA325MMX1Q",
    "名称": "样例面馆",
    "类型": "个体工商户",
    PRINCIPAL: "林知夏",
    "住所": "辽宁省沈阳市和平区莲花大道488号",
}
CARD = {
    "姓名": "林知夏",
    "出生": "1988年3月14日",
    "住址": "北京市东城区某街1号",
    ID_NUMBER: "11010119880314421X",
}


def take(
    fields: Mapping[str, str],
    without: Sequence[str] = (),
    changed: Mapping[str, str] | None = None,
) -> Take:
    whole = {**fields, **(changed or {})}
    shown = {name: text for name, text in whole.items() if name not in without}
    return Take("1", shown, dict.fromkeys(shown, 0.99))


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        (DocumentType.LICENCE, LICENCE, CREDIT_CODE),
        (DocumentType.ID_FRONT, CARD, ID_NUMBER),
    ],
)
def test_the_code_says_which_paper_it_is(
    kind: DocumentType, fields: dict[str, str], code: str
) -> None:
    whole = take(fields)
    assert relation(kind, whole, take(fields), LEAST) is Relation.SAME
    name = "名称" if kind is DocumentType.LICENCE else "姓名"
    elsewhere = take(fields, changed={code: "another", name: "另一个"})
    assert relation(kind, whole, elsewhere, LEAST) is Relation.OTHER


def test_one_code_under_two_names_and_two_codes_under_one_name_are_disputed() -> None:
    whole = take(LICENCE)
    for changed in ({"名称": "另一面馆"}, {CREDIT_CODE: "91500103073244823G"}):
        other = take(LICENCE, changed=changed)
        assert relation(DocumentType.LICENCE, whole, other, LEAST) is Relation.DISPUTED


def test_without_a_code_two_fields_must_agree_and_none_may_differ() -> None:
    whole, without = take(LICENCE), take(LICENCE, (CREDIT_CODE,))
    assert relation(DocumentType.LICENCE, whole, without, LEAST) is Relation.SAME
    moved = take(LICENCE, (CREDIT_CODE,), changed={"住所": "辽宁省沈阳市和平区另一大道1号"})
    assert relation(DocumentType.LICENCE, whole, moved, LEAST) is Relation.UNKNOWN
    namesake = take(CARD, (ID_NUMBER, "出生", "住址"))
    assert relation(DocumentType.ID_FRONT, take(CARD), namesake, LEAST) is Relation.UNKNOWN


def test_what_was_not_read_with_confidence_or_is_cut_says_nothing() -> None:
    whole = take(LICENCE)
    doubtful = replace(whole, confidence=dict.fromkeys(LICENCE, 0.3))
    cut = replace(whole, cut=frozenset(LICENCE))
    for other in (doubtful, cut):
        assert relation(DocumentType.LICENCE, whole, other, LEAST) is Relation.UNKNOWN


def test_a_card_back_has_no_code_and_needs_both_its_fields() -> None:
    back = {"签发机关": "北京市公安局东城分局", "有效期限": "2020.01.01-2040.01.01"}
    kind = DocumentType.ID_BACK
    assert relation(kind, take(back), take(back), LEAST) is Relation.SAME
    renewed = take(back, changed={"有效期限": "2000.01.01-2020.01.01"})
    assert relation(kind, take(back), renewed, LEAST) is Relation.UNKNOWN
