"""Characters for which the quick recogniser takes rare ones that it does not know.

It is certain of 用 where 甪 is printed, of 龚 where it is 䶮. Each character that it lacks of
通用规范汉字表 (2013) was drawn and read (`tools/mistaken_characters.py`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("mistaken_characters.toml")
# A mistake has a probability of SURE or less, or a doubt of a tenth or more of the least that was
# seen: photos and other fonts make the recogniser a little surer than the table's drawings.
SURE, SURER = 0.995, 0.1


def may_be_rare(letter: str, confidence: float) -> bool:
    """Whether a rare character may have been taken for one that was read with a probability."""
    if letter not in _table():
        return False
    highest, _ = _table()[letter]
    return confidence <= max(SURE, 1 - SURER * (1 - highest))


def is_taken_for(rare: str, letter: str) -> bool:
    """Whether a rare character is known to be taken for another one."""
    return letter in _table() and rare in _table()[letter][1]


@cache
def rare_characters() -> frozenset[str]:
    """All rare characters that are taken for others."""
    return frozenset(rare for _, meant in _table().values() for rare in meant)


@cache
def _table() -> Mapping[str, tuple[float, str]]:
    """For a character the greatest probability of a mistake, and what it was taken for."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return {letter: (highest, rare) for letter, (highest, rare) in table.items()}
