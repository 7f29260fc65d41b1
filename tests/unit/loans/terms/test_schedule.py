"""Schedules: they add up to the fen, whatever is lent, however it is repaid."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import BasisPoints, Fen
from loans.terms.schedule import (
    DayCount,
    Period,
    Repayment,
    Schedule,
    as_rate,
    make_schedule,
    monthly_periods,
    total_interest,
    year_share,
)

FIRST = date(2026, 1, 31)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
amounts = st.integers(100_000, 1_000_000_000).map(Fen)
rates = st.integers(0, 2400).map(lambda bp: Fraction(bp, 10_000))
tenors = st.integers(1, 60)


def monthly(
    principal: int,
    rate: str,
    months: int,
    repayment: Repayment = Repayment.EQUAL_INSTALMENTS,
    count: DayCount = DayCount.THIRTY_360,
    paid_out: date = FIRST,
) -> Schedule:
    periods = monthly_periods(paid_out, months, count)
    return make_schedule(Fen(principal), Fraction(rate) / 100, periods, repayment)


@given(amounts, rates, tenors, days, st.sampled_from(Repayment), st.sampled_from(DayCount))
def test_principal_adds_up_and_no_part_is_negative(
    principal: Fen,
    rate: Fraction,
    months: int,
    paid_out: date,
    repayment: Repayment,
    count: DayCount,
) -> None:
    periods = monthly_periods(paid_out, months, count)
    made = make_schedule(principal, rate, periods, repayment)
    assert sum(instalment.principal_fen for instalment in made) == principal
    assert all(part.principal_fen >= 0 and part.interest_fen >= 0 for part in made)
    assert made[-1].due == periods[-1].due
    assert [part.number for part in made] == list(range(1, len(made) + 1))


@given(amounts, rates, tenors, st.sampled_from(DayCount))
def test_equal_instalments_differ_by_the_last_alone(
    principal: Fen, rate: Fraction, months: int, count: DayCount
) -> None:
    periods = monthly_periods(FIRST, months, count)
    made = make_schedule(principal, rate, periods, Repayment.EQUAL_INSTALMENTS)
    assert len({part.total_fen for part in made[:-1]}) <= 1
    assert abs(made[-1].total_fen - made[0].total_fen) <= months


@given(amounts, rates, tenors)
def test_interest_of_a_period_is_that_of_its_opening_balance(
    principal: Fen, rate: Fraction, months: int
) -> None:
    periods = monthly_periods(FIRST, months, DayCount.ACT_365)
    balance = int(principal)
    made = make_schedule(principal, rate, periods, Repayment.EQUAL_PRINCIPAL)
    for part, period in zip(made, periods, strict=True):
        assert part.interest_fen == round(balance * rate * period.share)
        balance -= part.principal_fen


@given(amounts, rates, st.integers(1, 12))
def test_whoever_owes_longer_pays_more(principal: Fen, rate: Fraction, months: int) -> None:
    periods = monthly_periods(FIRST, months, DayCount.THIRTY_360)
    interest = {
        way: total_interest(make_schedule(principal, rate, periods, way)) for way in Repayment
    }
    assert interest[Repayment.EQUAL_PRINCIPAL] <= interest[Repayment.EQUAL_INSTALMENTS] + months
    assert interest[Repayment.EQUAL_INSTALMENTS] <= interest[Repayment.INTEREST_FIRST] + months


def test_the_equal_instalment_is_the_one_that_leaves_the_last_nearest() -> None:
    """Exact it is 1,546 fen and the last 1,549; one fen more leaves 1,545."""
    made = monthly(7_500, "12.3", 5, paid_out=date(2024, 1, 1))
    assert [part.total_fen for part in made] == [1547, 1547, 1547, 1547, 1545]
    assert [part.interest_fen for part in made] == [77, 62, 47, 31, 16]


def test_actual_days_are_counted_in_a_leap_year() -> None:
    made = monthly(10_000, "12", 6, count=DayCount.ACT_365, paid_out=date(2024, 1, 1))
    assert [part.interest_fen for part in made] == [102, 80, 69, 50, 35, 17]


def test_interest_first_repays_the_principal_at_the_end() -> None:
    made = monthly(10_000, "30", 8, Repayment.INTEREST_FIRST)
    assert [part.total_fen for part in made] == [250] * 7 + [10_250]


def test_a_bullet_is_one_instalment_without_interest_upon_interest() -> None:
    (only,) = monthly(1_000_000, "12", 6, Repayment.BULLET)
    assert (only.due, only.total_fen) == (date(2026, 7, 31), 1_060_000)


@given(amounts, rates, st.integers(0, 600), tenors, st.sampled_from(Repayment))
def test_a_guarantor_takes_a_share_of_what_is_owed(
    principal: Fen, rate: Fraction, fee_bp: int, months: int, way: Repayment
) -> None:
    periods = monthly_periods(FIRST, months, DayCount.THIRTY_360)
    fee_rate = as_rate(BasisPoints(fee_bp))
    made = make_schedule(principal, rate, periods, way, fee_rate)
    plain = make_schedule(principal, rate, periods, way)
    assert [(part.principal_fen, part.interest_fen) for part in made] == [
        (part.principal_fen, part.interest_fen) for part in plain
    ]
    owed, at_once = int(principal), months if way is Repayment.BULLET else 1
    for part in made:
        assert part.fee_fen == round(owed * fee_rate * at_once / 12)
        owed -= part.principal_fen


def test_a_loan_without_interest_is_split_evenly() -> None:
    assert [part.total_fen for part in monthly(100_000, "0", 4)] == [25_000] * 4


def test_periods_of_any_length_can_be_repaid() -> None:
    fortnights = (date(2026, 1, 15), date(2026, 1, 29))
    periods = [
        Period(due, year_share(start, due, DayCount.ACT_365))
        for start, due in zip((date(2026, 1, 1), *fortnights[:1]), fortnights, strict=True)
    ]
    made = make_schedule(Fen(10_000), Fraction(1, 10), periods, Repayment.EQUAL_INSTALMENTS)
    assert [(part.total_fen, part.interest_fen) for part in made] == [(5029, 38), (5028, 19)]


@pytest.mark.parametrize(("principal", "rate", "months"), [(2, "1", 3), (100, "-1", 3)])
def test_what_is_no_loan_has_no_schedule(principal: int, rate: str, months: int) -> None:
    with pytest.raises(ValueError, match="not a loan"):
        monthly(principal, rate, months)


def test_a_loan_of_no_month_has_no_periods() -> None:
    with pytest.raises(ValueError, match="at least one instalment"):
        monthly_periods(FIRST, 0, DayCount.THIRTY_360)
