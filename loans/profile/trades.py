"""What words of names and scopes say of the business that uses them. Pure.

A phrase is read as `objects + activity`: the last trade or activity says what is done, the goods
before it say to what. The same goods are of another division for whoever grows, makes, sells, hires
out or maintains them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any

from loans.profile.lexicon import Found, Words, lexicon

WHOLESALE, RETAIL = "51", "52"
TRADE = frozenset({WHOLESALE, RETAIL})
# Of a thing that is sold, nobody says how: a company sells to firms oftener than a shop does.
_COMPANY = {WHOLESALE: 0.6, RETAIL: 0.4}
_SHOP = {WHOLESALE: 0.15, RETAIL: 0.85}


class Activity(StrEnum):
    """What is done with goods."""

    MAKE = "make"
    GROW = "grow"  # plants
    RAISE = "raise"  # animals
    WHOLESALE = "wholesale"
    RETAIL = "retail"
    SELL = "sell"
    PLACE = "place"
    WORKSHOP = "workshop"
    MAINTAIN = "maintain"
    HIRE = "hire"
    INSTALL = "install"
    DESIGN = "design"
    TRANSPORT = "transport"
    STORE = "store"
    RESEARCH = "research"


_SELLING = frozenset({Activity.WHOLESALE, Activity.RETAIL, Activity.SELL})
_OF_ACTIVITY: Mapping[Activity, str] = {
    Activity.MAINTAIN: "81",
    Activity.HIRE: "71",
    Activity.INSTALL: "49",
    Activity.DESIGN: "74",
    Activity.TRANSPORT: "54",
    Activity.STORE: "59",
    Activity.RESEARCH: "73",
}
# Of several activities with the same goods, the one that the others follow from.
_FIRST = (Activity.GROW, Activity.RAISE, Activity.MAKE)
_PLACES = frozenset({Activity.PLACE, Activity.WORKSHOP})
_PRODUCED = "44"  # the first division after farming, mining and making
OTHER_MAKING = "41"  # of goods that the lexicon does not know
_SERVICES = "66"  # the first division of services that can be sold without being goods
_INDUSTRIAL = frozenset({"34", "35", "37", "40"})  # machines that 43 repairs, not 81


@dataclass(frozen=True)
class Meaning:
    """What a word says: the division of a trade, goods and who has them, an activity."""

    division: str = ""
    grown: str = ""
    made: str = ""
    goods: bool = False
    product: bool = False  # makes goods of the trade before it: 餐饮设备
    activity: Activity | None = None

    @property
    def sold(self) -> bool:
        """Whether the word names goods, of which nobody says what is done with them."""
        return self.product or (self.goods and self.division in {"", *TRADE})


@dataclass(frozen=True)
class Said:
    """Shares of divisions that a phrase speaks for, and the words that do; sums to at most one."""

    divisions: Mapping[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()


NOTHING = Said()
_Tokens = Sequence[Found[Meaning]]


@cache
def vocabulary() -> Words[Meaning]:
    """The lexicon of industries, by word."""
    table = lexicon("industries")
    meanings: dict[str, Meaning] = {}
    for word, changed in _entries(table):
        meanings[word] = replace(meanings.get(word, Meaning()), **changed)
    return Words(meanings)


def in_name(text: str, *, individual: bool) -> Said:
    """What the trade part of a name says."""
    tokens = _standing(vocabulary().scan(text), len(text))
    while tokens:
        said = _of_name(tokens, individual=individual)
        if said:
            words = [one.word for one in tokens if one.meaning.activity not in _PLACES]
            return Said(said, tuple(words[-2:]))
        tokens = tokens[:-1]
    return NOTHING


def in_scope(clause: str, *, individual: bool) -> Said:
    """What a clause of a scope says."""
    tokens = [one for one in vocabulary().scan(clause) if len(one.word) > 1]
    said = _of_clause(tokens, individual=individual)
    words = tuple(dict.fromkeys(token.word for token in tokens))
    return Said(said, words) if said else NOTHING


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for division, words in table["trades"].items():
        yield from ((word, {"division": division}) for word in words)
    for kind in ("grown", "made"):
        for division, words in table["goods"][kind].items():
            yield from ((word, {"goods": True, kind: division}) for word in words)
    yield from ((word, {"goods": True}) for word in table["goods"]["sold"])
    yield from ((word, {"product": True}) for word in table["goods"]["heads"])
    for name, words in table["activities"].items():
        yield from ((word, {"activity": Activity(name)}) for word in words)


def _standing(tokens: _Tokens, length: int) -> list[Found[Meaning]]:
    """Tokens of a name; a single letter counts only at the end, or before one that does."""
    kept: list[Found[Meaning]] = []
    end = length
    for token in reversed(tokens):
        if len(token.word) > 1 or token.end == end:
            kept.append(token)
            end = token.at
    return kept[::-1]


def _of_name(tokens: _Tokens, *, individual: bool) -> dict[str, float]:
    if not tokens:
        return {}
    last, before = tokens[-1].meaning, [token.meaning for token in tokens[:-1]]
    if last.activity in _PLACES and not last.division:
        return _of_place(tokens[:-1], last.activity, individual=individual)
    if last.division and not last.sold:
        return {last.division: 1.0}
    if last.activity is not None and not last.sold:
        return _done(last.activity, before, individual=individual)
    return _goods(last, individual=individual)


def _of_place(tokens: _Tokens, place: Activity, *, individual: bool) -> dict[str, float]:
    """A shop of goods sells them, a workshop makes them; a place for anything else does that."""
    goods = tokens[-1].meaning if tokens else Meaning()
    if not goods.sold:
        return _of_name(tokens, individual=individual)
    if place is Activity.WORKSHOP and goods.made:
        return {goods.made: 0.6, RETAIL: 0.4}
    return _sold(Activity.RETAIL, individual=individual)


def _of_clause(tokens: _Tokens, *, individual: bool) -> dict[str, float]:
    meanings = [one.meaning for one in tokens if one.meaning.activity not in _PLACES]
    if not meanings:
        return {}
    doing = [one.activity for one in meanings if one.activity is not None]
    trades = [one for one in meanings if one.division and not one.sold]
    producing = [one for one in trades if one.division < _PRODUCED and not one.goods]
    if trades and (trades[-1] is meanings[-1] or not _SELLING.intersection(doing)):
        return {trades[-1].division: 1.0}
    if producing:  # who grows or makes something sells it too
        return {producing[-1].division: 1.0}
    if doing:
        objects = [one for one in meanings if one.activity is None]
        return _done(_chief(doing), objects, individual=individual)
    return _goods(meanings[-1], individual=individual)


def _chief(doing: Sequence[Activity]) -> Activity:
    return next((one for one in _FIRST if one in doing), doing[0])


def _done(activity: Activity, before: Sequence[Meaning], *, individual: bool) -> dict[str, float]:
    """What an activity does with what stands before it."""
    what = before[-1] if before else Meaning()
    if activity in _SELLING:
        if what.division >= _SERVICES and not what.goods:
            return {what.division: 1.0}
        return _sold(activity, individual=individual)
    if activity is Activity.MAKE:
        return {what.made: 1.0} if what.made else {OTHER_MAKING: 0.6}
    if activity is Activity.GROW:
        return {what.grown or "01": 1.0}
    if activity is Activity.RAISE:
        return {what.grown or "03": 1.0}
    if activity is Activity.MAINTAIN and what.made in _INDUSTRIAL:
        return {"43": 1.0}
    return {_OF_ACTIVITY[activity]: 1.0}


def _sold(activity: Activity | None, *, individual: bool) -> dict[str, float]:
    if activity is Activity.WHOLESALE:
        return {WHOLESALE: 0.9, RETAIL: 0.1}
    if activity is Activity.RETAIL:
        return {RETAIL: 0.9, WHOLESALE: 0.1}
    return dict(_SHOP if individual else _COMPANY)


def _goods(goods: Meaning, *, individual: bool) -> dict[str, float]:
    """Goods that nothing is said to be done with: sold; or made, where a company names them."""
    sold = _sold(None, individual=individual)
    source = goods.grown or goods.made
    if not source or (individual and not goods.grown):
        return sold
    return {**{code: share * 0.6 for code, share in sold.items()}, source: 0.4}
