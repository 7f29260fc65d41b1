"""What a loan costs all in: the internal rate of return, and the simple annual rate.

PBoC Announcement 2021-3 lets the annualised rate be given by compound interest, which is the
internal rate of return, or by simple interest, and wants it said which one it is. Both are here;
limits are held against the compound one, which is the higher.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyxirr

from core.money import BasisPoints, Fen
from loans.terms.calendar import MONTHS_A_YEAR
from loans.terms.schedule import BASIS_POINTS_A_UNIT, Schedule, total_interest

FORTNIGHTS_A_YEAR = 26


class NoRate(Exception):
    """The payments have no internal rate of return: they do not give back what was paid out."""


@dataclass(frozen=True)
class Cost:
    """All that a borrower pays beyond the principal. Rates are of a year, rounded up."""

    interest_fen: Fen
    fee_fen: Fen  # of the guarantor; nobody else takes one
    irr_bp: BasisPoints  # compound, fees within
    simple_rate_bp: BasisPoints  # the rate of a period times the periods of a year, fees within

    @property
    def total_fen(self) -> Fen:
        """Interest and fees."""
        return Fen(self.interest_fen + self.fee_fen)


def internal_rate(paid_out: Fen, payments: Sequence[Fen]) -> float:
    """The rate a period at which payments at the end of each are worth what was paid out.

    Raises `NoRate`.
    """
    if sum(payments) < paid_out or paid_out <= 0:
        raise NoRate
    rate = pyxirr.irr([-paid_out, *payments])
    if rate is None or not math.isfinite(rate):
        raise NoRate
    return rate


def payments_by_period(schedule: Schedule) -> list[Fen]:
    """What is paid at payout and at the end of each period, in fen; 0 where nothing falls due."""
    payments = [Fen(0)] * (schedule[-1].period + 1)
    for part in schedule:
        payments[part.period] = Fen(payments[part.period] + part.total_fen)
    return payments


def cost_of(principal: Fen, schedule: Schedule, periods_a_year: int = MONTHS_A_YEAR) -> Cost:
    """What a schedule of equally long periods costs. Raises `NoRate`."""
    at_payout, *payments = payments_by_period(schedule)
    rate = internal_rate(Fen(principal - at_payout), payments)
    return Cost(
        interest_fen=total_interest(schedule),
        fee_fen=Fen(sum(part.fee_fen for part in schedule)),
        irr_bp=_basis_points((1 + rate) ** periods_a_year - 1),
        simple_rate_bp=_basis_points(rate * periods_a_year),
    )


def _basis_points(rate: float) -> BasisPoints:
    """A rate in basis points, rounded up: a cost is never told lower than it is."""
    return BasisPoints(math.ceil(round(rate * BASIS_POINTS_A_UNIT, 6)))
