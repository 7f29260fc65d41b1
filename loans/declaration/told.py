"""What a purpose told in words says, and whom the name of a payee stands for. Pure.

Words are evidence beside other evidence. What is kept of a reading is a word of the lexicon, never
a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from loans.profile.classifier import fitted
from loans.profile.lexicon import Concepts, lexicon, plain
from loans.profile.purchases import PAYEES
from loans.profile.things import ANY, things, trades
from loans.profile.trades import TRADE

_NAMED_MONTHS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
_NAMED_MONTHS |= {"九": 9, "十": 10, "半": 6}
_MONTHS = re.compile(r"(\d{1,2}|[一两二三四五六七八九十])个?月")
_SELLING = frozenset({"online_selling"})  # what every shop may use besides its goods
_UNDECIDED = 8  # characters: what is longer names somebody as well
_HALF_YEAR, _YEAR = re.compile("半年"), re.compile("(?:一|1|全)年")


@dataclass(frozen=True)
class Thing:
    """Something that is bought, and the trades that use or sell it; empty: every trade does."""

    word: str
    trades: frozenset[str]


@dataclass(frozen=True)
class ToldPurpose:
    """Concepts that a purpose in words holds, each with its word; things; months of pay."""

    concepts: Mapping[str, str]
    things: tuple[Thing, ...]
    months: int | None


@dataclass(frozen=True)
class ToldPayees:
    """Concepts that the names of payees hold, each with its word, and how many payees there are."""

    concepts: Mapping[str, str]
    count: int


def read_purpose(text: str) -> ToldPurpose:
    """What a purpose in words names."""
    return ToldPurpose(_found("text", text), things_in(text), _months(text))


def uses_of(text: str, payees: Iterable[str]) -> Mapping[str, float]:
    """How probable each use of the money is, by declarations that are written alike.

    Empty where nothing is told in words.
    """
    return fitted("purposes").shares(text, PAYEES.join(payees)) if text.strip() else {}


def uses_by_payee(payee: str) -> Mapping[str, float]:
    """Likewise by who is paid alone."""
    return fitted("payees").shares(payee)


def others(payees: Iterable[str]) -> tuple[str, ...]:
    """Payees that are somebody else: neither the owner's own account nor yet to be decided."""
    return tuple(payee for payee in payees if _is_another(payee))


def _is_another(payee: str) -> bool:
    found = _found("payee", payee)
    if "undecided" in found and len(plain(payee)) <= _UNDECIDED:
        return False
    return "self" not in found or "business_account" in found


def read_payees(names: Iterable[str]) -> ToldPayees:
    """What the names of payees stand for, taken together."""
    concepts: dict[str, str] = {}
    count = 0
    for name in names:
        count += 1
        concepts |= _found("payee", name)
    return ToldPayees(concepts, count)


def things_in(text: str) -> tuple[Thing, ...]:
    """The things of the lexicon that a text names."""
    return tuple(
        Thing(one.word, frozenset() if ANY in one.meaning else one.meaning)
        for one in things().scan(plain(text))
    )


def trades_of(divisions: Iterable[str], text: str) -> frozenset[str]:
    """The trades of a business in some divisions whose name and scope are `text`.

    Shops and wholesalers sell anything, so that for them what they name counts; `ANY` where they
    name nothing, or goods of every kind.
    """
    own = frozenset(divisions)
    named = frozenset(code for thing in things_in(text) for code in thing.trades)
    by_division = {code for code, each in trades().items() if each.divisions & (own - TRADE)}
    if not own & TRADE:
        return frozenset(by_division | named)
    if not named or any(word in text for word in lexicon("things")["everything"]["words"]):
        return frozenset({ANY})
    return frozenset(by_division | named | _SELLING)


def usual_in(thing: Thing, own: frozenset[str]) -> bool:
    """Whether a business of these trades uses or sells a thing."""
    return not thing.trades or ANY in own or bool(thing.trades & own)


def _months(text: str) -> int | None:
    written = plain(text)
    if match := _MONTHS.search(written):
        told = match.group(1)
        return int(told) if told.isdigit() else _NAMED_MONTHS[told]
    if _HALF_YEAR.search(written):
        return 6
    return 12 if _YEAR.search(written) else None


def _found(part: str, text: str) -> dict[str, str]:
    """Concepts in a text, each with its word; with its own name where the words may hold others."""
    found = _concepts(part).found(text)
    return {name: word if word in _literal(part) else name for name, word in found.items()}


@cache
def _literal(part: str) -> frozenset[str]:
    """Words of the lexicon that stand for themselves alone."""
    lists = (each["words"] for each in lexicon("purposes")[part].values())
    return frozenset(word for words in lists for word in words if word.isalnum())


@cache
def _concepts(part: str) -> Concepts:
    """Concepts of `text` or of `payee`."""
    return Concepts({name: each["words"] for name, each in lexicon("purposes")[part].items()})
