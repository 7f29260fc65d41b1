"""The identifiers that documents carry, identity numbers and credit codes; and printed dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

from stdnum.cn import uscc

from ocr.numerals import DIGITS, ZERO_LIKE, count, spelt

CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
CREDIT_CODE_PATTERN = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}")
ID_NUMBER_PATTERN = re.compile(r"\d{17}[\dX]")

_NUMERALS = "".join(DIGITS) + ZERO_LIKE
YEAR_NUMERALS = rf"[{_NUMERALS}1-9]{{4}}"
DAY_NUMERALS = rf"[{_NUMERALS}十拾1-9]{{1,3}}"
# The month and the day of GB/T 15835 are counted (十二), the year is spelt (二〇一二).
IN_NUMERALS = re.compile(rf"({YEAR_NUMERALS})年({DAY_NUMERALS})月({DAY_NUMERALS})(?:日|号)?")
_OF_DATES = "〇○零一二三四五六七八九十年月"
_DASH_FOR_ONE = re.compile(rf"(?<=[{_OF_DATES}])[-—–](?=[{_OF_DATES}日])")
_IN_DIGITS = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})")

_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]
_CHECK_DIGITS = "10X98765432"
_ORGANISATION_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PILOT_PATTERN = re.compile(r"9[1239]\d{6}M000[0-9A-Z]{4}[\dX][0-9A-Z]")
_BUSINESS_CODE = re.compile(
    r"(?<![0-9A-Za-z])9[1239]\d{6}[0-9A-HJ-NP-RTUW-Y]{10}(?![0-9A-Za-z])", re.ASCII
)

# Characters of codes that small or coarse print makes alike.
_ALIKE = ("MNHW", "8B36", "0DQU", "6G5", "CG", "EF", "PR", "17", "KX", "4A")
_LOOK_ALIKE = {
    letter: "".join(group for group in _ALIKE if letter in group).replace(letter, "")
    for letter in CREDIT_CODE_CHARACTERS
}


@dataclass(frozen=True)
class IdentityNumber:
    """The parts of an 18-digit citizen identification number (GB 11643-1999).

    `region` is a code of GB/T 2260; `birth` None where its digits are no date; `sex` 男 or 女.
    """

    number: str
    region: str
    birth: date | None
    sex: str
    check_digit_valid: bool


def read_identity_number(number: str) -> IdentityNumber | None:
    """The number's parts, or None when it does not have 17 digits and a digit or X."""
    if not ID_NUMBER_PATTERN.fullmatch(number):
        return None
    return IdentityNumber(
        number=number,
        region=number[:6],
        birth=_date(number[6:10], number[10:12], number[12:14]),
        sex="男" if int(number[16]) % 2 else "女",
        check_digit_valid=identity_check_digit(number[:17]) == number[17],
    )


def identity_check_digit(first_17: str) -> str:
    """The check digit of GB 11643-1999 (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def is_valid_credit_code(code: str) -> bool:
    """Whether a unified social credit code's check character is right (GB 32100-2015)."""
    return (
        bool(CREDIT_CODE_PATTERN.fullmatch(code)) and uscc.calc_check_digit(code[:17]) == code[17]
    )


def is_pilot_credit_code(code: str) -> bool:
    """Whether a credit code is of the pilot before GB 32100-2015 came into force.

    Fujian gave codes of 18 characters from March 2015 on, half a year before the standard. Their
    subject begins with M000 and ends in its own check digit (GB 11714); the last character follows
    no standard. They stay valid for good, e.g. 91350211M0000XUF46 (bluesky335/IDCheck).
    """
    if not _PILOT_PATTERN.fullmatch(code) or is_valid_credit_code(code):
        return False
    return organisation_check_digit(code[8:16]) == code[16]


def organisation_check_digit(first_8: str) -> str:
    """The check digit of an organisation code (GB 11714-1997): 0 to 9 or X.

    Raises ValueError where there are not 8 characters or one is neither digit nor capital.
    """
    total = sum(
        _ORGANISATION_CHARACTERS.index(character) * weight
        for character, weight in zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def credit_code_looking_like(code: str, places: Iterable[int]) -> str | None:
    """The one credit code that differs from another in a character that looks alike.

    That is at one of the `places`, counted from 0. It must be a business's (GB 32100, table 1), and
    both of its check characters right, its own and that of the organisation code in it (GB 11714):
    of wrong codes one in 341 passes both. None where there is no such code, or several.
    """
    found = {
        proposed
        for at in places
        for other in _LOOK_ALIKE.get(code[at], "")
        if _has_both_check_characters(proposed := code[:at] + other + code[at + 1 :])
    }
    return found.pop() if len(found) == 1 else None


def _has_both_check_characters(code: str) -> bool:
    is_business = _BUSINESS_CODE.fullmatch(code) is not None and is_valid_credit_code(code)
    return is_business and organisation_check_digit(code[8:16]) == code[16]


def credit_codes_of_businesses_in(text: str) -> list[str]:
    """The credit codes of businesses that a text names, in its order, each once.

    A code stands by itself, not inside a longer number or word, begins with the 9 of the market
    regulator and a class of business (GB 32100-2015, table 1), and has a right check character.
    Percent signs of addresses are resolved.
    """
    found = _BUSINESS_CODE.findall(unquote(text))
    return [code for code in dict.fromkeys(found) if is_valid_credit_code(code)]


def is_valid_code(text: str) -> bool:
    """Whether a text is a credit code or an identity number whose check digits are right."""
    number = read_identity_number(text)
    if number is not None and number.check_digit_valid:
        return True
    return is_valid_credit_code(text) or is_pilot_credit_code(text)


def credit_code_check_character(first_17: str) -> str:
    """The check character of GB 32100-2015. Raises ValueError for a character outside its set."""
    return str(uscc.calc_check_digit(first_17))


def read_date(text: str) -> date | None:
    """A date as 2020年06月04日, 2020-06-04, 2020.06.04 or 二〇二〇年六月四日, in any text."""
    found = find_date(text)
    return found[0] if found else None


def find_date(text: str) -> tuple[date, int] | None:
    """The first date in a text, and where what follows it begins; None where there is none."""
    found = _IN_DIGITS.search(text)
    if found:
        day = _date(*found.groups())
    elif found := IN_NUMERALS.search(_DASH_FOR_ONE.sub("一", text)):
        day = _date(*(str(number_of(part)) for part in found.groups()))
    return (day, found.end()) if found and day else None


def number_of(numeral: str) -> int | None:
    """A part of a date: 12, 十二 or, as years are written, 二〇一二; None where it is none."""
    number = spelt(numeral)
    if number is not None:
        return number
    return count(numeral)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
