"""A declaration compared with what is known of the business, pure.

Words never refuse anybody: a farm's "agricultural services" once made a service firm of it. What
was declared counts; what the licence shows is compared with it, and what differs is evidence that a
person weighs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from loans.declaration.codes import Role, section_of
from loans.policy import LoanPolicy

GENERIC = ""  # sections of words that any business may use


class Consistency(StrEnum):
    """How a declaration compares with what is known."""

    CONSISTENT = "consistent"
    UNCLEAR = "unclear"  # a question, or a person, would settle it
    CONTRADICTING = "contradicting"  # a person looks before anything is lent


class Difference(StrEnum):
    """What differs, or what is not said."""

    INDUSTRY_DIFFERS = "industry_differs"
    PURPOSE_UNUSUAL = "purpose_unusual"
    PURPOSE_TEXT_FORBIDDEN = "purpose_text_forbidden"
    ROLE_UNUSUAL = "role_unusual"


@dataclass(frozen=True)
class Evidence:
    """One difference: what was declared, and what speaks against it."""

    difference: Difference
    declared: str
    known: str

    def value(self) -> dict[str, str]:
        """As it is kept."""
        return {
            "difference": self.difference.value,
            "declared": self.declared,
            "known": self.known,
        }


@dataclass(frozen=True)
class Comparison:
    """What came of it, with the evidence of each difference."""

    consistency: Consistency
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Stated:
    """What an owner declared: codes of the standards and of the policy."""

    role: Role
    industry: str  # a division of GB/T 4754-2017
    purpose: str
    purpose_text: str


@dataclass(frozen=True)
class Shown:
    """What the licence shows."""

    business_name: str
    business_type: str
    scope: str


def compare(stated: Stated, shown: Shown, policy: LoanPolicy) -> Comparison:
    """What speaks against a declaration.

    `contradicting`: name and scope of the licence both show other industries alone, or the words of
    the purpose name a forbidden one. `unclear`: the name alone does, or role or purpose are
    unusual for such a business.
    """
    found = tuple(
        (consistency, evidence)
        for check in (_industry, _purpose, _purpose_text, _role)
        for consistency, evidence in check(stated, shown, policy)
    )
    kinds = {consistency for consistency, _ in found}
    worst = next(
        (kind for kind in (Consistency.CONTRADICTING, Consistency.UNCLEAR) if kind in kinds),
        Consistency.CONSISTENT,
    )
    return Comparison(worst, tuple(evidence for _, evidence in found))


_Found = Iterator[tuple[Consistency, Evidence]]


def _industry(stated: Stated, shown: Shown, policy: LoanPolicy) -> _Found:
    declared = section_of(stated.industry)
    by_name = _sections(shown.business_name, policy)
    by_scope = _sections(shown.scope, policy)
    if not _speaks_against(by_name, declared):
        return
    # A scope that names an industry says something, whatever services it lists besides.
    named = {word: sections for word, sections in by_scope.items() if sections != GENERIC}
    both = _speaks_against(named, declared)
    kind = Consistency.CONTRADICTING if both else Consistency.UNCLEAR
    words = " ".join(dict.fromkeys((*by_name, *(named if both else ()))))
    yield kind, Evidence(Difference.INDUSTRY_DIFFERS, stated.industry, words)


def _purpose(stated: Stated, _shown: Shown, policy: LoanPolicy) -> _Found:
    usual = policy.purposes[stated.purpose]
    if usual and section_of(stated.industry) not in usual:
        known = " ".join(usual)
        yield (
            Consistency.UNCLEAR,
            Evidence(Difference.PURPOSE_UNUSUAL, stated.purpose, known),
        )


def _purpose_text(stated: Stated, _shown: Shown, policy: LoanPolicy) -> _Found:
    for word in policy.consistency.forbidden_words:
        if word in stated.purpose_text:
            evidence = Evidence(Difference.PURPOSE_TEXT_FORBIDDEN, stated.purpose, word)
            yield Consistency.CONTRADICTING, evidence


def _role(stated: Stated, shown: Shown, policy: LoanPolicy) -> _Found:
    types = policy.consistency.single_owner_types
    if stated.role in {Role.PARTNER, Role.SHAREHOLDER}:
        for kind in types:
            if kind in shown.business_type:
                evidence = Evidence(Difference.ROLE_UNUSUAL, stated.role, kind)
                yield Consistency.UNCLEAR, evidence


def _sections(text: str, policy: LoanPolicy) -> Mapping[str, str]:
    """Words of industries that a text shows, each with the sections that it stands for."""
    sections = policy.consistency.sections_of_words
    return {
        word: sections[industry]
        for industry, words in policy.industries.items()
        for word in words
        if word in text
    }


def _speaks_against(found: Mapping[str, str], declared: str) -> bool:
    """Whether a text shows industries, and none that the declared one may be."""
    return bool(found) and all(
        sections != GENERIC and declared not in sections for sections in found.values()
    )
