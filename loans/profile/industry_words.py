"""What words of a name and a scope say of a business: the lexicon of industries, by rules. Pure.

The registry's main business comes first: words of the name weigh more than the scope, the first
item of the scope more than the others, and items that end many scopes next to nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from loans.codes import section_of
from loans.profile.industry_rules import WordWeights, by_place
from loans.profile.lexicon import lexicon, plain
from loans.profile.trades import OTHER_MAKING, TRADE, Said, in_name, in_scope

_BRACKETED = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_CLAUSES = re.compile(r"[;。:\n]")
_LISTS_ONE_A_COMMA = 2  # parts: a scope without semicolons


@dataclass(frozen=True)
class Ruled:
    """The divisions that words speak for, by score; one of them, and whether that is sure.

    Empty where nothing is said; `words` decided.
    """

    divisions: Mapping[str, float] = field(default_factory=dict)
    division: str = ""
    sure: bool = False
    words: tuple[str, ...] = ()


NOTHING_RULED = Ruled()
_Weighed = Sequence[tuple[float, Said]]


def by_words(trade: str, scope: str, rules: WordWeights, *, individual: bool) -> Ruled:
    """What the trade part of a name and a scope say, word by word."""
    named = in_name(trade, individual=individual)
    of_scope = _of_scope(scope, rules, individual=individual)
    weighed = [(_name_weight(named, rules), named), *of_scope]
    scores = _scores(weighed, rules.further)
    by_section: dict[str, float] = defaultdict(float)
    for division, score in scores.items():
        by_section[section_of(division)] += score
    section = max(by_section, key=lambda code: (by_section[code], code), default="")
    if not section or by_section[section] < rules.least:
        return NOTHING_RULED
    within = {code: score for code, score in scores.items() if section_of(code) == section}
    # Making of unknown goods gives way to goods that are known.
    division = max(within, key=lambda code: (code != OTHER_MAKING, within[code], code))
    share = by_section[section] / sum(by_section.values())
    return Ruled(
        divisions=scores,
        division=division,
        sure=by_section[section] >= rules.sure_score and share >= rules.sure_share,
        words=_words_for(division, weighed),
    )


def clauses(scope: str) -> Iterator[str]:
    """The items of a scope without brackets, marks of parts and notes on permits."""
    notes = lexicon("industries")["notes"]
    parts = _CLAUSES.split(_BRACKETED.sub("", plain(scope)))
    if len(parts) <= _LISTS_ONE_A_COMMA:
        parts = [item for part in parts for item in part.split(",")]
    for clause in parts:
        restricts = any(note in clause for note in notes["restrictions"])
        if clause and clause not in notes["marks"] and not restricts:
            yield clause


def _scores(weighed: _Weighed, further: float) -> dict[str, float]:
    """What speaks for each division: its strongest word, and a part of what the others add."""
    found: dict[str, list[float]] = defaultdict(list)
    for weight, said in weighed:
        for division, part in said.divisions.items():
            found[division].append(weight * part)
    return {
        division: max(weights) + further * (sum(weights) - max(weights))
        for division, weights in found.items()
    }


def _words_for(division: str, weighed: _Weighed) -> tuple[str, ...]:
    speaking = [one for one in weighed if division in one[1].divisions]
    speaking.sort(key=lambda one: -one[0] * one[1].divisions[division])
    return tuple(dict.fromkeys(word for _, said in speaking for word in said.words))[:4]


def _name_weight(said: Said, rules: WordWeights) -> float:
    last = set(said.words[-1:])
    if len(said.divisions) > len(TRADE):  # goods that may be sold or made
        return rules.broad_name
    if last <= _generic("name_words"):
        return rules.vague_name
    return rules.broad_name if last <= _generic("broad_words") else rules.name


def _of_scope(scope: str, rules: WordWeights, *, individual: bool) -> Iterator[tuple[float, Said]]:
    places = by_place(rules.items)
    for number, clause in enumerate(clauses(scope)):
        said = in_scope(clause, individual=individual)
        if not said.divisions:
            continue
        idle = _generic("items") | (_generic("later_items") if number else frozenset())
        if all(item in idle for item in clause.split("、")):
            yield rules.generic, said
        else:
            yield next(places), said


@cache
def _generic(kind: str) -> frozenset[str]:
    return frozenset(map(plain, lexicon("industries")["generic"][kind]))
