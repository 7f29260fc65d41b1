"""Due dates at month ends, and working days with those that are made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.terms.calendar import is_working_day, monthly_due_dates, payable_until


def test_the_31st_is_clamped_and_comes_back() -> None:
    assert monthly_due_dates(date(2026, 1, 31), 3) == (
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    )


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_every_month_has_one_due_date(paid_out: date, months: int) -> None:
    due = monthly_due_dates(paid_out, months)
    numbered = [day.year * 12 + day.month for day in (paid_out, *due)]
    assert numbered == list(range(numbered[0], numbered[0] + months + 1))
    assert all(day.day <= paid_out.day for day in due)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # a Saturday that makes up for it
        (date(2026, 2, 14), True),  # likewise, before the Spring Festival
        (date(2026, 11, 28), False),  # a Saturday as others
        (date(2026, 11, 30), True),
        (date(2028, 10, 2), False),  # by statute, before it is announced
    ],
)
def test_working_days_are_those_of_the_state_council(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@given(st.dates(date(2024, 1, 1), date(2030, 12, 1)))
def test_an_instalment_is_payable_until_the_next_working_day(due: date) -> None:
    until = payable_until(due)
    assert is_working_day(until)
    assert due <= until
    assert (until - due).days <= 9
