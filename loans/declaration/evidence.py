"""What a comparison of a declaration takes and gives: values, without any rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from loans.codes import Role
from loans.profile.intents import Intent


class Consistency(StrEnum):
    """How a declaration compares with what is known."""

    CONSISTENT = "consistent"
    UNCLEAR = "unclear"  # a question, or a person, would settle it
    CONTRADICTING = "contradicting"  # a person looks before anything is lent


class Difference(StrEnum):
    """What differs, or what is not said. The first that is found is asked about."""

    MONEY_TO_PROPERTY = "money_to_property"
    MONEY_TO_SECURITIES = "money_to_securities"
    MONEY_TO_GAMBLING = "money_to_gambling"
    MONEY_LENT_ON = "money_lent_on"
    MONEY_TO_OWNER = "money_to_owner"  # all to the owner, who looks for what is forbidden
    MONEY_PRIVATE = "money_private"
    AMOUNT_IMPOSSIBLE = "amount_impossible"
    OTHER_BUSINESS = "other_business"
    INDUSTRY_DIFFERS = "industry_differs"
    ROLE_UNUSUAL = "role_unusual"
    EQUITY_BOUGHT = "equity_bought"
    HOME_OR_SHOP = "home_or_shop"
    PRIVATE_AND_BUSINESS = "private_and_business"
    GIFT_OR_RESALE = "gift_or_resale"
    OLD_DEBT = "old_debt"
    BUSINESS_YOUNG = "business_young"
    AMOUNT_LARGE = "amount_large"
    PAYEE_A_PERSON = "payee_a_person"
    SEARCHES_FORBIDDEN = "searches_forbidden"
    PURPOSE_VAGUE = "purpose_vague"
    PURPOSE_UNUSUAL = "purpose_unusual"


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
    """What came of it, with the evidence of each difference, what weighs most first."""

    consistency: Consistency
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Stated:
    """What an owner declared: codes of the standards and of the policy, words, fen, payees.

    An empty industry, no amount and no payees are not compared.
    """

    role: Role
    industry: str  # a division of GB/T 4754-2017
    purpose: str
    purpose_text: str
    amount_fen: int | None = None
    payees: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecentIntent:
    """What a search was about, and how many days ago."""

    intent: Intent
    days_ago: int


@dataclass(frozen=True)
class Shown:
    """What the licence shows, and what else is known. What is absent never counts against."""

    business_name: str
    business_type: str
    scope: str
    months_in_business: int | None = None
    monthly_turnover_fen: int | None = None
    staff: int | None = None
    intents: tuple[RecentIntent, ...] = ()
