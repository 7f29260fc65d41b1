"""What is wrong with a photo of a document, by what was read of it."""

from __future__ import annotations

from dataclasses import replace

from core.reasons import Reason
from kyc.analysis.documents import document_finding, document_reasons
from kyc.decision.decide import effect_of
from kyc.policy import Effect, EffectsPolicy
from ocr.document_types import DocumentType
from ocr.preprocess.quality import Quality
from ocr.reading import DocumentReading
from ocr.validation.flags import Flag
from tests.support.policy import POLICY

FIELDS = {
    "统一社会信用代码": "91210102MA325MMX1Q",
    "名称": "样例面馆",
    "类型": "个体工商户",
    "经营者": "林知夏",
}


def licence(*unclear: str) -> DocumentReading:
    confidence = dict.fromkeys(FIELDS, 0.99)
    quality = Quality(900, 230, 0, 30)
    kind = DocumentType.LICENCE
    return DocumentReading(kind, FIELDS, confidence, (), 0, quality, unclear=unclear)


def test_a_date_that_lacks_a_digit_goes_to_a_person() -> None:
    assert document_reasons(licence(), POLICY) == []
    assert document_reasons(licence("发证日期"), POLICY) == [Reason.DATE_UNCLEAR]
    effects = POLICY.section(EffectsPolicy).effects
    assert effect_of(effects, Reason.DATE_UNCLEAR) is Effect.REVIEW


def test_what_was_read_without_its_shake_goes_to_a_person() -> None:
    """No edit can be told in it, however surely it was read."""
    assert document_reasons(replace(licence(), steadied=True), POLICY) == [Reason.SHAKEN]
    assert effect_of(POLICY.section(EffectsPolicy).effects, Reason.SHAKEN) is Effect.REVIEW


def test_glare_that_hides_a_field_is_said_beside_what_looks_cut_off() -> None:
    cut = replace(licence(), missing=("名称",), flags=(Flag(Reason.INCOMPLETE),))
    assert document_reasons(cut, POLICY) == [Reason.INCOMPLETE]
    glaring = replace(cut, quality=Quality(900, 230, 0.2, 30))
    assert document_reasons(glaring, POLICY) == [Reason.INCOMPLETE, Reason.GLARE]


def test_what_a_vocabulary_corrected_is_evidence_without_what_was_read() -> None:
    reading = replace(licence(), corrected={"类型": "个休工商户", "名称": "样例馆"})
    finding = document_finding(reading, [], None)
    assert finding.measured["corrected"] == {
        "类型": {"corrected": 1, "first": 2},
        "名称": {"corrected": 1, "first": 3},
    }


def test_where_glare_is_seen_is_kept_where_glare_is_the_reason() -> None:
    glaring = replace(licence(), quality=Quality(900, 230, 0.2, 30, (0.1, 0.2, 0.30004, 0.4)))
    assert document_finding(glaring, [Reason.GLARE], None).measured["regions"] == {
        "glare": [0.1, 0.2, 0.3, 0.4]
    }
    assert document_finding(glaring, [], None).measured["regions"] == {}
