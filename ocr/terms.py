"""The term of a business, or of a card: from a day to a day, or without end."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from ocr.identifiers import DAY_NUMERALS, YEAR_NUMERALS, find_date, number_of

_UNTIL = re.compile(r"[至到]")
_DASH = re.compile(r"日?起?[-~—–]")  # in the place of 至: dates may have dashes of their own
# Articles of association say that a firm exists 永久, 长期 or without an agreed term.
_ENDLESS = re.compile(
    r"长期|永久|永续|[不未]约定|不定期|[无不]限|无固定|无(?:营业|经营)?期限|无终止"
)
# Offices also print signs where an end would stand, sometimes between the form's 年, 月 and 日.
# A recogniser reads dashes also as 一.
_SIGN = r"*∗＊✱\-—–_/\\×Xx※★☆"
_SIGNS = re.compile(rf"(?=.*[{_SIGN}]|一一)[{_SIGN}一.·…年月日]+")
# An end that is cut off: its year, perhaps its month.
_YEAR, _MONTH = rf"(\d{{4}}|{YEAR_NUMERALS})", rf"(\d{{1,2}}|{DAY_NUMERALS})"
_CUT_DAY = re.compile(rf"月(?:\d|(?!.*\d){DAY_NUMERALS})$")
_PART = re.compile(rf"{_YEAR}年(?:{_MONTH}月)?")


@dataclass(frozen=True)
class Term:
    """A term as printed: its first and its last day, None where it was not read.

    `is_open` where it says that it has no end; `latest_end` is the last day or, of an end of which
    the day was not read, the latest day that it may be.
    """

    begin: date | None
    end: date | None
    is_open: bool
    latest_end: date | None


def read_term(text: str) -> Term | None:
    """The term in a text such as 2006年05月07日至2026年05月06日; None where there is none."""
    until = _UNTIL.search(text)
    first = find_date(text[: until.start()] if until else text)
    begin, after = first or (None, 0)
    if until is None and first is not None:
        until = _DASH.match(text, after)
    rest = text[until.end() :] if until else text[after:]
    is_open = _is_endless(rest)
    if first is None and until is None and not is_open:
        return None
    end = _whole_date(rest) if until and not is_open else None
    latest = _latest_day(rest) if until and not is_open else None
    return Term(begin, end, is_open=is_open, latest_end=end or latest)


def _whole_date(text: str) -> date | None:
    """The day of a date that is not cut off: after 月, 日 or a second digit follows its first."""
    found = None if _CUT_DAY.search(text) else find_date(text)
    return found[0] if found else None


def _is_endless(text: str) -> bool:
    return bool(_ENDLESS.search(text) or _SIGNS.fullmatch(text))


def _latest_day(text: str) -> date | None:
    """The last day of the month, or of the year, that a date without a day names."""
    found = _PART.match(text)
    if found is None:
        return None
    year, month = number_of(found[1]), number_of(found[2]) if found[2] else 12
    if not year or not month or not 1 <= month <= 12:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])
