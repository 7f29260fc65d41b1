"""What firms buy, by the trade that keeps it or sells it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from loans.profile.lexicon import Words, lexicon

EQUIPMENT, GOODS = "equipment", "goods"
ANY = "any"  # the trade of what every trade buys


@dataclass(frozen=True)
class Trade:
    """A trade, and the divisions of GB/T 4754-2017 in which what it buys is usual."""

    code: str
    divisions: frozenset[str]


@cache
def trades() -> Mapping[str, Trade]:
    """The trades of the lexicon, by code."""
    return {
        table["code"]: Trade(
            table["code"], frozenset((*table["divisions"], *table.get("also_divisions", ())))
        )
        for table in lexicon("things")["trades"]
    }


@cache
def things() -> Words[frozenset[str]]:
    """Every thing with the codes of the trades that it is usual in; `ANY` among them for all."""
    usual: dict[str, set[str]] = {}
    for word, code in _entries():
        usual.setdefault(word, set()).add(code)
    return Words({word: frozenset(codes) for word, codes in usual.items()})


def _entries() -> Iterator[tuple[str, str]]:
    tables = [(ANY, lexicon("things")[ANY])]
    tables += [(table["code"], table) for table in lexicon("things")["trades"]]
    for code, table in tables:
        for kind in (EQUIPMENT, GOODS):
            yield from ((word, code) for word in table[kind])
