"""Due dates, and the working days of mainland China with make-up Saturdays and Sundays (调休)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

MONTHS_A_YEAR = 12
FORTNIGHT = timedelta(weeks=2)


def monthly_due_dates(paid_out: date, months: int) -> tuple[date, ...]:
    """The same day of each following month; where a month has no such day, its last.

    Each is counted from the first day, so that the 31st comes back: 31 January, 28 February,
    31 March. Raises `ValueError` below one month.
    """
    _require_one(months)
    return tuple(_months_later(paid_out, number) for number in range(1, months + 1))


def fortnightly_due_dates(paid_out: date, instalments: int) -> tuple[date, ...]:
    """Every second week from a day on. Raises `ValueError` below one instalment."""
    _require_one(instalments)
    return tuple(paid_out + number * FORTNIGHT for number in range(1, instalments + 1))


def months_between(first: date, last: date) -> int:
    """Full months from a day to a later one."""
    months = (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month
    return months - (last.day < first.day)


def payable_until(due: date) -> date:
    """The last day on which an instalment is paid in time: the due date or the next working day.

    Interest stays as it is. Years whose holidays the State Council has not announced yet follow
    the statutory days alone.
    """
    while not is_working_day(due):
        due += timedelta(days=1)
    return due


def is_working_day(day: date) -> bool:
    """Whether banks work: weekends that make up for a holiday are working days."""
    return bool(_china(day.year).is_working_day(day))


def _require_one(count: int) -> None:
    if count < 1:
        raise ValueError("a loan has at least one instalment")


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, MONTHS_A_YEAR)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


@cache
def _china(year: int) -> HolidayBase:
    """One year, whole from the start: a calendar that grows would be half filled for a thread."""
    from holidays import country_holidays  # takes half a second, which every command would pay

    return country_holidays("CN", years=year, expand=False)
