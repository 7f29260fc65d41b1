"""Whether a person is the owner of a business: evidence added up as log-odds. Pure.

Each piece of evidence has likelihood ratios in the policy, with why. A source that was not read
says nothing. Pieces are taken as independent; where they are not, the policy lets one stand for
the other (`stands_for`) or bounds what many of a kind add (`max_ratio`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from loans.profile.policy import EvidenceRule, OwnerRules


class EvidenceKind(StrEnum):
    """What may speak for or against a person's being the owner of a business."""

    REGISTRY_LEGAL_PERSON = "registry_legal_person"  # by identity number
    REGISTRY_NAME = "registry_name"  # by name alone, which others may bear
    LICENCE_AND_FACE = "licence_and_face"
    MERCHANT_ACCOUNT = "merchant_account"  # on the same credit code
    INVOICES_AS_SELLER = "invoices_as_seller"
    TAKINGS = "takings"  # of a business, in own accounts
    PAYROLL = "payroll"  # wages from another employer
    APP_SIGNALS = "app_signals"
    RUNS_INTENTS = "runs_intents"  # searches of who runs a business
    STARTS_INTENTS = "starts_intents"  # searches of who wants to begin one


class OwnerClass(StrEnum):
    """What a person is taken for."""

    OWNER = "owner"
    PART_TIME_FOUNDER = "part_time_founder"  # 兼职创业者
    PROSPECTIVE = "prospective"
    NOT = "not"


@dataclass(frozen=True)
class Evidence:
    """What was looked for, and whether it was there.

    `days_ago` is for searches and signals, which fade; those of one day and kind are one piece.
    """

    kind: EvidenceKind
    present: bool = True
    days_ago: int = 0


@dataclass(frozen=True)
class Term:
    """What a kind of evidence adds to the log-odds."""

    kind: EvidenceKind
    present: bool
    log_odds: float

    @property
    def reason(self) -> str:
        """The code of a sentence, as `takings_found` or `takings_not_found`."""
        return f"{self.kind}_{'found' if self.present else 'not_found'}"


@dataclass(frozen=True)
class OwnerView:
    """What a person is taken for, how likely they own the business, and why.

    `reasons` are codes with sentences, what weighs most first; what adds nothing is none.
    """

    owner_class: OwnerClass
    probability: float  # of being the owner, 0..1
    prior_log_odds: float
    terms: tuple[Term, ...]
    reasons: tuple[str, ...]


def identify_owner(evidence: Iterable[Evidence], rules: OwnerRules) -> OwnerView:
    """What evidence makes of a person; its order, and a piece given twice, do not matter.

    Raises `KeyError` for a kind without a rule.
    """
    pieces: dict[EvidenceKind, set[Evidence]] = defaultdict(set)
    for piece in evidence:
        if piece.days_ago <= rules.window_days:
            pieces[piece.kind].add(piece)
    terms = tuple(
        _term(kind, pieces[kind], rules.evidence[kind])
        for kind in EvidenceKind
        if kind in pieces and not _is_stood_for(kind, pieces, rules)
    )
    prior = math.log(rules.prior / (1 - rules.prior))
    log_odds = prior + math.fsum(term.log_odds for term in terms)
    probability = 1 / (1 + math.exp(-log_odds))
    return OwnerView(
        owner_class=_class_of(probability, pieces, rules),
        probability=probability,
        prior_log_odds=prior,
        terms=terms,
        reasons=_reasons(terms),
    )


def _is_stood_for(
    kind: EvidenceKind, pieces: Mapping[EvidenceKind, set[Evidence]], rules: OwnerRules
) -> bool:
    """Whether a stronger kind that says the same was looked for."""
    return any(rules.evidence[other].stands_for == kind for other in pieces)


def _term(kind: EvidenceKind, pieces: Iterable[Evidence], rule: EvidenceRule) -> Term:
    found = [piece for piece in pieces if piece.present]
    if not found:
        return Term(kind, False, math.log(rule.absent))
    if rule.half_life_days is None:
        return Term(kind, True, math.log(rule.present))
    total = math.log(rule.present) * faded(found, rule.half_life_days)
    if rule.max_ratio is not None:
        total = min(total, math.log(rule.max_ratio))
    return Term(kind, True, total)


def faded(pieces: Iterable[Evidence], half_life_days: int) -> float:
    """How many pieces of today older ones are worth: each half after its half-life."""
    return math.fsum(0.5 ** (piece.days_ago / half_life_days) for piece in pieces)


def _class_of(
    probability: float, pieces: Mapping[EvidenceKind, set[Evidence]], rules: OwnerRules
) -> OwnerClass:
    if probability >= rules.owner_from:
        employed = any(piece.present for piece in pieces.get(EvidenceKind.PAYROLL, ()))
        return OwnerClass.PART_TIME_FOUNDER if employed else OwnerClass.OWNER
    half_life = rules.evidence[EvidenceKind.STARTS_INTENTS].half_life_days or rules.window_days
    starts = [one for one in pieces.get(EvidenceKind.STARTS_INTENTS, ()) if one.present]
    wants = faded(starts, half_life) >= rules.prospective_from
    return OwnerClass.PROSPECTIVE if wants else OwnerClass.NOT


def _reasons(terms: Sequence[Term]) -> tuple[str, ...]:
    weighed = sorted(terms, key=lambda term: (-abs(term.log_odds), term.kind))
    return tuple(term.reason for term in weighed if term.log_odds)
