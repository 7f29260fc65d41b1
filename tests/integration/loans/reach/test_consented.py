"""The contact lane: signals and channels that an owner consented to, until they withdraw."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.services import Services
from core.clock import CHINA
from loans.reach.campaign import contact_now
from loans.reach.consented import ConsentedLane
from loans.reach.preferences import SetPreferences, set_preferences
from loans.reach.signals import Channel
from loans.sources.consent import withdraw_source_consent
from loans.sources.kinds import SourceKind
from loans.sources.signals import NewSignal, SignalKind, receive_signals
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant
from tests.support.sources import agree

SEARCH = "给店里进一批货"


def read(text: str) -> str:
    """What `loans.profile` would read of the one search of these tests."""
    return "stock_purchase" if text == SEARCH else "none"


@pytest.fixture
def owner(services: Services, clock: MovableClock) -> Applicant:
    """Somebody who agreed to every use of their signals, and searched at three of a working day."""
    known = applicant(services)
    agree(known, SourceKind.SIGNALS)
    local = clock.now().astimezone(CHINA)
    days = (1 - local.weekday()) % 7 or 7
    then = (local + timedelta(days=days)).replace(hour=15, minute=5)
    clock.advance(then - local)
    with known.acting() as context:
        search = NewSignal(SignalKind.SEARCH, context.now(), SEARCH)
        left = NewSignal(SignalKind.APPLICATION_LEFT, context.now() - timedelta(days=2))
        receive_signals(context, [search, left])
    return known


def test_signals_say_intents_visits_and_hours(services: Services, owner: Applicant) -> None:
    with services.reading() as context:
        signals = ConsentedLane(read).signals(context, owner.id)
        unread = ConsentedLane().signals(context, owner.id)
    assert [one.kind for one in signals.intents] == ["stock_purchase", "business_loan"]
    assert (signals.visits, signals.active_hours) == (2, (15, 15))
    assert [one.kind for one in unread.intents] == ["business_loan"]


def test_who_set_no_channel_agreed_to_the_app_alone(services: Services, owner: Applicant) -> None:
    lane = ConsentedLane()
    with services.reading() as context:
        assert set(lane.consents(context, owner.id).until) == {Channel.APP}
    with owner.acting() as context:
        set_preferences(context, SetPreferences(frozenset({Channel.SMS}), 0, 24, False))
    with services.reading() as context:
        assert set(lane.consents(context, owner.id).until) == {Channel.SMS}


def test_who_withdraws_is_no_candidate_and_says_nothing(
    services: Services, owner: Applicant
) -> None:
    lane = ConsentedLane(read)
    with services.reading() as context:
        assert lane.people(context, None, 10) == [owner.id]
        assert lane.people(context, owner.id, 10) == []
    for consent in agree(owner, SourceKind.SIGNALS):  # those that are in force
        with owner.acting() as context:
            withdraw_source_consent(context, consent)
    with services.reading() as context:
        assert lane.people(context, None, 10) == []
        assert lane.consents(context, owner.id).until == {}
        assert lane.signals(context, owner.id).intents == ()
    with services.transaction() as context:
        assert contact_now(context, owner.id) is None


def test_an_owner_who_left_an_application_is_contacted(
    services: Services, owner: Applicant
) -> None:
    with services.transaction() as context:
        contact = contact_now(context, owner.id)
        assert contact is not None
        assert (contact.channel, contact.product) == (Channel.APP, "credit_line")
