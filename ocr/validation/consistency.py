"""Contradictions between the fields of a document, its codes and the day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from core.reasons import Reason
from ocr.document_types import ADDRESSES, CODES, CREDIT_CODE, ID_NUMBER, DocumentType
from ocr.extraction.values import Value
from ocr.geometry import Corners
from ocr.identifiers import (
    is_pilot_credit_code,
    is_valid_code,
    is_valid_credit_code,
    read_date,
    read_identity_number,
)
from ocr.terms import read_term
from ocr.validation.flags import Flag
from ocr.validation.places import fields_of_other_provinces

Fields = Mapping[str, str]


@dataclass(frozen=True)
class BeliefRules:
    """What a field must be to be what is printed; from the policy.

    A code with a wrong check character and a character of less than `min_code_confidence` was
    misread, not misprinted; of an address of fewer than `min_address_length` characters a part was
    not read. Fields contradict each other only where every character of them was read with
    `min_contradicting_confidence`.
    """

    min_code_confidence: float
    min_address_length: int
    min_contradicting_confidence: float


def is_believable(name: str, value: Value, rules: BeliefRules) -> bool:
    """Whether a field can be what is printed, whatever the confidence of its characters."""
    if value.is_unclear:
        return False
    if name in CODES:
        return is_valid_code(value.text) or value.confidence >= rules.min_code_confidence
    return name not in ADDRESSES or len(value.text) >= rules.min_address_length


def repair_flags(values: Mapping[str, Value], quads: Mapping[str, Sequence[Corners]]) -> list[Flag]:
    """`code_repaired` for each code that was corrected: how many characters, and from which on.

    Neither what was read nor what is proposed: measurements are kept in the clear, codes are not.
    """
    return [
        Flag(
            Reason.CODE_REPAIRED,
            region=quads[name][0],
            measures=corrections(value.repaired_from, value.text),
        )
        for name, value in values.items()
        if value.repaired_from is not None
    ]


def corrections(read: str, meant: str) -> dict[str, float]:
    """How many characters of two texts differ, and the place of the first one, counted from 1.

    Nothing of what they say, which is kept sealed.
    """
    changes = SequenceMatcher(None, read, meant, autojunk=False).get_opcodes()
    apart = [
        (start, max(end - start, last - first))
        for tag, start, end, first, last in changes
        if tag != "equal"
    ]
    return {"corrected": sum(count for _, count in apart), "first": apart[0][0] + 1 if apart else 0}


def consistency_flags(
    kind: DocumentType, fields: Fields, qr_code: str | None, today: date
) -> list[Flag]:
    """What is wrong with the fields of a licence or an identity card on a business day.

    `qr_code` is the credit code that the licence's QR code names, where it could be read.
    """
    if kind is DocumentType.LICENCE:
        return _licence_flags(fields, qr_code, today)
    if kind is DocumentType.ID_FRONT:
        return _id_front_flags(fields)
    return _id_back_flags(fields, today)


def _licence_flags(fields: Fields, qr_code: str | None, today: date) -> list[Flag]:
    flags = []
    code = fields.get(CREDIT_CODE)
    if code and is_pilot_credit_code(code):
        flags.append(Flag(Reason.CODE_BEFORE_STANDARD))
    elif code and not is_valid_credit_code(code):
        flags.append(Flag(Reason.CODE_CHECK_DIGIT_INVALID))
    if code and qr_code and qr_code != code:
        flags.append(Flag(Reason.QR_MISMATCH))
    flags += _region_flags(fields, code) if code else []
    term = read_term(fields.get("营业期限", ""))
    if term and term.latest_end and term.latest_end < today:
        flags.append(Flag(Reason.LICENCE_EXPIRED))
    return flags


def _region_flags(fields: Fields, code: str) -> list[Flag]:
    """`region_differs` where name, place or office are of another province than the code."""
    others = fields_of_other_provinces(fields, code)
    if not others:
        return []
    return [Flag(Reason.REGION_DIFFERS, measures=dict.fromkeys(others, "differs"))]


def _id_front_flags(fields: Fields) -> list[Flag]:
    number = read_identity_number(fields.get(ID_NUMBER, ""))
    if number is None:
        return []
    flags = []
    if not number.check_digit_valid:
        flags.append(Flag(Reason.ID_CHECK_DIGIT_INVALID))
    birth = read_date(fields.get("出生", ""))
    if birth and number.birth != birth:
        flags.append(Flag(Reason.ID_BIRTH_MISMATCH))
    if fields.get("性别") in {"男", "女"} and fields["性别"] != number.sex:
        flags.append(Flag(Reason.ID_SEX_MISMATCH))
    return flags


def _id_back_flags(fields: Fields, today: date) -> list[Flag]:
    dates = re.findall(r"\d{4}\.\d{1,2}\.\d{1,2}", fields.get("有效期限", ""))
    end = read_date(dates[-1]) if len(dates) == 2 else None
    return [Flag(Reason.ID_EXPIRED)] if end and end < today else []
