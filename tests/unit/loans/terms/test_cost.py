"""What a loan costs all in, against two independent solvers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from core.money import Fen
from loans.terms.cost import (
    FORTNIGHTS_A_YEAR,
    NoRate,
    cost_of,
    internal_rate,
    payments_by_period,
)
from loans.terms.schedule import (
    DayCount,
    Repayment,
    Schedule,
    fortnightly_periods,
    make_schedule,
    monthly_periods,
    with_down_payment,
)

PAID_OUT = date(2026, 3, 31)
TWELVE_PERCENT = Fraction(12, 100)


def monthly(
    principal: int,
    months: int,
    repayment: Repayment = Repayment.EQUAL_INSTALMENTS,
    rate: Fraction = TWELVE_PERCENT,
    fee_rate: Fraction = Fraction(0),
) -> Schedule:
    periods = monthly_periods(PAID_OUT, months, DayCount.THIRTY_360)
    return make_schedule(Fen(principal), rate, periods, repayment, fee_rate)


def by_bisection(paid_out: int, payments: Sequence[int]) -> float:
    months = np.arange(1, len(payments) + 1)
    return float(
        brentq(lambda r: np.sum(payments / (1 + r) ** months) - paid_out, -0.5, 10, xtol=1e-14)
    )


@given(
    st.integers(100_000, 30_000_000),
    st.integers(1, 2400),
    st.integers(0, 600),
    st.integers(1, 36),
    st.sampled_from(Repayment),
)
def test_the_rate_is_that_of_other_solvers(
    principal: int, rate_bp: int, fee_bp: int, months: int, repayment: Repayment
) -> None:
    rate, fee_rate = Fraction(rate_bp, 10_000), Fraction(fee_bp, 10_000)
    schedule = monthly(principal, months, repayment, rate, fee_rate)
    _, *payments = payments_by_period(schedule)
    found = internal_rate(Fen(principal), payments)
    assert len(payments) == months
    assert found == pytest.approx(by_bisection(principal, payments), abs=1e-9)
    assert found == pytest.approx(float(npf.irr([-principal, *payments])), abs=1e-9)


def test_without_fees_the_simple_rate_is_the_contract_rate() -> None:
    cost = cost_of(Fen(8_000_000), monthly(8_000_000, 12))
    assert (cost.simple_rate_bp, cost.irr_bp) == (1200, 1269)
    assert cost.total_fen == cost.interest_fen == 529_483


def test_a_fee_on_what_is_owed_adds_to_the_simple_rate() -> None:
    with_fee = monthly(8_000_000, 12, fee_rate=Fraction(150, 10_000))
    cost = cost_of(Fen(8_000_000), with_fee)
    assert cost.fee_fen == sum(part.fee_fen for part in with_fee)
    assert cost.total_fen == cost.interest_fen + cost.fee_fen
    assert cost.simple_rate_bp in {1350, 1351}  # fees are rounded to fen each month
    assert cost.irr_bp > 1427  # 1.01125 to the 12th


def test_a_bullet_is_paid_in_the_last_month() -> None:
    bullet = monthly(1_000_000, 6, Repayment.BULLET)
    assert payments_by_period(bullet) == [0, 0, 0, 0, 0, 0, 1_060_000]
    assert cost_of(Fen(1_000_000), bullet).irr_bp == 1236  # 1.06 squared


def test_a_down_payment_lessens_what_was_paid_out() -> None:
    rest = monthly(750_000, 6)
    whole = with_down_payment(Fen(250_000), PAID_OUT, rest)
    assert cost_of(Fen(1_000_000), whole) == cost_of(Fen(750_000), rest)


def test_a_year_has_26_fortnights() -> None:
    periods = fortnightly_periods(PAID_OUT, 26, DayCount.ACT_360)
    schedule = make_schedule(Fen(10_000_000), TWELVE_PERCENT, periods, Repayment.EQUAL_INSTALMENTS)
    cost = cost_of(Fen(10_000_000), schedule, FORTNIGHTS_A_YEAR)
    assert cost.simple_rate_bp == 1214  # 26 times 14/360 of 12 %


def test_a_loan_without_interest_costs_nothing() -> None:
    cost = cost_of(Fen(120_000), monthly(120_000, 12, rate=Fraction(0)))
    assert (cost.total_fen, cost.irr_bp, cost.simple_rate_bp) == (0, 0, 0)


def test_a_rate_is_never_told_lower_than_it_is() -> None:
    schedule = monthly(1_000_000, 12, rate=Fraction(7451, 100_000))
    assert cost_of(Fen(1_000_000), schedule).simple_rate_bp == 746


@pytest.mark.parametrize("paid_out", [1000, 0])
def test_payments_that_do_not_give_back_the_principal_have_no_rate(paid_out: int) -> None:
    with pytest.raises(NoRate):
        internal_rate(Fen(paid_out), [Fen(400), Fen(400)])
