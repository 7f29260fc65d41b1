"""Schedules that Apache Fineract publishes with its tests, of kinds the evaluation's file lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from core.money import Fen
from loans.terms.schedule import (
    DayCount,
    Period,
    Repayment,
    Schedule,
    fortnightly_periods,
    make_schedule,
    monthly_periods,
    with_down_payment,
    year_share,
)

NEW_YEAR = date(2024, 1, 1)


@dataclass(frozen=True)
class Monthly:
    """A published loan that falls due every month, and what is to be paid."""

    principal: int
    rate: str
    count: DayCount
    paid_out: date
    totals: list[int]
    interest: list[int]
    repayment: Repayment = Repayment.EQUAL_INSTALMENTS


MONTHLY = {
    "C3155": Monthly(
        10_000, "9.4822", DayCount.THIRTY_360, NEW_YEAR, [1713] * 6, [79, 66, 53, 40, 27, 13]
    ),
    "C3160": Monthly(
        10_000,
        "9.4822",
        DayCount.ACT_365,
        NEW_YEAR,
        [*[1713] * 5, 1712],
        [81, 63, 54, 39, 27, 13],
    ),
    "C3167, a fen more is no better": Monthly(
        10_000,
        "15.678",
        DayCount.ACT_365,
        NEW_YEAR,
        [*[1743] * 5, 1747],
        [133, 105, 90, 66, 46, 22],
    ),
    "C3424, act/360": Monthly(
        10_000, "4", DayCount.ACT_360, date(2024, 12, 23), [3356, 3356, 3355], [34, 23, 10]
    ),
    "C3534, act/365": Monthly(
        20_000,
        "26",
        DayCount.ACT_365,
        date(2025, 3, 11),
        [1912] * 12,
        [442, 396, 376, 331, 307, 271, 228, 198, 155, 121, 82, 37],
    ),
    "RS04, equal principal": Monthly(
        500_000,
        "12",
        DayCount.THIRTY_360,
        date(2022, 11, 1),
        [
            *(32778, 32500, 32222, 31945, 31667, 31389, 31111, 30834, 30556),
            *(30278, 30000, 29722, 29445, 29167, 28889, 28611, 28334, 28052),
        ],
        [
            *(5000, 4722, 4444, 4167, 3889, 3611, 3333, 3056, 2778),
            *(2500, 2222, 1944, 1667, 1389, 1111, 833, 556, 278),
        ],
        Repayment.EQUAL_PRINCIPAL,
    ),
}


@pytest.mark.parametrize("loan", MONTHLY.values(), ids=MONTHLY)
def test_monthly_schedules_are_the_published_ones(loan: Monthly) -> None:
    periods = monthly_periods(loan.paid_out, len(loan.totals), loan.count)
    rate = Fraction(loan.rate) / 100
    made = make_schedule(Fen(loan.principal), rate, periods, loan.repayment)
    assert paid(made) == (loan.totals, loan.interest)


def test_every_two_weeks() -> None:
    """C3158: 30/360 counts the days of a period that is no month."""
    periods = fortnightly_periods(NEW_YEAR, 6, DayCount.THIRTY_360)
    made = make_schedule(
        Fen(10_000), Fraction("9.4822") / 100, periods, Repayment.EQUAL_INSTALMENTS
    )
    assert paid(made) == ([*[1688] * 5, 1690], [37, 31, 25, 19, 12, 6])
    assert made[-1].due == date(2024, 3, 25)


def test_every_fifteen_days() -> None:
    """C3166."""
    days = [NEW_YEAR + timedelta(days=15 * number) for number in range(7)]
    shares = [
        Period(end, year_share(start, end, DayCount.ACT_365)) for start, end in pairwise(days)
    ]
    made = make_schedule(Fen(10_000), Fraction("9.4822") / 100, shares, Repayment.EQUAL_INSTALMENTS)
    assert paid(made) == ([*[1690] * 5, 1688], [39, 33, 26, 20, 13, 7])


def test_every_half_month() -> None:
    """testGenerateSemiMonthlyLoanSchedule."""
    days = [date(2023, 1, 31), date(2023, 2, 15), date(2023, 2, 28), date(2023, 3, 15)]
    halves = [Period(day, Fraction(1, 24)) for day in days]
    made = make_schedule(Fen(100_000), Fraction("0.24"), halves, Repayment.EQUAL_INSTALMENTS)
    assert paid(made) == ([25628, 25628, 25628, 25629], [1000, 754, 505, 254])


@pytest.mark.parametrize(
    ("rate", "totals", "interest"),
    [
        ("5", [*[1519] * 4, 1518], [31, 25, 19, 13, 6]),  # C3161
        ("9.99", [*[1287] * 5, 1285], [62, 52, 42, 32, 21, 11]),  # with down payment
    ],
)
def test_a_down_payment_is_paid_at_payout_without_interest(
    rate: str, totals: list[int], interest: list[int]
) -> None:
    periods = monthly_periods(NEW_YEAR, len(totals), DayCount.THIRTY_360)
    rest = make_schedule(Fen(7500), Fraction(rate) / 100, periods, Repayment.EQUAL_INSTALMENTS)
    made = with_down_payment(Fen(2500), NEW_YEAR, rest)
    assert paid(made) == ([2500, *totals], [0, *interest])
    assert [part.number for part in made] == list(range(1, len(made) + 1))
    assert made[0].due == NEW_YEAR


def test_a_down_payment_is_something() -> None:
    with pytest.raises(ValueError, match="at least a fen"):
        with_down_payment(Fen(0), NEW_YEAR, ())


def paid(schedule: Schedule) -> tuple[list[int], list[int]]:
    totals = [int(part.total_fen) for part in schedule]
    return totals, [int(part.interest_fen) for part in schedule]
