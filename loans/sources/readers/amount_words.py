"""Amounts in capital words (大写), as invoices and receipts print them. Pure."""

from __future__ import annotations

import re

from core.money import FEN_A_YUAN, Fen
from ocr.numerals import DIGITS, count

FEN_A_JIAO = 10
LEGIBLE = 0.6  # of the characters that have to be those of amounts
_CAPITALS = "零〇○壹贰叁肆伍陆柒捌玖一二三四五六七八九"
_OF_AMOUNTS = f"{_CAPITALS}拾佰仟万亿圆元圓園角分整正参參()（）负数人民币"
_WHOLE = rf"[{_CAPITALS}拾十佰百仟千万亿]+"
_NEGATIVE = re.compile(r"[(（]?(?:负数|红字|销项负数)[)）]?|^负|^-")
_AMOUNT = re.compile(
    rf"(?:(?P<yuan>{_WHOLE})[圆元圓園])?(?:零?(?P<jiao>[{_CAPITALS}])角)?"
    rf"(?:零?(?P<fen>[{_CAPITALS}])分)?[整正]?"
)
_ANYWHERE = re.compile(
    rf"(?:[(（]?负数?[)）]?)?(?:人民币)?[{_CAPITALS}拾佰仟参參].*[圆元圓園角分](?:[整正])?"
)
_UNITS_FIRST = re.compile(r"[佰百仟千万亿]")
# Other writings of the same characters, which recognisers of several scripts read, too.
_OTHER_WRITINGS = str.maketrans("參叄参貳弐陸萬億園园", "叁叁叁贰贰陆万亿圆圆")
_MARKS = re.compile(r"[\s⊗ⓧⓍ⨂×:：]|人民币")


def fen_of_words(words: str) -> Fen | None:
    """The amount that capital words name, negative after 负数; None where they name none.

    《正确填写票据和结算凭证的基本规定》 of the People's Bank has the form. 零 may stand or be left
    out, 圆 and 元 are the same, and 整 ends what has no fen.
    """
    plain = _MARKS.sub("", words).translate(_OTHER_WRITINGS)
    negative = _NEGATIVE.search(plain) is not None
    found = _AMOUNT.fullmatch(_NEGATIVE.sub("", plain))
    if found is None or not any(found.groups()):
        return None
    yuan = count(found["yuan"]) if found["yuan"] else 0
    if yuan is None or _UNITS_FIRST.match(found["yuan"] or ""):
        return None
    jiao, fen = (DIGITS[found[part]] if found[part] else 0 for part in ("jiao", "fen"))
    total = yuan * FEN_A_YUAN + jiao * FEN_A_JIAO + fen
    return Fen(-total if negative else total)


def words_in(text: str) -> str | None:
    """The part of a text that names an amount in capital words; None where there is none.

    What was misread within it stays: a part of the words would name another amount.
    """
    found = _ANYWHERE.search(text)
    if found is None or any(character.isdigit() for character in found[0]):
        return None
    capitals = sum(character in _OF_AMOUNTS for character in found[0])
    return found[0] if capitals >= LEGIBLE * len(found[0]) else None
