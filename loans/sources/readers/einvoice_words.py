"""The vocabulary of invoices, from `vocabulary/einvoice.toml`. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "vocabulary" / "einvoice.toml"
BUYER, SELLER, NAME, NUMBER = "buyer", "seller", "name", "number"
# 名称 of 服务名称 and 号码 of 电话号码 are no labels; 购 of a margin may stand right before one.
_HAN_BEFORE = r"(?:(?<![一-龥、/])|(?<=[购买销售方息]))"
# An invoice that is taken back is named by its number, too.
_OTHER_INVOICE = r"(?<!蓝字)(?<!对应)(?<!正数)(?<!红冲)(?<!原)(?<!原蓝字)(?<!蓝字数电)(?<!属)"


@dataclass(frozen=True)
class FoundLabel:
    """A label in a line: what it is of, and the characters from `start` up to `end`."""

    label: str
    side: str | None
    start: int
    end: int


@cache
def vocabulary() -> Mapping[str, Any]:
    """The tables of the file."""
    return tomllib.loads(FILE.read_text("utf-8"))


def words(table: str, name: str) -> Sequence[str]:
    """A list of the vocabulary."""
    found: Sequence[str] = vocabulary()[table][name]
    return found


@cache
def goods_classes() -> frozenset[str]:
    """The short names of classes of goods."""
    return frozenset(str(vocabulary()["goods"]["classes"]).split())


def labels_in(text: str) -> list[FoundLabel]:
    """The labels of a line, from left to right; the longest that fits counts."""
    found = []
    for match in _label_pattern().finditer(text):
        label, side = _meanings()[_plain(match["label"])]
        found.append(FoundLabel(label, side, match.start(), match.end()))
    return found


@cache
def column_pattern(column: str) -> re.Pattern[str]:
    """What a column of goods is called, also with gaps in it (金 额)."""
    return re.compile("|".join(map(_spaced, words("columns", column))))


def title_of(cells: Iterable[str]) -> str | None:
    """What calls itself an invoice among the texts of a page; None where nothing does."""
    return next((cell for cell in cells if _title_pattern().fullmatch(cell)), None)


def is_like_an_invoice(cells: Iterable[str]) -> bool:
    """Whether one of the texts is the title of a paper that is like an invoice and is none."""
    endings = tuple(words("titles", "others"))
    return any(cell.endswith(endings) for cell in cells)


@cache
def _meanings() -> Mapping[str, tuple[str, str | None]]:
    known: dict[str, tuple[str, str | None]] = {
        word: (label, None) for label, listed in vocabulary()["labels"].items() for word in listed
    }
    parties = vocabulary()["parties"]
    for part in (NAME, NUMBER):
        for word in parties[part]:
            known[word] = (f"party_{part}", None)
            for side in (BUYER, SELLER):
                known |= {f"{who}{word}": (f"party_{part}", side) for who in parties[side]}
    return {_plain(word): meaning for word, meaning in known.items()}


@cache
def _label_pattern() -> re.Pattern[str]:
    ordered = sorted(_meanings(), key=len, reverse=True)
    spaced = "|".join(map(_spaced, ordered))
    return re.compile(rf"{_HAN_BEFORE}{_OTHER_INVOICE}(?P<label>{spaced})[\t ]?[:;]*")


@cache
def _title_pattern() -> re.Pattern[str]:
    return re.compile("|".join(words("titles", "patterns")))


def _spaced(word: str) -> str:
    return "[\t ]?".join(map(re.escape, word))


def _plain(text: str) -> str:
    return re.sub(r"[\t :]", "", text)
