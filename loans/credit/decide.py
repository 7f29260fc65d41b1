"""What becomes of an application: its limit, its offers or its reasons. Pure.

The same facts by the same rules give the same outcome, so that a decision can be made again from
its record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.money import Fen
from core.policy import Part
from core.reasons import Reason
from loans.credit.capacity import (
    as_trade,
    is_known,
    known_file_fen,
    verified_monthly_fen,
)
from loans.credit.limits import StatedTrade, monthly_fen, need_fen, smallest, thin_file_fen
from loans.policy import LoanPolicy
from loans.profile.verified_trade import VerifiedTrade
from loans.terms.options import (
    Bound,
    Change,
    Gain,
    Improvement,
    Limit,
    NoOffer,
    Option,
    Pricing,
    make_offers,
)
from loans.terms.product import Product, product_of
from loans.terms.schedule import Repayment, Terms


class Judgement(StrEnum):
    """What was decided."""

    OFFERED = "offered"
    DECLINED = "declined"


class CreditFacts(Part):
    """All that a decision rests on. Money in fen; `room_fen` is what the person may yet borrow.

    Who is asked by whom, when and by which channel is no part of it: the same risk has the same
    price.
    """

    amount_fen: int
    tenor_months: int
    repayment: Repayment
    product: str
    day: date  # in China, from which schedules count
    months_in_business: int | None
    room_fen: int
    stated: StatedTrade | None
    pd_12m: float
    verified: VerifiedTrade | None = None  # None: nobody gave leave, or by records of before


class OfferedTerms(Part):
    """An offer as it is recorded: terms, price by its parts, cost."""

    principal_fen: int
    tenor_months: int
    repayment: Repayment
    annual_rate_bp: int
    guarantee_bp: int
    rate_parts: dict[str, int]
    instalment_fen: int  # the first
    interest_fen: int
    fee_fen: int
    irr_bp: int
    simple_rate_bp: int


class ImprovedTerms(Part):
    """What would be better, as the same rules price it, and in what."""

    change: Change
    gains: tuple[Gain, ...]
    terms: OfferedTerms


class Outcome(Part):
    """What was decided, why, how much might be lent, and what limited it."""

    judgement: Judgement
    reasons: tuple[str, ...]
    max_fen: int
    bound_by: Bound | None
    offers: tuple[OfferedTerms, ...]
    improvements: tuple[ImprovedTerms, ...]
    # what might be lent but for verified turnover, where the first offer is larger
    raised_from_fen: int | None = None


_TOO_LITTLE = {
    Bound.NEED: Reason.NEED_TOO_SMALL,
    Bound.THIN_FILE: Reason.TOO_LITTLE_KNOWN,
    Bound.TURNOVER: Reason.TOO_LITTLE_KNOWN,
    Bound.EXPOSURE: Reason.EXPOSURE_USED,
}
_NO_OFFER = {
    NoOffer.UNAFFORDABLE: Reason.CAPACITY_TOO_SMALL,
    NoOffer.TOO_COSTLY: Reason.TOO_COSTLY,
}


class ProductGone(Exception):
    """The policy does not have the application's product any more."""


def decide(facts: CreditFacts, policy: LoanPolicy) -> Outcome:
    """Offer or decline. Raises `ProductGone`."""
    product = product_of(facts.product, policy.products)
    if product is None:
        raise ProductGone(facts.product)
    if facts.pd_12m > policy.credit.max_pd:
        return _declined(Reason.RISK_TOO_HIGH)
    limit = _limit(facts, product, policy)
    asked = Terms(Fen(facts.amount_fen), facts.tenor_months, facts.repayment)
    found = make_offers(asked, limit, Pricing(product, facts.pd_12m, facts.day, policy.pricing))
    if found.none is NoOffer.BELOW_MINIMUM:
        return _declined(_TOO_LITTLE.get(limit.bound_by, Reason.TOO_LITTLE_KNOWN), limit)
    if found.none is not None:
        return _declined(_NO_OFFER[found.none], limit)
    return Outcome(
        judgement=Judgement.OFFERED,
        reasons=(),
        max_fen=limit.max_fen,
        bound_by=found.bound_by,
        offers=tuple(_recorded(option, product) for option in found.options),
        improvements=tuple(_improved(each, product) for each in found.improvements),
        raised_from_fen=_raised_from(facts, found.options[0], product, policy),
    )


