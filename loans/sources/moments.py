"""When rows happened, where some have a time and others a bare day. Pure."""

from __future__ import annotations

from datetime import date, datetime

from loans.sources.rows import Row

SECONDS_A_DAY = 86_400


def day_of(row: Row) -> date:
    """The day on which a row happened."""
    return row.at.date() if isinstance(row.at, datetime) else row.at


def order_of(row: Row) -> tuple[date, str, int, str, str, str]:
    """A key that orders rows by time, and rows of one time always alike."""
    time = f"{row.at:%H:%M:%S}" if isinstance(row.at, datetime) else ""
    return (
        day_of(row),
        time,
        row.amount_fen,
        row.order_no or "",
        row.counterparty or "",
        row.memo,
    )


def seconds_apart(one: Row, other: Row) -> float:
    """How far apart two rows are; whole days where one of them has no time."""
    if isinstance(one.at, datetime) and isinstance(other.at, datetime):
        return abs((one.at - other.at).total_seconds())
    return abs((day_of(one) - day_of(other)).days) * SECONDS_A_DAY
