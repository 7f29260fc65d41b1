"""Whether two takes show the same paper.

What a form is issued under, a credit code or an identity number, and the name on it say which paper
it is. Without the code two other fields must agree: names alone are shared by many people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from ocr.document_types import CREDIT_CODE, ID_NUMBER, PRINCIPAL, DocumentType
from ocr.takes.take import Take

MIN_WITNESSES = 2  # fields that must agree where no code can be compared


class Relation(StrEnum):
    """How another take relates to the newest one."""

    SAME = "same"  # it shows the same paper
    DISPUTED = "disputed"  # it shows the same code under another name, or the other way round
    UNKNOWN = "unknown"  # too little can be compared
    OTHER = "other"  # it shows another paper


# Of a kind: the code, if it has one, and the fields that bear witness, the name first.
CODES: Mapping[DocumentType, str] = {
    DocumentType.LICENCE: CREDIT_CODE,
    DocumentType.ID_FRONT: ID_NUMBER,
}
WITNESSES: Mapping[DocumentType, Sequence[str]] = {
    DocumentType.LICENCE: ("名称", PRINCIPAL, "住所", "成立日期"),
    DocumentType.ID_FRONT: ("姓名", "出生", "住址"),
    DocumentType.ID_BACK: ("有效期限", "签发机关"),
}


def relation(kind: DocumentType, one: Take, other: Take, min_confidence: float) -> Relation:
    """How two takes of a kind relate; the same whichever of them is the newer.

    Only fields that both show with `min_confidence` or more, 0..1, are compared.
    """
    witnesses = [_agrees(name, one, other, min_confidence) for name in WITNESSES[kind]]
    name = witnesses[0]
    code = _agrees(CODES[kind], one, other, min_confidence) if kind in CODES else None
    if code is None:
        enough = witnesses.count(True) >= MIN_WITNESSES and False not in witnesses
        return Relation.SAME if enough else Relation.UNKNOWN
    if code:
        return Relation.DISPUTED if name is False else Relation.SAME
    return Relation.DISPUTED if name else Relation.OTHER


def _agrees(name: str, one: Take, other: Take, min_confidence: float) -> bool | None:
    """Whether both takes read a field alike; None where it cannot be compared."""
    if min(one.sureness(name), other.sureness(name)) < min_confidence:
        return None
    return one.form(name) == other.form(name)
