"""What stands beside a name: a birth date, the end of an identity number, a firm's code."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from enum import StrEnum

NUMBER_END = 4  # characters of an identity number that lists and papers show
CODE_LENGTH = 18  # of a unified social credit code (GB 32100)
# GB 32100-2015 has no I, O, S, V, Z: who reads one of these takes it for another.
_MISREAD = str.maketrans("IOSZ", "1052")


class Agreement(StrEnum):
    """How two values of one attribute agree."""

    SAME = "same"
    NEAR = "near"  # as a slip of the pen or of the eye makes them
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # one of them is not known


def birth_agreement(one: date | None, other: date | None) -> Agreement:
    """How two birth dates agree; near: a day off, day and month or two digits changed over,
    or one digit another.
    """
    if one is None or other is None:
        return Agreement.UNKNOWN
    if one == other:
        return Agreement.SAME
    turned = (one.month, one.day) == (other.day, other.month) and one.year == other.year
    day_off = abs(one - other) == timedelta(days=1)
    slip = _is_slip(one.strftime("%Y%m%d"), other.strftime("%Y%m%d"))
    return Agreement.NEAR if turned or day_off or slip else Agreement.DIFFERENT


def number_agreement(one: str, other: str) -> Agreement:
    """How the ends of two identity numbers agree; empty for one that is not known."""
    if not one or not other:
        return Agreement.UNKNOWN
    if one == other:
        return Agreement.SAME
    return Agreement.NEAR if _is_slip(one, other) else Agreement.DIFFERENT


def code_agreement(one: str, other: str) -> Agreement:
    """Whether two firms' codes are the same; empty for one that is not known."""
    if not one or not other:
        return Agreement.UNKNOWN
    return Agreement.SAME if one == other else Agreement.DIFFERENT


def number_end(number: str) -> str:
    """The last characters of an identity number, or of what is told of it."""
    return _plain(number)[-NUMBER_END:]


def firm_code(code: str) -> str:
    """A firm's code as the standard writes it."""
    plain = _plain(code)
    return plain.translate(_MISREAD) if len(plain) == CODE_LENGTH else plain


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).upper()


def _is_slip(one: str, other: str) -> bool:
    """Whether one character is another, or two neighbours changed places."""
    if len(one) != len(other):
        return False
    differ = [at for at, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(differ) == 1:
        return True
    turned = len(differ) == 2 and differ[1] == differ[0] + 1
    return turned and one[differ[0]] == other[differ[1]] and one[differ[1]] == other[differ[0]]
