"""What is known of a person for contacting them, and what they agreed to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """A way to reach a person."""

    SMS = "sms"
    CALL = "call"
    APP = "app"  # a message in the app


@dataclass(frozen=True)
class Intent:
    """What a person looked for: a class of `loans.profile.intents`, and how many days ago."""

    kind: str
    age_days: float


@dataclass(frozen=True)
class LaneSignals:
    """Signals of one person: what they looked for, how often they came, at which hours in China."""

    intents: tuple[Intent, ...] = ()
    visits: int = 0  # within 30 days
    active_hours: tuple[int, ...] = ()  # 0..23, one for each time


@dataclass(frozen=True)
class Consents:
    """Until when a person agreed to be contacted on each channel; others are not agreed to."""

    until: Mapping[Channel, datetime] = field(default_factory=dict)

    def covers(self, channel: Channel, at: datetime) -> bool:
        """Whether a channel may be used at an instant."""
        until = self.until.get(channel)
        return until is not None and at < until
