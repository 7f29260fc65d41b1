"""The words of statements, as `layouts.toml` holds them, ready to compare with."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from loans.sources.rows import AccountKind, Direction

FILE = Path(__file__).parent / "layouts.toml"
UNITS = re.compile(
    r"[(\[/](?:单位:?)?[+-]?(?:人民币)?(?:[百千万亿]?元|百万元|千万元|分|角|rmb|cny|¥)(?:人民币)?[)\]]?"
    r"(?![\u4e00-\u9fff])|(?:人民币)?[千万亿]?元$"
    r"|[(\[/](?:单位:?)?(?:(?:hk|us|nt)?\$|[美港欧日澳加]元|港币|美金|英镑|澳门元|澳门币|新台币)[)\]]?"
)
BRACKETED_LATIN = re.compile(r"[\[(][^\])\u4e00-\u9fff]*[\])]")
BRACKETED = re.compile(r"[(\[][^)\]]*[)\]]")
LATIN = re.compile(r"[a-z][a-z.'’]*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOISE = re.compile(r"[\s:*#`'\"_\ufeff]+")


def plain(text: str) -> str:
    """Text in one form: NFKC, lower case, simplified, no blanks, colons, stars, quotes."""
    if text.isascii():
        return NOISE.sub("", text.lower())
    wide = unicodedata.normalize("NFKC", text).lower()
    return NOISE.sub("", wide.translate(_simplified()))


@cache
def _simplified() -> dict[int, str]:
    """Each traditional character with the simplified one; by itself, whatever stands beside it."""
    known = [chr(code) for code in range(0x4E00, 0xA000)]
    converted = OpenCC("t2s").convert("\n".join(known)).split("\n")
    pairs = zip(known, converted, strict=True)
    return {ord(old): new for old, new in pairs if old != new}


def column_name(text: str) -> str:
    """The name of a column without units, and without English where Chinese stands beside it."""
    name = plain(text)
    if CHINESE.search(name):
        without = LATIN.sub("", UNITS.sub("", BRACKETED_LATIN.sub("", name)))
        name = without if CHINESE.search(without) else name
    else:
        name = BRACKETED_LATIN.sub("", name) or name
    return name.replace("(", "").replace(")", "").replace("[", "").replace("]", "").strip("/-.,")


@dataclass(frozen=True)
class ColumnRule:
    """How a column of a role may be called: by a whole name, or by words in it."""

    role: str
    names: frozenset[str]
    every: tuple[tuple[str, ...], ...]  # of each group one word is in the name
    none: tuple[str, ...]

    def fits(self, name: str) -> bool:
        """Whether the rule knows this name."""
        if name in self.names:
            return True
        return (
            bool(self.every)
            and all(any(word in name for word in group) for group in self.every)
            and not any(word in name for word in self.none)
        )


@dataclass(frozen=True)
class Publisher:
    """Who writes statements: its code, the kind of account, and its marks."""

    code: str
    account: AccountKind
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """What statements call things."""

    columns: tuple[ColumnRule, ...]
    notes: Mapping[str, tuple[str, ...]]
    directions: Mapping[str, Direction]
    of_own_accounts: Mapping[str, Direction]  # in books that a person keeps of several accounts
    types_in: tuple[str, ...]
    types_out: tuple[str, ...]
    types_refund: tuple[str, ...]
    types_refunded: tuple[str, ...]  # beside them, it is not told who gave back
    of_customers: frozenset[str]  # what pays a merchant, and is out only of who buys
    not_types: tuple[str, ...]  # names in which a type of trade only happens to stand
    kinds: Mapping[str, tuple[str, ...]]
    accounts: Mapping[AccountKind, tuple[str, ...]]
    publishers: tuple[Publisher, ...]

    def direction(self, cell: object, own_accounts: bool = False) -> Direction | None:
        """What a word says of where money went; None for a word that is not known.

        Books that their owner keeps of his `own_accounts` say more, as 转账 for what stays his.
        """
        text = plain(str(cell or ""))
        if own_accounts and (own := self.of_own_accounts.get(text)):
            return own
        if found := self.directions.get(text):
            return found
        return self.directions.get(LATIN.sub("", BRACKETED.sub("", text))) if text else None

    def type_direction(self, words: str) -> Direction | None:
        """Whether a type of trade is in or out; None for one that could be either."""
        text = self._of_types(words)
        if any(word in text for word in self.types_refund):
            return None if any(word in text for word in self.types_refunded) else Direction.IN
        ins = any(word in text for word in self.types_in)
        outs = any(word in text for word in self.types_out)
        if ins == outs:
            return None
        return Direction.IN if ins else Direction.OUT

    def is_of_customers(self, words: str) -> bool:
        """Whether a type of trade names what a merchant's customer does."""
        text = self._of_types(words)
        return any(word in text for word in self.of_customers)

    def _of_types(self, words: str) -> str:
        text = plain(words)
        for name in self.not_types:
            text = text.replace(name, "")
        return text

    def role(self, text: str) -> str | None:
        """What a column of this name holds; None for a name that is not known."""
        name = column_name(text)
        if not name or len(name) > LONGEST_NAME:
            return None
        found = next((rule.role for rule in self.columns if rule.fits(name)), None)
        return "direction" if found in (None, "ignored") and self._names_both(name) else found

    def _names_both(self, name: str) -> bool:
        """Whether a name is two words of which one says in and one out, as 支/收."""
        said = {self.directions.get(word) for word in re.split(r"[/、|或-]", name) if word}
        return said == {Direction.IN, Direction.OUT}


LONGEST_NAME = 24  # characters; longer ones are sentences


@cache
def vocabulary() -> Vocabulary:
    """The words of `layouts.toml`."""
    table = tomllib.loads(FILE.read_text("utf-8"))
    directions = table["directions"]
    return Vocabulary(
        columns=tuple(_rule(rule) for rule in table["columns"]),
        notes={name: _plain(words) for name, words in table["notes"].items()},
        directions={
            plain(word) or word: Direction(direction)
            for direction in ("in", "out", "neutral")
            for word in directions[direction]
        },
        of_own_accounts={
            plain(word): Direction(direction)
            for direction in ("in", "out", "neutral")
            for word in directions[f"own_accounts_{direction}"]
        },
        types_in=_plain(directions["types_in"]),
        types_out=_plain(directions["types_out"]),
        types_refund=_plain(directions["types_refund"]),
        types_refunded=_plain(directions["types_refunded"]),
        of_customers=frozenset(_plain(directions["of_customers"])),
        not_types=_plain(directions["not_types"]),
        kinds={name: _plain(words) for name, words in table["kinds"].items()},
        accounts={AccountKind(name): _plain(words) for name, words in table["accounts"].items()},
        publishers=tuple(
            Publisher(code, AccountKind(entry["kind"]), _plain(entry["marks"]))
            for code, entry in table["publishers"].items()
        ),
    )


def _rule(rule: dict[str, Any]) -> ColumnRule:
    return ColumnRule(
        role=rule["role"],
        names=frozenset(column_name(name) for name in rule.get("names", ())),
        every=tuple(_plain(group) for group in rule.get("all", ())),
        none=_plain(rule.get("not", ())),
    )


def _plain(words: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain(word) for word in words)
