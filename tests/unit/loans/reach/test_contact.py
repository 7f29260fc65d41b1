"""May somebody be contacted: consent, opt-out, hours, days and caps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import CHINA, business_day
from loans.reach.contact import History, Preferences, Refusal, refusal
from loans.reach.policy import ReachPolicy
from loans.reach.signals import Channel, Consents
from tests.support.policy import POLICY

RULES = POLICY.section(ReachPolicy)
NOON = datetime(2026, 11, 25, 12, tzinfo=CHINA).astimezone(UTC)  # a Wednesday
AGREED = Consents({Channel.APP: NOON + timedelta(days=1)})
ANY = Preferences()


def asked(
    at: datetime = NOON,
    preferences: Preferences = ANY,
    consents: Consents = AGREED,
    contacts: Sequence[datetime] = (),
    said_no_at: datetime | None = None,
) -> Refusal | None:
    """Whether somebody may be contacted in the app."""
    history = History(contacts, said_no_at)
    return refusal(at, Channel.APP, preferences, consents, history, RULES)


def test_who_agreed_is_contacted_at_noon_of_a_working_day() -> None:
    assert asked() is None


@pytest.mark.parametrize(
    ("preferences", "why"),
    [
        (Preferences(opted_out=True), Refusal.OPTED_OUT),
        (Preferences(channels=frozenset({Channel.SMS})), Refusal.CHANNEL_OFF),
        (Preferences(channels=frozenset()), Refusal.CHANNEL_OFF),
        (Preferences(from_hour=13), Refusal.OUTSIDE_HOURS),
        (Preferences(until_hour=12), Refusal.OUTSIDE_HOURS),
    ],
)
def test_what_a_person_wants_narrows(preferences: Preferences, why: Refusal) -> None:
    assert asked(preferences=preferences) is why


@pytest.mark.parametrize(
    "consents",
    [
        Consents(),
        Consents({Channel.APP: NOON}),
        Consents({Channel.SMS: NOON + timedelta(days=1)}),
    ],
)
def test_without_a_consent_in_force_nobody_is_contacted(consents: Consents) -> None:
    assert asked(consents=consents) is Refusal.NO_CONSENT


@pytest.mark.parametrize(
    ("local", "why"),
    [
        (datetime(2026, 11, 25, 8, 59), Refusal.OUTSIDE_HOURS),
        (datetime(2026, 11, 25, 9, 0), None),
        (datetime(2026, 11, 25, 19, 59), None),
        (datetime(2026, 11, 25, 20, 0), Refusal.OUTSIDE_HOURS),
        (datetime(2026, 11, 28, 12, 0), Refusal.DAY_OFF),  # a Saturday
        (datetime(2026, 10, 1, 12, 0), Refusal.DAY_OFF),  # 国庆
        (datetime(2026, 10, 10, 12, 0), None),  # a Saturday that is worked
    ],
)
def test_hours_and_days_are_those_of_china(local: datetime, why: Refusal | None) -> None:
    at = local.replace(tzinfo=CHINA).astimezone(UTC)
    agreed = Consents({Channel.APP: at + timedelta(days=1)})
    assert asked(at, ANY, agreed) is why


def test_a_day_and_a_week_have_their_caps() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert asked(contacts=[NOON - 2 * hour]) is Refusal.CAP_OF_DAY
    assert asked(contacts=[NOON - day]) is None
    assert asked(contacts=[NOON - day, NOON - 6 * day]) is Refusal.CAP_OF_WEEK
    assert asked(contacts=[NOON - day, NOON - 7 * day]) is None


def test_who_said_no_is_left_alone_for_a_while() -> None:
    pause = timedelta(days=RULES.pause_after_no_days)
    assert asked(said_no_at=NOON - pause + timedelta(seconds=1)) is Refusal.SAID_NO
    assert asked(said_no_at=NOON - pause) is None


@given(
    st.lists(st.integers(0, 30 * 24 * 60), max_size=200),
    st.integers(0, 23),
    st.integers(1, 24),
    st.integers(1, 3),
    st.integers(1, 5),
)
def test_no_order_of_plannings_gets_beyond_the_caps(
    minutes: list[int], first: int, last: int, day: int, week: int
) -> None:
    rules = RULES.model_copy(update={"max_a_day": day, "max_a_week": week})
    preferences = replace(ANY, from_hour=first, until_hour=last)
    agreed = Consents({Channel.APP: NOON + timedelta(days=60)})
    made: list[datetime] = []
    for minute in sorted(minutes):
        at = NOON + timedelta(minutes=minute)
        if refusal(at, Channel.APP, preferences, agreed, History(made), rules) is None:
            made.append(at)
    for at in made:
        assert sum(business_day(one) == business_day(at) for one in made) <= day
        assert sum(at - timedelta(days=7) < one <= at for one in made) <= week
        assert max(first, 9) <= at.astimezone(CHINA).hour < min(last, 20)
