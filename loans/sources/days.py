"""Rows of days to come, which nothing can have happened on, and the period of a statement. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from loans.sources.moments import day_of
from loans.sources.rows import RefusedRow, Statement

FUTURE = "future"  # the reason of a refused row


def without_future(statement: Statement, today: date) -> Statement:
    """The statement with its rows after a day (of China) refused, and its period within bounds.

    The period begins no earlier than the first row and ends no later than the day: what a file
    prints of it may lengthen the time over which sales are spread, and only up to now. A statement
    without rows has none.
    """
    kept = tuple(row for row in statement.rows if day_of(row) <= today)
    ahead = [RefusedRow(row.line, FUTURE) for row in statement.rows if day_of(row) > today]
    days = [day_of(row) for row in kept]
    printed = [] if statement.last_day is None else [min(statement.last_day, today)]
    return replace(
        statement,
        rows=kept,
        refused=tuple(sorted((*statement.refused, *ahead), key=lambda row: row.line)),
        first_day=min(days, default=None),
        last_day=max([*days, *printed]) if days else None,
    )
