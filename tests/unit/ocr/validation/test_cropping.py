"""Sheets that the picture's edge cuts off."""

from __future__ import annotations

import numpy as np
import pytest

from core.reasons import Reason
from kyc.policy import DocumentPolicy
from ocr.document_types import CREDIT_CODE, PRINCIPAL, DocumentType
from ocr.geometry import Corners
from ocr.validation.cropping import cut_off, missing_fields
from tests.support.policy import POLICY

RULES = POLICY.section(DocumentPolicy).edges
PHOTO = np.zeros((800, 1000, 3), np.uint8)
VALID, INVALID = "91500103073244823G", "91500103073244823H"


def row(left: float, right: float, top: float) -> Corners:
    return ((left, top), (right, top), (right, top + 30), (left, top + 30))


def test_a_field_at_the_pictures_edge_is_cut_off() -> None:
    inside, cut = row(100, 700, 300), row(100, 998, 400)
    assert cut_off({"住所": [inside]}, [inside], (), PHOTO, RULES) == []
    (flag,) = cut_off({"住所": [inside, cut]}, [inside, cut], (), PHOTO, RULES)
    assert (flag.reason, flag.region) == (Reason.INCOMPLETE, cut)


def test_a_missing_field_is_cut_off_only_near_an_edge() -> None:
    middle, low = row(200, 700, 300), row(200, 700, 700)
    assert cut_off({"名称": [middle]}, [middle], (CREDIT_CODE,), PHOTO, RULES) == []
    (flag,) = cut_off({"名称": [low]}, [low], (CREDIT_CODE,), PHOTO, RULES)
    assert flag.measures["missing"] == CREDIT_CODE


def test_a_code_at_the_edge_is_missing_unless_its_check_character_is_right() -> None:
    others = {"名称": "幸福面馆", "类型": "个体工商户", "经营者": "林知夏"}
    quads = {CREDIT_CODE: [row(100, 998, 400)]}
    for code, missing in ((VALID, ()), (INVALID, (CREDIT_CODE,))):
        fields = {CREDIT_CODE: code, **others}
        assert missing_fields(DocumentType.LICENCE, fields, quads, PHOTO, RULES) == missing


WHOLE = {
    "名称": "样例商贸有限公司", "类型": "其他有限责任公司", "经营者": "林知夏",
    "成立日期": "2012年02月04日", CREDIT_CODE: VALID,
}  # fmt: skip


def test_an_edge_along_a_column_of_whole_values_cuts_none_of_them() -> None:
    tops = {"名称": 300, "类型": 360, "经营者": 420, "成立日期": 480, CREDIT_CODE: 200}
    quads = {name: [row(4, 400, top)] for name, top in tops.items()}
    assert missing_fields(DocumentType.LICENCE, WHOLE, quads, PHOTO, RULES) == ()
    before = {**quads, "经营者": [row(-16, 400, 420)]}
    assert missing_fields(DocumentType.LICENCE, WHOLE, before, PHOTO, RULES) == (PRINCIPAL,)


def test_an_edge_at_the_end_of_a_value_cuts_it() -> None:
    quads = {name: [row(300, 700, top)] for name, top in (("类型", 360), ("成立日期", 480))}
    quads["名称"] = [row(300, 996, 300)]
    assert missing_fields(DocumentType.LICENCE, WHOLE, quads, PHOTO, RULES) == ("名称",)


@pytest.mark.parametrize(
    ("office", "validity", "missing"),
    [
        ("样例市公安局幸福分局", "2019.05.06-2039.05.06", ()),
        ("样例市公安局幸福分局", "2019.05.06-2039.05", ("有效期限",)),
        ("样例市公安局", "2019.05.06-长期", ("签发机关",)),
    ],
)
def test_the_back_of_a_card_says_where_its_fields_end(
    office: str, validity: str, missing: tuple[str, ...]
) -> None:
    fields = {"签发机关": office, "有效期限": validity}
    quads = {name: [row(300, 996, top)] for name, top in (("签发机关", 600), ("有效期限", 680))}
    assert missing_fields(DocumentType.ID_BACK, fields, quads, PHOTO, RULES) == missing
