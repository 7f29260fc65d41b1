"""Which industry a business is in, by GB/T 4754-2017, from its name and scope. Pure.

Two readers look at them: one knows words and rules (`industry_words`), the other texts that are
written alike (`industry_examples`). What both say is sure. Where they differ the section is the one
for which both together say most, and it is not sure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loans.codes import section_of
from loans.profile.firm_names import is_individual, trade_part
from loans.profile.industry_examples import by_examples, clear_divisions, divisions_of
from loans.profile.industry_rules import IndustryRules
from loans.profile.industry_words import Ruled, by_words, clauses
from loans.profile.lexicon import plain, shares
from loans.profile.trades import in_name

UNKNOWN = "unknown"


@dataclass(frozen=True)
class IndustryReading:
    """A section (A to T) and a division (01 to 97), or `UNKNOWN` for either.

    `share`: of the evidence that speaks for the section, 0..1; `sure` where it is much and one.
    `sections` and `divisions` are the shares of all, the greatest first; `words` of the
    lexicon decided, none where examples alone did. `besides` are the divisions that single items of
    the scope clearly are of.
    """

    section: str = UNKNOWN
    division: str = UNKNOWN
    share: float = 0.0
    sure: bool = False
    sections: Mapping[str, float] = field(default_factory=dict)
    divisions: Mapping[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    besides: frozenset[str] = frozenset()


def read_industry(
    name: str, business_type: str, scope: str, rules: IndustryRules
) -> IndustryReading:
    """The industry that name and scope of a licence show; unknown rather than wrong."""
    trade = trade_part(name)
    individual = is_individual(name, business_type)
    ruled = by_words(trade, scope, rules.words, individual=individual)
    named, items = divisions_of(trade), [divisions_of(item) for item in clauses(scope)]
    alike = by_examples(named, items, rules.examples)
    divisions = _together(ruled, alike, rules.words_share)
    sections = _sections(divisions)
    section, share = next(iter(sections.items()), (UNKNOWN, 0.0))
    besides = frozenset(clear_divisions(items, rules.examples.clear))
    if section == UNKNOWN:
        return IndustryReading(besides=besides)
    division = next(code for code in divisions if section_of(code) == section)
    agreed = {section, section_of(ruled.division or division), next(iter(_sections(alike)), "")}
    return IndustryReading(
        section=section,
        division=division,
        share=round(share, 4),
        sure=ruled.sure and agreed == {section},
        sections=sections,
        divisions=divisions,
        words=ruled.words,
        besides=besides,
    )


def division_named(words: str) -> str:
    """The division that a trade in words is in (美发, 道路货运); `UNKNOWN` where nothing tells."""
    said = in_name(plain(words), individual=True).divisions
    return max(said, key=lambda code: (said[code], code), default=UNKNOWN)


def _together(ruled: Ruled, alike: Mapping[str, float], words_share: float) -> dict[str, float]:
    """Shares of divisions by both readers, the greatest first; by one where the other is silent."""
    spoken = shares(ruled.divisions)
    weight = words_share if spoken and alike else float(bool(spoken))
    return shares(
        {
            code: weight * spoken.get(code, 0.0) + (1 - weight) * alike.get(code, 0.0)
            for code in _codes(spoken, alike)
        }
    )


def _codes(*found: Mapping[str, float]) -> Iterable[str]:
    return dict.fromkeys(code for each in found for code in each)


def _sections(divisions: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for division, share in divisions.items():
        found[section_of(division)] += share
    return shares(found)
