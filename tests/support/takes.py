"""What photos of one paper would be read to say, each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.reasons import Reason
from kyc.analysis.documents import document_finding
from kyc.analysis.findings import DocumentFinding
from kyc.face.embedding import FaceTemplate
from ocr.document_types import CREDIT_CODE, ID_NUMBER, DocumentType
from ocr.identifiers import credit_code_check_character, identity_check_digit
from ocr.preprocess.quality import Quality
from ocr.reading import DocumentReading
from tests.support.findings import face

SURE = 0.98
_CODE = "92110101MA0000000"
LICENCE_FIELDS = {
    CREDIT_CODE: _CODE + credit_code_check_character(_CODE),
    "名称": "知夏面馆",
    "类型": "个体工商户",
    "经营者": "林知夏",
    "住所": "北京市东城区某街一号",
    "成立日期": "2018年04月12日",
    "营业期限": "2018年04月12日至长期",
}
_NUMBER = "11010119880314421"
CARD_FIELDS = {
    "姓名": "林知夏",
    "性别": "男",
    "民族": "汉",
    "出生": "1988年3月14日",
    "住址": "北京市东城区某街一号",
    ID_NUMBER: _NUMBER + identity_check_digit(_NUMBER),
}


def licence_take(
    *reasons: Reason,
    without: Sequence[str] = (),
    changed: Mapping[str, str] | None = None,
    sure: Mapping[str, float] | None = None,
) -> DocumentFinding:
    """A photo of the licence of `LICENCE_FIELDS`, read without some fields, or otherwise."""
    fields = _read(LICENCE_FIELDS, without, changed)
    return _finding(DocumentType.LICENCE, fields, reasons, sure, None)


def card_take(
    *reasons: Reason,
    without: Sequence[str] = (),
    changed: Mapping[str, str] | None = None,
    sure: Mapping[str, float] | None = None,
    seed: int | None = 1,
) -> DocumentFinding:
    """A photo of the card of `CARD_FIELDS`; `seed` draws the portrait, None: it is not clear."""
    fields = _read(CARD_FIELDS, without, changed)
    return _finding(
        DocumentType.ID_FRONT, fields, reasons, sure, None if seed is None else face(seed)
    )


def _read(
    fields: Mapping[str, str], without: Sequence[str], changed: Mapping[str, str] | None
) -> dict[str, str]:
    return {n: text for n, text in {**fields, **(changed or {})}.items() if n not in without}


def _finding(
    kind: DocumentType,
    fields: Mapping[str, str],
    reasons: Sequence[Reason],
    sure: Mapping[str, float] | None,
    portrait: FaceTemplate | None,
) -> DocumentFinding:
    confidence = {**dict.fromkeys(fields, SURE), **(sure or {})}
    reading = DocumentReading(kind, fields, confidence, (), 0, Quality(900, 230, 0, 30))
    return document_finding(reading, list(reasons), portrait, shows_portrait=portrait is not None)
