"""Readings of one document and of several."""

from __future__ import annotations

import pytest

from ocr.document_types import CREDIT_CODE, DocumentType
from ocr.geometry import Corners
from ocr.preprocess.quality import Quality
from ocr.reading import DocumentReading, distinct_readings

QUALITY = Quality(900, 230, 0, 30)


def row(left: float, top: float) -> Corners:
    return ((left, top), (left + 400, top), (left + 400, top + 30), (left, top + 30))


def reading(kind: DocumentType, left: float, **fields: str) -> DocumentReading:
    quads = {name: (row(left, 100 + 60 * n),) for n, name in enumerate(fields)}
    confidence = {name: 0.9 - 0.1 * n for n, name in enumerate(fields)}
    return DocumentReading(kind, fields, confidence, (), 0, QUALITY, quads)


def test_of_two_readings_of_one_sheet_the_fuller_one_is_kept() -> None:
    poor = reading(DocumentType.LICENCE, 100, 名称="幸福")
    full = reading(DocumentType.LICENCE, 120, 名称="幸福面馆", 类型="个体工商户")
    assert distinct_readings([poor, full]) == [full]


def test_other_sheets_and_other_kinds_are_kept() -> None:
    one = reading(DocumentType.LICENCE, 100, 名称="幸福")
    beside = reading(DocumentType.LICENCE, 600, 名称="幸福")
    card = reading(DocumentType.ID_FRONT, 100, 姓名="林知夏")
    assert distinct_readings([one, beside, card]) == [one, beside, card]


def test_the_weakest_required_field_counts_and_a_principal_has_several_labels() -> None:
    licence = reading(DocumentType.LICENCE, 100, 名称="幸福面馆", 经营者="林知夏", 住所="样例市")
    assert licence.principal == "林知夏"
    assert licence.weakest == pytest.approx(0.8)
    assert CREDIT_CODE not in licence.fields


def test_the_principal_of_a_partnership_is_the_delegate_of_the_firm_that_manages_it() -> None:
    printed = "样例投资有限公司(委派代表:林知夏)"
    licence = reading(DocumentType.LICENCE, 100, 执行事务合伙人=printed)
    assert licence.principal == "林知夏"
    assert licence.fields["执行事务合伙人"] == printed


def test_only_fields_with_a_normal_form_have_values() -> None:
    licence = reading(DocumentType.LICENCE, 100, 名称="幸福面馆", 成立日期="2020年6月4日")
    assert licence.values == {"成立日期": "2020-06-04"}
