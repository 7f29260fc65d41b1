"""Sheets that the picture's edge cuts off."""

from __future__ import annotations

import numpy as np

from core.reasons import Reason
from kyc.policy import DocumentPolicy
from ocr.document_types import CREDIT_CODE, DocumentType
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
