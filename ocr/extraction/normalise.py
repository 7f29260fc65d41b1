"""What a field means, in a form that machines compare: ISO dates, intervals, money in fen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ocr.identifiers import read_date

DIGITS = {
    c: n
    for n, pair in enumerate(
        ("零〇", "壹一", "贰二", "叁三", "肆四", "伍五", "陆六", "柒七", "捌八", "玖九")
    )
    for c in pair
}
UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}
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
    if text.startswith("长期"):
        return "../.."
    first, _, last = text.partition("至") if "至" in text else text.partition("-")
    begin, end = _day(first), _day(last)
    if begin is None or (end is None and not re.search("长期|不约定|无固定", last)):
        return None
    return f"{begin}/{end or '..'}"


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
        counted = _count(chinese)
        if counted is None:
            return None
        yuan = counted
    return str(round(yuan * MYRIADS.get(myriad, 1) * 100))


def _count(numeral: str) -> int | None:
    """A Chinese numeral's number: 贰仟零伍拾 is 2050."""
    total = section = digit = 0
    for character in numeral:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in UNITS:
            section += (digit or 1) * UNITS[character]
            digit = 0
        elif character in MYRIADS:
            total += (section + digit) * MYRIADS[character]
            section = digit = 0
        else:
            return None
    return total + section + digit


_FORMS: Mapping[str, Callable[[str], str | None]] = {
    "成立日期": _day,
    "发证日期": _day,
    "出生": _day,
    "营业期限": _term,
    "有效期限": _term,
    "注册资本": _capital,
}
