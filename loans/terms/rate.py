"""The price of a loan: what it costs to make, part by part, each part kept.

The annual rate is what money of that tenor costs, what running the loan costs, the loss to be
expected, what the bank's capital costs, and its margin. The expected loss of a year is PD x LGD;
LGD is a share of what is outstanding at default, as interest is, so that no way to repay is dearer
by the formula alone. What a loan costs in fen, however much is still owed, is spread over its
average balance.

`Risk` and `Terms` are all that a price is made of: the same risk has the same price, whatever the
phone, the channel, the hour, or the willingness to accept (PIPL art. 24).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from pydantic import PositiveInt, model_validator

from core.money import BasisPoints, Fen
from core.policy import Part
from loans.terms.schedule import BASIS_POINTS_A_UNIT, Terms


class FundsStep(Part):
    """What money costs that is lent for up to so many months."""

    max_months: PositiveInt
    bp: BasisPoints


class Capital(Part):
    """The capital that a loan ties up, and what its owners want of it."""

    risk_weight_bp: BasisPoints  # of the loan
    ratio_bp: BasisPoints  # capital, of what is weighted by risk
    return_bp: BasisPoints  # a year

    @property
    def cost_bp(self) -> BasisPoints:
        """Of the loan, a year, rounded up."""
        product = self.risk_weight_bp * self.ratio_bp * self.return_bp
        return BasisPoints(-(-product // BASIS_POINTS_A_UNIT**2))


class PriceRules(Part):
    """What lending costs, and what a loan may cost, from the policy. Rates of a year."""

    funds: tuple[FundsStep, ...]  # by rising months
    operations_fen: Fen  # of one loan, a year
    capital: Capital
    margin_bp: BasisPoints
    step_bp: PositiveInt  # rates are rounded up to a multiple of this
    floor_bp: BasisPoints  # no rate is lower
    ceiling_bp: BasisPoints  # of the compound rate, fees within: none is higher
    max_months_unamortised: PositiveInt  # of interest first and bullet
    amount_step_fen: PositiveInt  # amounts below what was asked are multiples of this

    @model_validator(mode="after")
    def _funds_rise(self) -> PriceRules:
        months = [step.max_months for step in self.funds]
        if not months or sorted(set(months)) != months:
            raise ValueError("[loans.pricing] funds: months must rise")
        return self

    def funds_bp(self, months: int) -> BasisPoints:
        """What money for so many months costs. Raises `ValueError` beyond the longest."""
        for step in self.funds:
            if months <= step.max_months:
                return step.bp
        raise ValueError("no money is had for so long")


@dataclass(frozen=True)
class Risk:
    """All that a price knows of a borrower and a product."""

    pd_12m: float  # probability of default within a year, above 0 and below 1
    loss_given_default_bp: BasisPoints  # of what is outstanding at default
    guarantee_bp: BasisPoints  # what a guarantor takes a year, of what is outstanding


@dataclass(frozen=True)
class RateParts:
    """Of what a rate is made, each rounded up to a basis point, and the rate itself."""

    funds_bp: BasisPoints
    operations_bp: BasisPoints
    expected_loss_bp: BasisPoints
    capital_bp: BasisPoints
    margin_bp: BasisPoints
    annual_rate_bp: BasisPoints


def annual_rate(terms: Terms, risk: Risk, rules: PriceRules) -> RateParts:
    """The rate of a loan and its parts. Raises `ValueError` for what is no loan or no risk."""
    if not 0 < risk.pd_12m < 1 or terms.principal_fen < 1 or terms.tenor_months < 1:
        raise ValueError("no price for such a loan")
    parts = (
        rules.funds_bp(terms.tenor_months),
        _operations_bp(terms, rules),
        _expected_loss_bp(risk),
        rules.capital.cost_bp,
        rules.margin_bp,
    )
    rate = -(-sum(parts) // rules.step_bp) * rules.step_bp
    return RateParts(*parts, annual_rate_bp=BasisPoints(max(rate, rules.floor_bp)))


def average_balance(terms: Terms) -> Fraction:
    """The share of the principal that is outstanding on average, above 0 and at most 1.

    That of equal principal stands for equal instalments too, of which it is the least: a rate
    does not depend on itself then.
    """
    if not terms.repayment.amortises:
        return Fraction(1)
    return Fraction(terms.tenor_months + 1, 2 * terms.tenor_months)


def _operations_bp(terms: Terms, rules: PriceRules) -> BasisPoints:
    outstanding = terms.principal_fen * average_balance(terms)
    return BasisPoints(math.ceil(rules.operations_fen * BASIS_POINTS_A_UNIT / outstanding))


def _expected_loss_bp(risk: Risk) -> BasisPoints:
    """Rounded at a millionth first, as floats give 0.07 x 6,000 as a little more than 420."""
    return BasisPoints(math.ceil(round(risk.pd_12m * risk.loss_given_default_bp, 6)))
