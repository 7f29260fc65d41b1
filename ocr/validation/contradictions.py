"""Fields of a document that cannot all be true.

A firm is founded on the day on which its first licence is issued (Regulations on the Registration
of Market Entities, art. 21): no licence is issued and no term begins before that. The second
character of a credit code says what was registered: 1 an enterprise, 2 an individual, 3 a farmers'
cooperative (GB 32100-2015, table 1). An identity card is valid for 5, 10 or 20 years, or without
end (Law on Resident Identity Cards, art. 5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from core.reasons import Reason
from ocr.document_types import CREDIT_CODE, ISSUE_DATE, TERM, DocumentType
from ocr.extraction.values import Value
from ocr.identifiers import is_valid_credit_code, read_date
from ocr.terms import read_term
from ocr.validation.flags import Flag

FOUNDED, KIND, VALIDITY = "成立日期", "类型", "有效期限"
INDIVIDUAL, COOPERATIVE = "个体", "专业合作社"
CARD_YEARS = (5, 10, 20)

DAYS_A_YEAR = 365.25

Values = Mapping[str, Value]
Texts = Mapping[str, str]


def contradiction_flags(
    kind: DocumentType, values: Values, today: date, min_confidence: float
) -> list[Flag]:
    """`fields_contradict` with the fields that do.

    Only fields are compared whose weakest character was read with `min_confidence`.
    """
    texts = {
        name: value.text
        for name, value in values.items()
        if value.confidence >= min_confidence and not value.is_unclear
    }
    found: dict[str, float | str] = {}
    if kind is DocumentType.LICENCE:
        pairs = [*_of_dates(texts, today), *_of_code(texts)]
    else:
        pairs = [*_of_validity(texts)]
    for names in pairs:
        found |= dict.fromkeys(names, "contradicts")
    return [Flag(Reason.FIELDS_CONTRADICT, measures=found)] if found else []


def _of_dates(texts: Texts, today: date) -> Iterator[tuple[str, ...]]:
    founded, issued = read_date(texts.get(FOUNDED, "")), read_date(texts.get(ISSUE_DATE, ""))
    term = read_term(texts.get(TERM, ""))
    if founded is None:
        return
    if founded > today:
        yield (FOUNDED,)
    if term and term.begin and founded > term.begin:
        yield FOUNDED, TERM
    if issued and founded > issued:
        yield FOUNDED, ISSUE_DATE


def _of_code(texts: Texts) -> Iterator[tuple[str, ...]]:
    code, registered = texts.get(CREDIT_CODE, ""), texts.get(KIND)
    fits = _FITS_CODE.get(code[:2])
    if registered and fits and is_valid_credit_code(code) and not fits(registered):
        yield CREDIT_CODE, KIND


def _of_validity(texts: Texts) -> Iterator[tuple[str, ...]]:
    days = _DAY.findall(texts.get(VALIDITY, ""))
    begin, end = map(read_date, days) if len(days) == 2 else (None, None)
    if begin is None or end is None:
        return
    years = (end - begin).days / DAYS_A_YEAR
    # Leap days, and offices that count to the day before.
    if all(abs(years - valid) * DAYS_A_YEAR > 2 for valid in CARD_YEARS):
        yield (VALIDITY,)


_DAY = re.compile(r"\d{4}\.\d{1,2}\.\d{1,2}")
_FITS_CODE: Mapping[str, Callable[[str], bool]] = {
    "91": lambda kind: INDIVIDUAL not in kind and COOPERATIVE not in kind,
    "92": lambda kind: INDIVIDUAL in kind,
    "93": lambda kind: COOPERATIVE in kind,
}
