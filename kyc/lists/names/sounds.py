"""How names sound: readings of characters by pinyin, and names spelt in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product

MAX_SPELLINGS = 64  # of one name; more readings are left out
REMEMBERED = 20_000  # characters
# What speakers of many dialects do not tell apart: 平翘舌, 鼻边音, and 前后鼻音 below
# (普通话水平测试实施纲要, 2004).
_NEAR_STARTS = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}
_START = re.compile(r"^(zh|ch|sh|n)")
_UMLAUT = re.compile(r"(?<=[ln])(?:v|yu)")


@lru_cache(REMEMBERED)
def readings(character: str) -> frozenset[str]:
    """Every reading of a character, without tones; ü is written u. None for what has no reading."""
    from pypinyin import Style, pinyin  # its tables take 50 MB, in processes that compare names

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(_plain(one) for each in found for one in each if one)


def sound_alike(one: str, other: str) -> bool:
    """Whether two characters have a reading in common (homophones, tones aside)."""
    return not readings(one).isdisjoint(readings(other))


def sound_nearly_alike(one: str, other: str) -> bool:
    """Whether they have one in common for speakers who do not tell all sounds apart."""
    return not _near(one).isdisjoint(_near(other))


def spellings(parts: Sequence[str]) -> frozenset[str]:
    """A name in Latin letters without blanks: every reading, surname first and surname last.

    `parts` are the parts of a name, or the whole of it. At most `MAX_SPELLINGS` of each order.
    """
    return frozenset(
        latin("".join(chosen))
        for order in _orders(parts)
        for chosen in islice(product(*(sorted(readings(one)) for one in order)), MAX_SPELLINGS)
    )


def latin(text: str) -> str:
    """Letters alone, in lower case, without accents; lü, lyu and lv are lu."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if one.isalpha()).lower()
    return _UMLAUT.sub("u", bare)


def letters_of(spelling: str) -> str:
    """The letters of a spelling in order of the alphabet: the same in whichever order of names."""
    return "".join(sorted(spelling))


@lru_cache(REMEMBERED)
def _near(character: str) -> frozenset[str]:
    return frozenset(
        _START.sub(lambda found: _NEAR_STARTS[found[1]], one).removesuffix("g")
        for one in readings(character)
    )


def _plain(syllable: str) -> str:
    return syllable.replace("v", "u").replace("ü", "u").replace("ê", "e")


def _orders(parts: Sequence[str]) -> set[str]:
    """A name as written, and with its surname, of one or two characters, or its first part last."""
    whole = "".join(parts)
    turned = {"".join([*parts[at:], *parts[:at]]) for at in range(1, len(parts))}
    surnames = range(1, min(len(whole), 3)) if len(parts) == 1 else ()
    return {whole, *turned, *(whole[at:] + whole[:at] for at in surnames)}
