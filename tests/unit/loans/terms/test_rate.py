"""The price: each part kept, nothing else in it, dearer with more risk."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.money import BasisPoints, Fen
from loans.policy import LoanPolicy
from loans.terms.rate import PriceRules, Risk, annual_rate, average_balance
from loans.terms.schedule import Repayment, Terms
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy).pricing
A_YEAR = Terms(Fen(8_000_000), 12, Repayment.EQUAL_INSTALMENTS)
RISK = Risk(pd_12m=0.03, loss_given_default_bp=BasisPoints(6000), guarantee_bp=BasisPoints(0))

pds = st.floats(0.001, 0.5)
amounts = st.integers(1_000_000, 50_000_000).map(Fen)
ways = st.sampled_from(Repayment)


def test_a_rate_is_the_sum_of_its_parts_rounded_up() -> None:
    rate = annual_rate(A_YEAR, RISK, RULES)
    assert rate.funds_bp == 185
    assert rate.operations_bp == 28  # 120 of 80,000 yuan, of which 13/24 are owed on average
    assert rate.expected_loss_bp == 180  # 3 % x 60 %
    assert rate.capital_bp == 95  # 75 % x 10.5 % x 12 %
    assert rate.margin_bp == 150
    assert rate.annual_rate_bp == 640  # 638 in steps of 5


@pytest.mark.parametrize(("pd", "loss_bp"), [(0.0301, 181), (0.07, 420), (0.03, 180)])
def test_expected_loss_is_rounded_up_to_a_basis_point(pd: float, loss_bp: int) -> None:
    assert annual_rate(A_YEAR, replace(RISK, pd_12m=pd), RULES).expected_loss_bp == loss_bp


@given(pds, pds, amounts, st.integers(1, 36), ways)
def test_more_risk_is_never_cheaper(
    pd: float, other: float, fen: Fen, months: int, way: Repayment
) -> None:
    terms = Terms(fen, months, way)
    low, high = sorted((pd, other))
    cheap = annual_rate(terms, replace(RISK, pd_12m=low), RULES)
    dear = annual_rate(terms, replace(RISK, pd_12m=high), RULES)
    assert cheap.annual_rate_bp <= dear.annual_rate_bp


@given(pds, amounts, amounts, st.integers(1, 36), ways)
def test_a_larger_loan_is_never_dearer(
    pd: float, fen: Fen, other: Fen, months: int, way: Repayment
) -> None:
    small, large = sorted((fen, other))
    risk = replace(RISK, pd_12m=pd)
    dear = annual_rate(Terms(small, months, way), risk, RULES)
    cheap = annual_rate(Terms(large, months, way), risk, RULES)
    assert cheap.annual_rate_bp <= dear.annual_rate_bp


@given(pds, amounts, st.integers(1, 36), ways)
def test_a_rate_lies_on_a_step_and_takes_nothing_off(
    pd: float, fen: Fen, months: int, way: Repayment
) -> None:
    rate = annual_rate(Terms(fen, months, way), replace(RISK, pd_12m=pd), RULES)
    parts = (
        rate.funds_bp
        + rate.operations_bp
        + rate.expected_loss_bp
        + rate.capital_bp
        + rate.margin_bp
    )
    assert rate.annual_rate_bp % RULES.step_bp == 0
    assert parts <= rate.annual_rate_bp < max(parts + RULES.step_bp, RULES.floor_bp + 1)


def test_no_rate_is_below_the_floor() -> None:
    free = RULES.model_copy(update={"margin_bp": 0, "operations_fen": 0})
    safe = replace(RISK, pd_12m=0.0001)
    assert annual_rate(A_YEAR, safe, free).annual_rate_bp == RULES.floor_bp


def test_longer_money_costs_more() -> None:
    months = [step.max_months for step in RULES.funds]
    costs = [RULES.funds_bp(month) for month in months]
    assert sorted(set(costs)) == costs
    assert RULES.funds_bp(1) == costs[0]
    assert RULES.funds_bp(months[0] + 1) == costs[1]
    with pytest.raises(ValueError, match="so long"):
        RULES.funds_bp(months[-1] + 1)


@given(st.integers(1, 60))
def test_what_is_owed_on_average(months: int) -> None:
    owed = [Fraction(months - paid, months) for paid in range(months)]
    equal = Terms(Fen(100), months, Repayment.EQUAL_PRINCIPAL)
    assert average_balance(equal) == sum(owed) / months
    assert average_balance(replace(equal, repayment=Repayment.BULLET)) == 1


@pytest.mark.parametrize("pd", [0.0, 1.0, -0.1, 7.0, float("nan")])
def test_a_probability_lies_between_0_and_1(pd: float) -> None:
    with pytest.raises(ValueError, match="no price"):
        annual_rate(A_YEAR, replace(RISK, pd_12m=pd), RULES)


def test_nothing_but_risk_and_terms_is_priced() -> None:
    """Response, phone, channel and hour have no place to stand (PIPL art. 24)."""
    assert [field.name for field in fields(Risk)] == [
        "pd_12m",
        "loss_given_default_bp",
        "guarantee_bp",
    ]
    assert [field.name for field in fields(Terms)] == ["principal_fen", "tenor_months", "repayment"]


def test_months_of_money_rise() -> None:
    table = RULES.model_dump()
    with pytest.raises(ValidationError, match="must rise"):
        PriceRules.model_validate({**table, "funds": table["funds"][::-1]})
    with pytest.raises(ValidationError, match="must rise"):
        PriceRules.model_validate({**table, "funds": ()})
