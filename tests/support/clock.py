"""A clock that tests move."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # ten in the morning in China
TICK = timedelta(milliseconds=1)


class MovableClock:
    """Satisfies `core.clock.Clock`. Each reading is a millisecond later than the one before.

    So what happens later has a later time, as on a real machine, and a test takes no time to let
    hours pass. Threads may share it.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present instant."""
        with self._lock:
            self._now += TICK
            return self._now

    def advance(self, step: timedelta | None = None, *, seconds: float = 0.0) -> None:
        """Let time pass; a negative step moves the clock back, as a corrected clock does."""
        with self._lock:
            self._now += (step or timedelta()) + timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Move to an instant; the next reading is a tick later."""
        with self._lock:
            self._now = moment


class FrozenClock:
    """Satisfies `core.clock.Clock`: it is always the same instant."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """The present instant."""
        return self._moment
