"""Repayment schedules in fen: four ways to repay, three ways to count days.

Interest of a period is its opening balance, times the annual rate, times the period's share of a
year, rounded half to even to a fen. The equal instalment is the exact one rounded, or a fen beside
it, whichever leaves the last one nearest to the others; the last takes the rest. So do the
schedules that Apache Fineract publishes with its tests (`kaihu evaluate schedules`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from core.money import BasisPoints, Fen
from loans.terms.calendar import MONTHS_A_YEAR, fortnightly_due_dates, monthly_due_dates

BASIS_POINTS_A_UNIT = 10_000


class Repayment(StrEnum):
    """How a loan is repaid."""

    EQUAL_INSTALMENTS = "equal_instalments"  # 等额本息
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金
    INTEREST_FIRST = "interest_first"  # 先息后本
    BULLET = "bullet"  # 一次还本付息

    @property
    def amortises(self) -> bool:
        """Whether principal is repaid before the last due date."""
        return self in {Repayment.EQUAL_INSTALMENTS, Repayment.EQUAL_PRINCIPAL}


class DayCount(StrEnum):
    """What share of a year a period is."""

    THIRTY_360 = "30/360"  # each month has 30 days
    ACT_365 = "act/365"
    ACT_360 = "act/360"


@dataclass(frozen=True)
class Terms:
    """An amount, in fen, for so many months, repaid in one way."""

    principal_fen: Fen
    tenor_months: int
    repayment: Repayment


@dataclass(frozen=True)
class Period:
    """The time up to a due date, as a share of a year."""

    due: date
    share: Fraction


@dataclass(frozen=True)
class Instalment:
    """What is to be paid at a due date, in fen."""

    number: int  # from 1
    period: int  # at whose end it is due, from 1; 0 is at payout
    due: date
    principal_fen: Fen
    interest_fen: Fen
    fee_fen: Fen  # of the guarantor

    @property
    def total_fen(self) -> Fen:
        """Principal, interest and fee."""
        return Fen(self.principal_fen + self.interest_fen + self.fee_fen)


Schedule = tuple[Instalment, ...]


@lru_cache(maxsize=256)  # all loans of a day have the same, a few for each tenor
def monthly_periods(paid_out: date, months: int, count: DayCount) -> tuple[Period, ...]:
    """The periods of a loan that falls due every month. Raises `ValueError` below one month."""
    dates = (paid_out, *monthly_due_dates(paid_out, months))
    if count is DayCount.THIRTY_360:
        return tuple(Period(due, Fraction(1, MONTHS_A_YEAR)) for due in dates[1:])
    return tuple(Period(due, year_share(start, due, count)) for start, due in pairwise(dates))


def fortnightly_periods(paid_out: date, instalments: int, count: DayCount) -> tuple[Period, ...]:
    """The periods of a loan that falls due every second week. Raises `ValueError` for none."""
    dates = (paid_out, *fortnightly_due_dates(paid_out, instalments))
    return tuple(Period(due, year_share(start, due, count)) for start, due in pairwise(dates))


def year_share(start: date, end: date, count: DayCount) -> Fraction:
    """The share of a year between two days, by the days between them; 30/360 as act/360."""
    return Fraction((end - start).days, 365 if count is DayCount.ACT_365 else 360)


def make_schedule(
    principal: Fen,
    annual_rate: Fraction,
    periods: Sequence[Period],
    repayment: Repayment,
    fee_rate: Fraction = Fraction(0),
) -> Schedule:
    """The instalments that repay `principal` at `annual_rate` (`Fraction(12, 100)` is 12 %).

    `fee_rate` is what a guarantor takes a year, of what is outstanding, with each instalment.
    Principal adds up to the fen. With a bullet, interest of all periods is paid at the last due
    date, without interest upon interest. Raises `ValueError` for a principal or a rate below
    zero, for no period, and for a principal of less than a fen an instalment.
    """
    if annual_rate < 0 or fee_rate < 0 or not periods or principal < len(periods):
        raise ValueError("not a loan")
    return _WAYS[repayment](_Loan.of(principal, annual_rate, fee_rate, periods))


def with_down_payment(down: Fen, paid_out: date, rest: Schedule) -> Schedule:
    """A schedule whose first instalment is paid at payout (首付), without interest.

    `rest` repays what is left. Raises `ValueError` for a down payment below one fen.
    """
    if down < 1:
        raise ValueError("a down payment is at least a fen")
    first = Instalment(1, 0, paid_out, down, Fen(0), Fen(0))
    return (first, *(replace(part, number=part.number + 1) for part in rest))


def total_interest(schedule: Schedule) -> Fen:
    """All interest of a schedule, in fen."""
    return Fen(sum(part.interest_fen for part in schedule))


def as_rate(basis_points: BasisPoints) -> Fraction:
    """Basis points as a share of 1."""
    return Fraction(basis_points, BASIS_POINTS_A_UNIT)


@dataclass(frozen=True)
class _Loan:
    """A loan, and of each period the due date, the rate of interest and the rate of the fee."""

    principal: Fen
    dues: tuple[date, ...]
    interest: tuple[Fraction, ...]
    fee: tuple[Fraction, ...]

    @classmethod
    def of(
        cls, principal: Fen, annual_rate: Fraction, fee_rate: Fraction, periods: Sequence[Period]
    ) -> _Loan:
        """A loan with the rates of its periods."""
        shares = {period.share for period in periods}
        interest = {share: annual_rate * share for share in shares}
        fee = {share: fee_rate * share for share in shares}
        return cls(
            principal,
            tuple(period.due for period in periods),
            tuple(interest[period.share] for period in periods),
            tuple(fee[period.share] for period in periods),
        )


@dataclass(frozen=True)
class _Part:
    """What is repaid of the principal at the end of a period, and what was owed until then."""

    owed: Fen
    principal: Fen
    interest: Fen


# Takes the opening balance and the interest of a period that is not the last.
_PrincipalOf = Callable[[Fen, Fen], Fen]


def _equal_instalments(loan: _Loan) -> Schedule:
    exact = _exact_instalment(loan)
    tries = [_with_instalment(loan, Fen(fen)) for fen in (exact, exact - 1, exact + 1)]
    return _scheduled(loan, min(tries, key=_last_apart))


def _exact_instalment(loan: _Loan) -> Fen:
    """The equal instalment whose present value is the principal, rounded.

    The annuity is reckoned from its end, as a numerator and a denominator that are never reduced:
    to reduce them takes most of the time that fractions take.
    """
    numerator, denominator = 0, 1
    for rate in reversed(loan.interest):
        numerator = rate.denominator * (denominator + numerator)
        denominator *= rate.denominator + rate.numerator
    return _rounded(loan.principal * denominator, numerator)


def _last_apart(parts: Sequence[_Part]) -> int:
    first, last = parts[0], parts[-1]
    return abs(last.principal + last.interest - first.principal - first.interest)


def _with_instalment(loan: _Loan, amount: Fen) -> list[_Part]:
    return _repaid(loan, lambda owed, interest: Fen(min(max(amount - interest, 0), owed)))


def _equal_principal(loan: _Loan) -> Schedule:
    part = _rounded(loan.principal, len(loan.dues))
    return _scheduled(loan, _repaid(loan, lambda owed, _: Fen(min(part, owed))))


def _interest_first(loan: _Loan) -> Schedule:
    return _scheduled(loan, _repaid(loan, lambda _owed, _interest: Fen(0)))


def _bullet(loan: _Loan) -> Schedule:
    whole = Instalment(
        number=1,
        period=len(loan.dues),
        due=loan.dues[-1],
        principal_fen=loan.principal,
        interest_fen=_part_of(loan.principal, sum(loan.interest, Fraction(0))),
        fee_fen=_part_of(loan.principal, sum(loan.fee, Fraction(0))),
    )
    return (whole,)


def _repaid(loan: _Loan, principal_of: _PrincipalOf) -> list[_Part]:
    """Walk through the periods; the last one repays whatever is left."""
    parts, owed, last = [], loan.principal, len(loan.dues)
    for number, rate in enumerate(loan.interest, start=1):
        interest = _part_of(owed, rate)
        repaid = owed if number == last else principal_of(owed, interest)
        parts.append(_Part(owed, repaid, interest))
        owed = Fen(owed - repaid)
    return parts


def _scheduled(loan: _Loan, parts: Sequence[_Part]) -> Schedule:
    numbered = enumerate(zip(parts, loan.dues, loan.fee, strict=True), start=1)
    return tuple(
        Instalment(number, number, due, part.principal, part.interest, _part_of(part.owed, fee))
        for number, (part, due, fee) in numbered
    )


def _part_of(amount: Fen, share: Fraction) -> Fen:
    return _rounded(amount * share.numerator, share.denominator)


def _rounded(numerator: int, denominator: int) -> Fen:
    """Rounded half to even; integers alone, as a schedule is made thousands of times."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return Fen(whole + (twice > denominator or (twice == denominator and whole % 2 == 1)))


_WAYS: Mapping[Repayment, Callable[[_Loan], Schedule]] = {
    Repayment.EQUAL_INSTALMENTS: _equal_instalments,
    Repayment.EQUAL_PRINCIPAL: _equal_principal,
    Repayment.INTEREST_FIRST: _interest_first,
    Repayment.BULLET: _bullet,
}
