"""May a person be contacted now? Consent, opt-out, hours, working days and caps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.clock import CHINA, business_day
from loans.reach.policy import HOURS_A_DAY, ReachPolicy
from loans.reach.signals import Channel, Consents
from loans.terms.calendar import is_working_day

WEEK = timedelta(days=7)


class Refusal(StrEnum):
    """Why a person is not contacted."""

    OPTED_OUT = "opted_out"
    SAID_NO = "said_no"
    NO_CONSENT = "no_consent"
    CHANNEL_OFF = "channel_off"
    OUTSIDE_HOURS = "outside_hours"
    DAY_OFF = "day_off"
    CAP_OF_DAY = "cap_of_day"
    CAP_OF_WEEK = "cap_of_week"


@dataclass(frozen=True)
class Preferences:
    """What a person wants: channels, and hours in China, the last one excluded."""

    channels: frozenset[Channel] = frozenset({Channel.APP})
    from_hour: int = 0
    until_hour: int = HOURS_A_DAY
    opted_out: bool = False


@dataclass(frozen=True)
class History:
    """When a person was contacted, and when they last said no."""

    contacts: Sequence[datetime] = ()
    said_no_at: datetime | None = None


def refusal(
    at: datetime,
    channel: Channel,
    preferences: Preferences,
    consents: Consents,
    history: History,
    rules: ReachPolicy,
) -> Refusal | None:
    """Why nobody may contact a person on a channel at an instant; None if they may be.

    A day is one of the calendar in China, a week any seven days; what a person wants narrows what
    the policy allows and never widens it.
    """
    if preferences.opted_out:
        return Refusal.OPTED_OUT
    pause = timedelta(days=rules.pause_after_no_days)
    if history.said_no_at is not None and at < history.said_no_at + pause:
        return Refusal.SAID_NO
    if not consents.covers(channel, at):
        return Refusal.NO_CONSENT
    if channel not in preferences.channels:
        return Refusal.CHANNEL_OFF
    return _of_time(at, preferences, rules) or _of_caps(at, history, rules)


def _of_time(at: datetime, preferences: Preferences, rules: ReachPolicy) -> Refusal | None:
    if not allows_hour(at.astimezone(CHINA).hour, preferences, rules):
        return Refusal.OUTSIDE_HOURS
    return None if is_working_day(business_day(at)) else Refusal.DAY_OFF


def allows_hour(hour: int, preferences: Preferences, rules: ReachPolicy) -> bool:
    """Whether policy and person allow an hour in China."""
    first = max(rules.from_hour, preferences.from_hour)
    return first <= hour < min(rules.until_hour, preferences.until_hour)


def _of_caps(at: datetime, history: History, rules: ReachPolicy) -> Refusal | None:
    today = business_day(at)
    if sum(business_day(one) == today for one in history.contacts) >= rules.max_a_day:
        return Refusal.CAP_OF_DAY
    if sum(at - WEEK < one <= at for one in history.contacts) >= rules.max_a_week:
        return Refusal.CAP_OF_WEEK
    return None
