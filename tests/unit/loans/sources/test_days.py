"""What is dated after today is refused, and a printed period is held within bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loans.sources.days import FUTURE, without_future
from loans.sources.moments import day_of
from loans.sources.rows import RefusedRow
from tests.support.statement_values import at, bank, row

TODAY = date(2026, 3, 10)


def test_rows_of_days_to_come_are_refused_with_a_reason() -> None:
    read = bank(row(at(3, 10, 23), 100, line=1), row(at(3, 11, 0), 900, line=2))
    past = without_future(read, TODAY)
    assert past.rows == read.rows[:1]
    assert past.refused == (RefusedRow(2, FUTURE),)


def test_a_printed_period_is_held_within_the_first_row_and_today() -> None:
    read = bank(row(at(2, 5), 100), row(at(3, 1), 100))
    printed = replace(read, first_day=date.min, last_day=date.max)
    past = without_future(printed, TODAY)
    assert (past.first_day, past.last_day) == (date(2026, 2, 5), TODAY)
    bare = without_future(read, TODAY)
    assert (bare.first_day, bare.last_day) == (date(2026, 2, 5), date(2026, 3, 1))


def test_without_rows_there_is_no_period() -> None:
    empty = without_future(replace(bank(), first_day=date.min, last_day=date.max), TODAY)
    assert (empty.first_day, empty.last_day) == (None, None)


@given(st.lists(st.dates(), max_size=9), st.dates(), st.dates())
def test_nothing_is_left_of_days_to_come(days: list[date], first: date, last: date) -> None:
    rows = [row(day, 100, line=n) for n, day in enumerate(days, 1)]
    past = without_future(replace(bank(*rows), first_day=first, last_day=last), TODAY)
    assert all(day_of(one) <= TODAY for one in past.rows)
    assert len(past.rows) + len(past.refused) == len(days)
    assert past.last_day is None or past.last_day <= TODAY < date.max - timedelta(days=31)
    assert without_future(past, TODAY).rows == past.rows