def _limit(facts: CreditFacts, product: Product, policy: LoanPolicy) -> Limit:
    """The smallest of what may be lent. What is stated lessens it; what is verified does both."""
    rules, known = policy.credit.limits, _known(facts, policy)
    trades = [trade for trade in (facts.stated, known and known.month) if trade]
    needs = [need_fen(trade, rules) for trade in trades if product.code in rules.by_need]
    monthly = [monthly_fen(facts.stated, rules)] if facts.stated else []
    if known:
        monthly.append(known.monthly_fen)
    thin_fen = thin_file_fen(facts.months_in_business, rules.thin_file)
    raises = known is not None and known.may_raise and known.limit_fen > thin_fen
    return smallest(
        {
            Bound.EXPOSURE: Fen(facts.room_fen),
            Bound.PRODUCT: product.max_fen,
            Bound.THIN_FILE: None if raises else thin_fen,
            Bound.TURNOVER: known.limit_fen if known and raises else None,
            Bound.NEED: min(needs, default=None),
        },
        min(monthly, default=None),
        rules,
    )


@dataclass(frozen=True)
class _Known:
    """What verified turnover makes of a business: a month of it, what it can repay, its limit."""

    month: StatedTrade
    monthly_fen: Fen
    limit_fen: Fen
    may_raise: bool


def _known(facts: CreditFacts, policy: LoanPolicy) -> _Known | None:
    trade, rules = facts.verified, policy.credit.capacity
    if trade is None or rules is None or not is_known(trade, rules):
        return None
    month, monthly = as_trade(trade, rules), verified_monthly_fen(trade, rules)
    return _Known(month, monthly, known_file_fen(trade, rules), trade.raises)


def _raised_from(
    facts: CreditFacts, first: Option, product: Product, policy: LoanPolicy
) -> int | None:
    """What might be lent did nobody know the turnover, where that is less than is offered."""
    if facts.verified is None or not facts.verified.raises:
        return None
    before = _limit(facts.model_copy(update={"verified": None}), product, policy)
    return before.max_fen if before.max_fen < first.terms.principal_fen else None


def _declined(reason: Reason, limit: Limit | None = None) -> Outcome:
    return Outcome(
        judgement=Judgement.DECLINED,
        reasons=(reason,),
        max_fen=limit.max_fen if limit else 0,
        bound_by=limit.bound_by if limit else None,
        offers=(),
        improvements=(),
    )


def _improved(improvement: Improvement, product: Product) -> ImprovedTerms:
    terms = _recorded(improvement.option, product)
    return ImprovedTerms(change=improvement.change, gains=improvement.gains, terms=terms)


def _recorded(option: Option, product: Product) -> OfferedTerms:
    rate = option.rate
    return OfferedTerms(
        principal_fen=option.terms.principal_fen,
        tenor_months=option.terms.tenor_months,
        repayment=option.terms.repayment,
        annual_rate_bp=rate.annual_rate_bp,
        guarantee_bp=product.guarantee_bp,
        rate_parts={
            "funds_bp": rate.funds_bp,
            "operations_bp": rate.operations_bp,
            "expected_loss_bp": rate.expected_loss_bp,
            "capital_bp": rate.capital_bp,
            "margin_bp": rate.margin_bp,
        },
        instalment_fen=option.schedule[0].total_fen,
        interest_fen=option.cost.interest_fen,
        fee_fen=option.cost.fee_fen,
        irr_bp=option.cost.irr_bp,
        simple_rate_bp=option.cost.simple_rate_bp,
    )
