"""Offers of one application: up to three loans, and what would be better, priced alike. Pure.

An offer is never pressed under the ceiling: a loan that would cost more is not offered at a lower
rate; another tenor or way is, or nothing. An improvement is priced as an offer is, and so is
honoured when it is asked for: `make_offers` with its terms begins with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate

from core.money import BasisPoints, Fen
from loans.terms.cost import Cost, cost_of, payments_by_period
from loans.terms.product import Product
from loans.terms.rate import PriceRules, RateParts, Risk, annual_rate
from loans.terms.schedule import (
    DayCount,
    Schedule,
    Terms,
    as_rate,
    make_schedule,
    monthly_periods,
)

MAX_OPTIONS = 3
SMALLER_BY = Fraction(3, 4)  # the amount of an improvement that borrows less


class TooCostly(Exception):
    """All in, the loan would cost more than may be asked; no rate is pressed to the ceiling."""


class Bound(StrEnum):
    """What an amount is limited by: the smallest limit wins, and is the reason that is told."""

    ASKED = "asked"
    NEED = "need"
    CAPACITY = "capacity"
    THIN_FILE = "thin_file"  # little is known
    TURNOVER = "turnover"  # months of verified turnover
    PRODUCT = "product"
    EXPOSURE = "exposure"


class NoOffer(StrEnum):
    """Why nothing is offered."""

    BELOW_MINIMUM = "below_minimum"  # what may be lent is less than the product's least amount
    UNAFFORDABLE = "unaffordable"  # no loan of the product can be repaid from what is earned
    TOO_COSTLY = "too_costly"  # what could be repaid would cost more than may be asked


class Change(StrEnum):
    """How an improvement differs from the first offer."""

    SMALLER_AMOUNT = "smaller_amount"
    SHORTER_TENOR = "shorter_tenor"
    LONGER_TENOR = "longer_tenor"
    OTHER_WAY = "other_way"


class Gain(StrEnum):
    """In what an improvement is better than the first offer."""

    TOTAL_COST = "total_cost"
    ANNUAL_COST = "annual_cost"
    MONTHLY = "monthly"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Limit:
    """The most that may be lent, what limits it, and what can be set aside a month, in fen."""

    max_fen: Fen
    bound_by: Bound
    max_monthly_fen: Fen | None = None  # None where no earnings are known: the amount binds alone


@dataclass(frozen=True)
class Option:
    """A loan with its price, schedule and cost."""

    terms: Terms
    rate: RateParts
    schedule: Schedule
    cost: Cost

    @property
    def monthly_fen(self) -> Fen:
        """What is to be set aside each month so that every instalment can be paid."""
        return monthly_burden(self.schedule)


@dataclass(frozen=True)
class Improvement:
    """Another loan, how it differs from the first offer, and in what it is better."""

    change: Change
    gains: tuple[Gain, ...]
    option: Option


@dataclass(frozen=True)
class Offers:
    """What is offered, the first nearest to what was asked; or why nothing is."""

    options: tuple[Option, ...] = ()
    bound_by: Bound | None = None  # why the first is not larger; None where there is none
    improvements: tuple[Improvement, ...] = ()
    none: NoOffer | None = None


@dataclass(frozen=True)
class Pricing:
    """Prices any loan of one product for one borrower on one day."""

    product: Product
    pd_12m: float
    paid_out: date
    rules: PriceRules

    def price(self, terms: Terms) -> Option:
        """Price a loan. Raises as `price_loan` does."""
        return price_loan(terms, self.product.risk(self.pd_12m), self.paid_out, self.rules)


def may_run(terms: Terms, rules: PriceRules) -> bool:
    """Whether a loan that is repaid so may run for so long."""
    return terms.repayment.amortises or terms.tenor_months <= rules.max_months_unamortised


def price_loan(terms: Terms, risk: Risk, paid_out: date, rules: PriceRules) -> Option:
    """A loan's price, schedule and cost.

    Raises `TooCostly`, and `ValueError` for what is no loan, for a tenor longer than any that money
    is had for, and for one that is not amortised for longer than may be.
    """
    if not may_run(terms, rules):
        raise ValueError("a loan of so many months is repaid in instalments")
    rate = annual_rate(terms, risk, rules)
    return loan_at(rate, terms, risk.guarantee_bp, paid_out, rules.ceiling_bp)


def loan_at(
    rate: RateParts,
    terms: Terms,
    guarantee_bp: BasisPoints,
    paid_out: date,
    ceiling_bp: BasisPoints,
) -> Option:
    """A loan at a rate that is agreed already: its schedule and cost.

    Raises `TooCostly` above the ceiling, all in, and `ValueError` for what is no loan.
    """
    schedule = make_schedule(
        terms.principal_fen,
        as_rate(rate.annual_rate_bp),
        monthly_periods(paid_out, terms.tenor_months, DayCount.THIRTY_360),
        terms.repayment,
        as_rate(guarantee_bp),
    )
    cost = cost_of(terms.principal_fen, schedule)
    if cost.irr_bp > ceiling_bp:
        raise TooCostly
    return Option(terms, rate, schedule, cost)


def monthly_burden(schedule: Schedule) -> Fen:
    """What has to be set aside each month to pay every instalment in time, in fen, rounded up.

    The instalment itself where all are equal; for a bullet, the whole by its months.
    """
    paid = accumulate(payments_by_period(schedule))
    return Fen(max(-(-total // max(month, 1)) for month, total in enumerate(paid)))


def make_offers(asked: Terms, limit: Limit, pricing: Pricing) -> Offers:
    """What is offered to who asked for a loan of a product.

    Raises `ValueError` for terms that the product does not have.
    """
    if not (pricing.product.has(asked) and may_run(asked, pricing.rules)):
        raise ValueError("the product has no such loan")
    search = _Search(asked, limit, pricing)
    if search.max_fen < pricing.product.min_fen:
        return Offers(none=NoOffer.BELOW_MINIMUM)
    options: dict[Terms, Option] = {}
    for terms in _near(asked, pricing):
        option = search.largest(terms)
        if option is not None:
            options.setdefault(option.terms, option)
        if len(options) == MAX_OPTIONS:
            break
    if not options:
        return Offers(none=search.why_none)
    first = next(iter(options.values()))
    return Offers(
        options=tuple(options.values()),
        bound_by=search.bound_of(first),
        improvements=tuple(_improvements(first, asked, search, pricing)),
    )


class _Search:
    """Finds, for a tenor and a way, the largest loan up to what was asked that may be offered."""

    def __init__(self, asked: Terms, limit: Limit, pricing: Pricing) -> None:
        self._asked, self._limit, self._pricing = asked, limit, pricing
        self._too_costly = False
        self._exact_fen = Fen(min(limit.max_fen, pricing.product.max_fen))
        step = pricing.rules.amount_step_fen
        self.max_fen = Fen(max(self._exact_fen, 0) // step * step)

    @property
    def why_none(self) -> NoOffer:
        """Why no option was found, once all were looked for."""
        return NoOffer.TOO_COSTLY if self._too_costly else NoOffer.UNAFFORDABLE

    def bound_of(self, option: Option) -> Bound:
        """Why an option is not larger."""
        amount, product = option.terms.principal_fen, self._pricing.product
        if amount == self._asked.principal_fen:
            return Bound.ASKED
        if amount < self.max_fen:
            return Bound.CAPACITY
        return self._limit.bound_by if self._limit.max_fen <= product.max_fen else Bound.PRODUCT

    def largest(self, terms: Terms) -> Option | None:
        """The largest loan of such a tenor and way, up to these terms' amount; None for none.

        A loan that costs too much is not tried smaller: what a loan costs whatever its amount
        weighs more on a smaller one.
        """
        fen = terms.principal_fen
        option = self._priced(terms, fen if fen <= self._exact_fen else self.max_fen)
        if option is None or self._is_affordable(option):
            return option
        return self._largest_affordable(terms, option.terms.principal_fen)

    def _largest_affordable(self, terms: Terms, below: Fen) -> Option | None:
        """By bisection over steps of the amount: whoever can repay a loan can repay a smaller.

        The least amounts may be too costly where larger ones are not; they are passed over.
        """
        step = self._pricing.rules.amount_step_fen
        low, high = -(-self._pricing.product.min_fen // step), (below - 1) // step
        best = None
        while low <= high:
            middle = (low + high) // 2
            option = self._priced(terms, Fen(middle * step))
            if option is not None and not self._is_affordable(option):
                high = middle - 1
            else:
                best, low = option, middle + 1
        return best

    def _priced(self, terms: Terms, fen: Fen) -> Option | None:
        try:
            return self._pricing.price(replace(terms, principal_fen=fen))
        except TooCostly:
            self._too_costly = True
            return None

    def _is_affordable(self, option: Option) -> bool:
        most = self._limit.max_monthly_fen
        return most is None or option.monthly_fen <= most


def _near(asked: Terms, pricing: Pricing) -> Iterator[Terms]:
    """As asked, a tenor shorter, a tenor longer, then all others; repaid otherwise last."""
    tenors = sorted(
        pricing.product.tenors,
        key=lambda months: (abs(_places(pricing, months, asked.tenor_months)), months),
    )
    other_ways = [way for way in pricing.product.ways if way is not asked.repayment]
    for way in (asked.repayment, *other_ways):
        for months in tenors:
            terms = replace(asked, tenor_months=months, repayment=way)
            if may_run(terms, pricing.rules):
                yield terms


def _places(pricing: Pricing, months: int, asked: int) -> int:
    tenors = pricing.product.tenors
    return tenors.index(months) - tenors.index(asked)


def _improvements(
    first: Option, asked: Terms, search: _Search, pricing: Pricing
) -> Iterator[Improvement]:
    """The nearest of each kind of change that is better in anything."""
    known: set[Change] = set()
    for change, terms in _changes(first.terms, asked.principal_fen, pricing):
        option = search.largest(terms) if change not in known else None
        if option is None:
            continue
        lends_less = option.terms.principal_fen < first.terms.principal_fen
        if change is not Change.SMALLER_AMOUNT and lends_less:
            continue
        if gains := _gains(option, first):
            known.add(change)
            yield Improvement(change, gains, option)


def _changes(terms: Terms, asked_fen: Fen, pricing: Pricing) -> Iterator[tuple[Change, Terms]]:
    """A smaller amount, and as much as was asked for another time or in another way."""
    step = pricing.rules.amount_step_fen
    smaller = Fen(int(terms.principal_fen * SMALLER_BY) // step * step)
    if smaller >= pricing.product.min_fen:
        yield Change.SMALLER_AMOUNT, replace(terms, principal_fen=smaller)
    for other in _near(replace(terms, principal_fen=asked_fen), pricing):
        same_way = other.repayment is terms.repayment
        if same_way and other.tenor_months < terms.tenor_months:
            yield Change.SHORTER_TENOR, other
        elif same_way and other.tenor_months > terms.tenor_months:
            yield Change.LONGER_TENOR, other
        elif not same_way and other.tenor_months == terms.tenor_months:
            yield Change.OTHER_WAY, other


def _gains(option: Option, first: Option) -> tuple[Gain, ...]:
    better = {
        Gain.TOTAL_COST: option.cost.total_fen < first.cost.total_fen,
        Gain.ANNUAL_COST: option.cost.irr_bp < first.cost.irr_bp,
        Gain.MONTHLY: option.monthly_fen < first.monthly_fen,
        Gain.AMOUNT: option.terms.principal_fen > first.terms.principal_fen,
    }
    return tuple(gain for gain, is_better in better.items() if is_better)
