"""Currencies as statements name them, to their codes."""

from __future__ import annotations

import re

from loans.sources.readers.vocabulary import plain
from loans.sources.rows import CNY

RENMINBI = frozenset({"人民币", "人民币元", "rmb", "cny", "cnh", "156", "01", "本位币"})
FOREIGN = {
    "美元": "USD",
    "美金": "USD",
    "hk$": "HKD",
    "us$": "USD",
    "港币": "HKD",
    "港元": "HKD",
    "港纸": "HKD",
    "欧元": "EUR",
    "日元": "JPY",
    "日圆": "JPY",
    "英镑": "GBP",
    "澳元": "AUD",
    "澳大利亚元": "AUD",
    "加元": "CAD",
    "加拿大元": "CAD",
    "澳门币": "MOP",
    "澳门元": "MOP",
    "葡币": "MOP",
    "新台币": "TWD",
    "台币": "TWD",
    "新加坡元": "SGD",
    "新元": "SGD",
    "韩元": "KRW",
    "泰铢": "THB",
    "瑞士法郎": "CHF",
}
CODES = frozenset({*FOREIGN.values(), "NZD", "VND", "MYR", "IDR", "PHP", "INR", "RUB", "AED"})
NOTHING = re.compile(r"[-/\s*—_.]*$")
DOLLARS = "$"
IN_BRACKETS = re.compile(r"[(\[/]([^)\]/]+)")
PARTS = re.compile(r"[()\[\]/,、\-]+")


def currency_code(text: str) -> str:
    """The code of the currency that a cell of a row names; CNY for a cell that is empty.

    A currency that is not known comes back as it is printed: it is not taken for another.
    """
    word = plain(text)
    if NOTHING.match(word):
        return CNY
    return known_currency(text) or (word.upper()[:3] if word.isascii() else word)


def currency_in_name(name: str) -> str | None:
    """The code of the currency that a column's name has in brackets or behind a slash, as (HKD).

    `DOLLARS` for a bare sign: of which country they are, it does not tell.
    """
    for part in IN_BRACKETS.findall(plain(name)):
        if code := known_currency(part.replace("单位", "")):
            return code
        if "$" in part:
            return DOLLARS
    return None


def known_currency(text: str) -> str | None:
    """The code of a currency, as of 港元 (HKD); None for what names none, or two."""
    found = {code for part in PARTS.split(plain(text)) if (code := _of_word(part))}
    return found.pop() if len(found) == 1 else None


def _of_word(word: str) -> str | None:
    if word in RENMINBI:
        return CNY
    code = word.upper()
    return FOREIGN.get(word) or (code if code in CODES else None)
