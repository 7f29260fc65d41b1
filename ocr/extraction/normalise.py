"""What a field means, in a form that machines compare: ISO dates, intervals, money in fen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ocr.identifiers import read_date
from ocr.numerals import MYRIADS, count
from ocr.terms import read_term

_AMOUNT = re.compile(
    r"(?:(\d+(?:\.\d+)?)|([零〇壹一贰二叁三肆四伍五陆六柒七捌八玖九拾十佰百仟千万亿]+?))([万亿]?)元"
)


def normalise(name: str, text: str) -> str | None:
    """The field's value in its normal form; None where it has none or is
    unclear.

    Dates as 2020-06-04, terms as 2006-05-07/2026-05-06 or 2006-05-07/.. (ISO 8601), capital in fen
    of renminbi.
    """
    normal = _FORMS.get(name)
    return normal(text) if normal else None


def _day(text: str) -> str | None:
    day = read_date(text)
    return day.isoformat() if day else None


def _term(text: str) -> str | None:
    term = read_term(text)
    if term is None or not (term.end or term.is_open):
        return None
    if term.begin is None:
        return "../.." if term.is_open and "至" not in text else None
    return f"{term.begin}/{term.end or '..'}"


def _capital(text: str) -> str | None:
    if re.search("美元|港元|欧元|日元", text):
        return None
    found = _AMOUNT.search(text.replace(",", ""))
    if found is None:
        return None
    arabic, chinese, myriad = found.groups()
    if arabic:
        yuan = float(arabic)
    else:
        counted = count(chinese)
        if counted is None:
            return None
        yuan = counted
    return str(round(yuan * MYRIADS.get(myriad, 1) * 100))


_FORMS: Mapping[str, Callable[[str], str | None]] = {
    "成立日期": _day,
    "发证日期": _day,
    "出生": _day,
    "营业期限": _term,
    "有效期限": _term,
    "注册资本": _capital,
}
