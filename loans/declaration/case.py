"""A declaration beside what is known of the business, and what a check finds in it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from loans.declaration.evidence import Consistency, Difference, Evidence, Shown, Stated
from loans.declaration.rules import ConsistencyRules
from loans.declaration.told import (
    Thing,
    ToldPayees,
    ToldPurpose,
    others,
    read_payees,
    read_purpose,
    trades_of,
    uses_by_payee,
    uses_of,
    usual_in,
)
from loans.profile.industry import IndustryReading, read_industry
from loans.profile.intents import Intent
from loans.profile.lexicon import lexicon
from loans.profile.purchases import business_text, fitted_purchases
from loans.profile.trades import TRADE


@dataclass(frozen=True)
class Case:
    """A declaration beside what is known, with what words of both say."""

    stated: Stated
    shown: Shown
    usual_sections: tuple[str, ...]  # in which the purpose is usual; none: in all
    rules: ConsistencyRules

    @cached_property
    def told(self) -> ToldPurpose:
        """The purpose in words."""
        return read_purpose(self.stated.purpose_text)

    @cached_property
    def paid(self) -> ToldPayees:
        """The payees."""
        return read_payees(self.stated.payees)

    @cached_property
    def alike(self) -> Mapping[str, float]:
        """What declarations that are written alike pay; empty where nothing is told in words."""
        return uses_of(self.stated.purpose_text, self.others_paid)

    @cached_property
    def alike_paid(self) -> tuple[Mapping[str, float], ...]:
        """What declarations pay whose payee is written alike, for each who is paid."""
        return tuple(uses_by_payee(payee) for payee in self.others_paid)

    @cached_property
    def others_paid(self) -> tuple[str, ...]:
        """Who is paid beside the owner, as far as that is decided."""
        return others(self.stated.payees)

    @property
    def is_known_purchase(self) -> bool:
        """Whether something is told of both the business and the purchase."""
        business = self.shown.business_name + self.shown.scope
        return bool(business.strip() and self.stated.purpose_text.strip())

    @cached_property
    def share_of_another(self) -> float:
        """How probable it is that what is bought is of another trade, 0..1.

        0 where nobody else is paid: the reader was fitted to purchases with payees.
        """
        if not self.others_paid:
            return 0.0
        business = business_text(self.shown.business_name, self.shown.scope)
        told = self.stated.purpose_text
        share = fitted_purchases().share_of_another(business, told, self.others_paid)
        return moved(share, self.rules.strange_thing_odds if self.strange_things else 1.0)

    @cached_property
    def business(self) -> IndustryReading:
        """The industry that the licence shows."""
        shown = self.shown
        return read_industry(
            shown.business_name, shown.business_type, shown.scope, self.rules.industry
        )

    @cached_property
    def divisions(self) -> frozenset[str]:
        """Divisions that the business may be in: declared, and of name and scope."""
        declared = {self.stated.industry} if self.stated.industry else set()
        main = self.rules.least_division_share
        shown = (code for code, share in self.business.divisions.items() if share >= main)
        return frozenset({*declared, *shown})

    @cached_property
    def trades(self) -> frozenset[str]:
        """Trades whose things this business uses or sells, those of its side lines too."""
        divisions = self.divisions | (self.business.besides - TRADE)
        return trades_of(divisions, self.shown.business_name + self.shown.scope)

    @property
    def buys_goods(self) -> bool:
        """Whether the purpose is to buy things."""
        return self.stated.purpose in self.rules.for_goods

    @property
    def pays_wages(self) -> bool:
        """Whether the purpose is to pay people who work there."""
        return self.stated.purpose in self.rules.for_wages

    @property
    def is_small(self) -> bool:
        """Whether the amount is known to be less than a month of turnover: a side line may be."""
        asked, turnover = self.stated.amount_fen, self.shown.monthly_turnover_fen
        return asked is not None and turnover is not None and asked < turnover

    @property
    def owes_for_goods(self) -> bool:
        """Whether a debt is paid that is not of the owner's own life."""
        return "debt" in self.told.concepts and "own_debt" not in self.told.concepts

    @property
    def is_paid_to_self(self) -> bool:
        """Whether the owner's own account is paid, and no account of the business."""
        return "self" in self.paid.concepts and "business_account" not in self.paid.concepts

    @property
    def is_paid_to_firm(self) -> bool:
        """Whether somebody else is paid who is named."""
        nobody = self.paid.concepts.keys() & {"self", "business_account", "undecided"}
        return self.paid.count > 0 and not nobody

    @property
    def names_own_things(self) -> bool:
        """Whether the purpose names something that is of this business's trades."""
        return any(thing.trades and usual_in(thing, self.trades) for thing in self.told.things)

    @property
    def strange_things(self) -> list[Thing]:
        """What the purpose names that none of its trades uses or sells; none beside own things."""
        if self.names_own_things:
            return []
        return [thing for thing in self.told.things if not usual_in(thing, self.trades)]

    def is_own_trade(self, difference: Difference) -> bool:
        """Whether such a use of money is the very trade of this business."""
        divisions = lexicon("purposes")["own_trade"].get(difference, ())
        return bool(self.divisions & frozenset(divisions))

    def searched(self, intents: frozenset[Intent], days: int) -> int:
        """How many searches of one of these intents, the most frequent, were made lately."""
        lately = Counter(
            one.intent
            for one in self.shown.intents
            if one.intent in intents and one.days_ago <= days
        )
        return max(lately.values(), default=0)


def moved(share: float, factor: float) -> float:
    """A probability whose odds are multiplied."""
    odds = factor * share / max(1.0 - share, 1e-9)
    return odds / (1.0 + odds)


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    consistency: Consistency
    evidence: Evidence


def found(kind: Consistency, difference: Difference, case: Case, known: str) -> Finding:
    """A finding whose evidence is the declared purpose."""
    return Finding(kind, Evidence(difference, case.stated.purpose, known))
