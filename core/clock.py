"""What time it is, and which day it is in China."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time; tests bring one that they can move."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def business_day(moment: datetime) -> date:
    """The calendar day in China at an instant.

    Ages, expiry dates and years in business are judged by it: between 00:00 and 08:00 in China it
    is still the day before in UTC. Raises ValueError for a naive datetime.
    """
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment.astimezone(CHINA).date()


def full_years(since: date, until: date) -> int:
    """Whole years between two days, as ages are counted; negative when `until` comes first."""
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))
