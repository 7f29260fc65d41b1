"""How likely somebody takes an offer, when they have a moment, and what for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import CHINA
from loans.reach.contact import Preferences
from loans.reach.moment import best_channel, best_hour, next_moment, product_of
from loans.reach.policy import ReachPolicy
from loans.reach.response import response_score
from loans.reach.signals import Channel, Consents, Intent, LaneSignals
from tests.support.policy import POLICY

RULES = POLICY.section(ReachPolicy)
ANY_CHANNEL = Preferences(frozenset(Channel))
FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=CHINA).astimezone(UTC)
NOBODY = LaneSignals()
AGES = st.floats(0, 400)


def looked_for(kind: str, days: float = 1.0) -> LaneSignals:
    """Somebody who looked for one thing."""
    return LaneSignals((Intent(kind, days),))


def score(signals: LaneSignals, unanswered: int = 0) -> float:
    """The probability alone."""
    return response_score(signals, unanswered, RULES.response).probability


def test_who_looks_for_a_loan_responds_more_than_who_looks_for_nothing() -> None:
    assert score(looked_for("business_loan")) > score(looked_for("rent")) > score(NOBODY)
    assert score(looked_for("games")) == score(NOBODY)


def test_the_parts_add_up_to_the_score() -> None:
    found = response_score(looked_for("rent"), 1, RULES.response)
    assert set(found.parts) == {"base", "rent", "visits", "unanswered"}


def test_looking_often_for_one_thing_is_one_wish() -> None:
    often = LaneSignals(tuple(Intent("rent", 1.0) for _ in range(50)))
    assert score(often) == score(looked_for("rent", 1.0))


@given(AGES, AGES)
def test_what_is_longer_ago_counts_less(one: float, other: float) -> None:
    early, late = sorted((one, other))
    assert score(looked_for("wages", late)) <= score(looked_for("wages", early))


@given(st.integers(0, 10))
def test_contacts_that_nothing_came_of_speak_against_another(count: int) -> None:
    assert 0 < score(looked_for("wages"), count + 1) < score(looked_for("wages"), count) < 1


def test_a_persons_own_hours_soon_weigh_more_than_usual_ones() -> None:
    assert best_hour(NOBODY, ANY_CHANNEL, RULES) in {14, 15}
    assert best_hour(LaneSignals(active_hours=(10, 10)), ANY_CHANNEL, RULES) == 10
    assert best_hour(LaneSignals(active_hours=(3, 3, 3)), ANY_CHANNEL, RULES) in range(9, 20)
    assert best_hour(NOBODY, Preferences(from_hour=20), RULES) is None


def test_the_next_moment_is_that_hour_of_the_next_working_day() -> None:
    signals = LaneSignals(active_hours=(10, 10, 10))
    moment = next_moment(FRIDAY, signals, ANY_CHANNEL, RULES)
    assert moment is not None
    assert moment.astimezone(CHINA) == datetime(2026, 11, 30, 10, tzinfo=CHINA)
    within = datetime(2026, 11, 30, 10, 20, tzinfo=CHINA).astimezone(UTC)
    assert next_moment(within, signals, ANY_CHANNEL, RULES) == within
    assert next_moment(FRIDAY, signals, Preferences(from_hour=20), RULES) is None


def test_the_least_intrusive_channel_that_was_agreed_to() -> None:
    soon = FRIDAY + timedelta(hours=1)
    agreed = Consents({Channel.CALL: soon, Channel.SMS: soon})
    assert best_channel(FRIDAY, ANY_CHANNEL, agreed) is Channel.SMS
    calls = Preferences(channels=frozenset({Channel.CALL, Channel.APP}))
    assert best_channel(FRIDAY, calls, agreed) is Channel.CALL
    assert best_channel(FRIDAY, ANY_CHANNEL, Consents()) is None


@pytest.mark.parametrize(
    ("intents", "product"),
    [
        ([("stock_purchase", 1)], "working_capital"),
        ([("stock_purchase", 30), ("renovation", 1)], "renovation"),
        ([("games", 1)], None),
        ([("stock_purchase", 1), ("gambling", 2)], None),
        ([("stock_purchase", 1), ("gambling", 31)], "working_capital"),
        ([], None),
    ],
)
def test_the_strongest_intent_names_the_product(
    intents: list[tuple[str, float]], product: str | None
) -> None:
    signals = LaneSignals(tuple(Intent(kind, age) for kind, age in intents))
    assert product_of(signals, RULES) == product
