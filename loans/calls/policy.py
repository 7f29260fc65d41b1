"""How long another party's system is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from core.policy import Part


class CallRules(Part):
    """One asking: how many tries, how long each, and when the system is left alone."""

    connect_ms: Annotated[int, Field(gt=0)]
    answer_ms: Annotated[int, Field(gt=0)]  # after the connection is there
    tries: Annotated[int, Field(gt=0)] = 1
    tries_within_s: Annotated[float, Field(gt=0)] | None = None  # none: as long as they take
    failures_to_open: Annotated[int, Field(gt=0)]  # in a row, until it is left alone
    open_s: Annotated[float, Field(gt=0)]  # how long it is left alone

    @property
    def within_s(self) -> float:
        """By when the last try has ended, in seconds."""
        longest = self.tries * (self.connect_ms + self.answer_ms) / 1000
        return longest if self.tries_within_s is None else self.tries_within_s


def pause_before(asking: int, pauses_s: Sequence[float]) -> timedelta:
    """How long to wait until the next asking, after `asking` (1 or more) that failed.

    The last of `pauses_s` goes on. Raises `ValueError` for no asking, or no pauses.
    """
    if asking < 1 or not pauses_s:
        raise ValueError("a pause follows an asking")
    return timedelta(seconds=pauses_s[min(asking, len(pauses_s)) - 1])
