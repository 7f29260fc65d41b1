"""Papers that are of a known form and still not what is asked for: permits, old licences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.reasons import Reason
from ocr.document_types import (
    CREDIT_CODE,
    ID_NUMBER,
    RESIDENCE_PERMIT,
    TEMPORARY_CARD,
    DocumentType,
)
from ocr.recognition.line import Line
from ocr.validation.flags import Flag

# Numbers of residents of Hong Kong, Macao and Taiwan (measures on residence permits, 2018).
PERMIT_REGIONS = ("81", "82", "83")
CODE_LABEL = "信用代码"  # the part of the label that survives a poor reading
REGISTRATION_LABEL = re.compile(r"注\W*册\W*号")
REGISTRATION_NUMBER = re.compile(r"(?<![0-9A-Z])\d{15}(?![0-9A-Z])")


def is_without_credit_code(lines: Sequence[Line]) -> bool:
    """Whether a licence is of the form before the credit code (2015): it shows another number.

    That form has a registration number of 15 digits (GS 15-2006), earlier 13, under 注册号, and
    nowhere the words of the credit code.
    """
    texts = [line.text for line in lines]
    if any(CODE_LABEL in text for text in texts):
        return False
    return any(
        REGISTRATION_LABEL.search(text) or REGISTRATION_NUMBER.search(text) for text in texts
    )


def paper_flags(kind: DocumentType, lines: Sequence[Line], fields: Mapping[str, str]) -> list[Flag]:
    """`temporary_card`, `residence_permit` or `registration_number_only`, where it is one."""
    if kind is DocumentType.LICENCE:
        old = CREDIT_CODE not in fields and is_without_credit_code(lines)
        return [Flag(Reason.REGISTRATION_NUMBER_ONLY)] if old else []
    if any(TEMPORARY_CARD in line.text for line in lines):
        return [Flag(Reason.TEMPORARY_CARD)]
    permit = any(RESIDENCE_PERMIT in line.text for line in lines)
    if permit or fields.get(ID_NUMBER, "").startswith(PERMIT_REGIONS):
        return [Flag(Reason.RESIDENCE_PERMIT)]
    return []
