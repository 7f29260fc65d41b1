"""Whether a person is the owner of a business: evidence added up as log-odds. Pure.

Each piece of evidence has likelihood ratios in the policy, with why. A source that was not read
says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from loans.profile.policy import OwnerRules


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

    `days_ago` counts for searches and signals, which fade; each of them is a piece of its own.
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


@dataclass(frozen=True)
class OwnerView:
    """What a person is taken for, how likely they own the business, and why.

    `reasons` are codes with sentences, what weighs most first.
    """

    owner_class: OwnerClass
    probability: float  # of being the owner, 0..1
    prior_log_odds: float
    terms: tuple[Term, ...]
    reasons: tuple[str, ...]


def identify_owner(evidence: Iterable[Evidence], rules: OwnerRules) -> OwnerView:
    """What evidence makes of a person; its order, and the same piece given twice, do not matter."""
    raise NotImplementedError
