"""Chinese numerals: counted (贰仟零伍拾), or digit by digit (二〇二四)."""

from __future__ import annotations

import string

DIGITS = {
    character: digit
    for digit, characters in enumerate(
        ("零〇○", "壹一", "贰二", "叁三", "肆四", "伍五", "陆六", "柒七", "捌八", "玖九")
    )
    for character in characters
}
UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}
ZERO_LIKE = "OoQ0ΟО◯"  # how a recogniser of several scripts reads 〇


def count(numeral: str) -> int | None:
    """A Chinese numeral's number, 贰仟零伍拾 is 2050; None where another character is in it."""
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


def spelt(numeral: str) -> int | None:
    """The number whose digits a numeral names one by one, 二〇二四 or 2024; None for others."""
    digits = ["0" if c in ZERO_LIKE else str(DIGITS.get(c, c)) for c in numeral]
    return int("".join(digits)) if digits and all(d in string.digits for d in digits) else None
