"""Contacts are made with who wants them, once, and never after somebody said no."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from app.services import Services
from app.webhooks.address import Destination
from app.webhooks.dispatcher import WebhookDispatcher
from app.webhooks.models import Delivery, DeliveryState
from audit.actions import Action
from core.clock import CHINA
from core.errors import NotFound
from loans.reach.campaign import Planned, contact_now, plan_contacts
from loans.reach.contact import Refusal
from loans.reach.lane import ContactLane
from loans.reach.models import Contact, ContactPreference
from loans.reach.preferences import (
    ContactDeclined,
    ContactHoursInvalid,
    SetPreferences,
    decline_contact,
    own_preferences,
    set_preferences,
)
from loans.reach.signals import Channel, LaneSignals
from loans.reach.states import ContactState
from privacy.erasure import close_own_account
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, applied, declared, onboarded
from tests.support.log import events
from tests.support.reach import EVER, KEEN, FixedLane
from tests.support.servers import SECRET, Listener, listening

ALL = frozenset(Channel)


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    return applicant(services)


@pytest.fixture
def lane(services: Services, owner: Applicant, clock: MovableClock) -> FixedLane:
    """The owner agreed to be contacted and wants to buy stock; it is 14:10 of a working day."""
    made = FixedLane({owner.id: KEEN})
    services.parts.resources.add(ContactLane, made)
    at(clock, 14)
    return made


@pytest.fixture
def listener() -> Iterator[Listener]:
    """The system that sends messages."""
    with listening() as made:
        yield made


def at(clock: MovableClock, hour: int) -> None:
    """Move on to an hour in China of the next Wednesday, ten past."""
    now = clock.now().astimezone(CHINA)
    days = (2 - now.weekday()) % 7 or 7
    then = (now + timedelta(days=days)).replace(hour=hour, minute=10, second=0, microsecond=0)
    clock.advance(then.astimezone(UTC) - clock.now())


def planned(services: Services) -> Planned:
    return plan_contacts(services.reading, services.transaction, None)


def contacts(services: Services) -> list[Contact]:
    with services.reading() as context:
        return list(context.session.scalars(sa.select(Contact).order_by(Contact.at)))


def wants(owner: Applicant, channels: frozenset[Channel] = ALL, *, out: bool = False) -> None:
    with owner.acting() as context:
        set_preferences(context, SetPreferences(channels, 0, 24, out))


def delivered(services: Services, listener: Listener) -> int:
    destination = Destination.of(listener.url, loopback=True)
    with httpx.Client() as client:
        WebhookDispatcher(services, destination, SECRET).deliver_one(client)
    return len(listener.received)


@pytest.mark.usefixtures("lane")
def test_who_wants_something_is_contacted_once_a_day(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    assert planned(services) == Planned(1, 0, owner.id)
    assert planned(services) == Planned(0, 1, owner.id)
    assert planned(services) == Planned(0, 0, owner.id)  # the same refusal is told once a day
    made, refused = contacts(services)
    assert (made.channel, made.product) == (Channel.APP, "working_capital")
    assert (refused.state, refused.refusal) == (ContactState.REFUSED, Refusal.CAP_OF_DAY)
    (event,) = events(services, Action.CONTACT_MADE)
    assert (event.applicant_id, event.data["product"]) == (owner.id, "working_capital")
    (event,) = events(services, Action.CONTACT_REFUSED)
    assert event.data["why"] == "cap_of_day"
    clock.advance(timedelta(days=1))
    assert planned(services).made == 1
    clock.advance(timedelta(days=1))
    assert planned(services) == Planned(0, 1, owner.id)
    assert contacts(services)[-1].refusal is Refusal.CAP_OF_WEEK


@pytest.mark.usefixtures("lane")
def test_two_planners_at_once_make_one_contact(services: Services, owner: Applicant) -> None:
    begin, faults = threading.Barrier(4), []

    def plan() -> None:
        begin.wait()
        try:
            with services.transaction() as context:
                contact_now(context, owner.id)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert [one.state for one in contacts(services)].count(ContactState.MADE) == 1


@pytest.mark.parametrize("hour", [8, 20, 23])
@pytest.mark.usefixtures("lane")
def test_nobody_is_contacted_outside_hours(
    services: Services, clock: MovableClock, hour: int
) -> None:
    at(clock, hour)
    assert planned(services).made == 0


def test_a_person_is_contacted_at_their_own_hour(
    services: Services, owner: Applicant, lane: FixedLane, clock: MovableClock
) -> None:
    lane.signals_of[owner.id] = LaneSignals(KEEN.intents, KEEN.visits, (10, 10, 10))
    assert planned(services).made == 0
    at(clock, 10)
    assert planned(services).made == 1


def test_who_looks_for_nothing_or_agreed_to_nothing_is_left_alone(
    services: Services, owner: Applicant, lane: FixedLane
) -> None:
    lane.signals_of[owner.id] = LaneSignals()
    assert planned(services).made == 0
    lane.signals_of[owner.id] = KEEN
    lane.until = {Channel.APP: datetime(2020, 1, 1, tzinfo=UTC)}
    assert planned(services).made == 0
    assert contacts(services) == []


@pytest.mark.usefixtures("owner")
def test_without_a_lane_nobody_is_contacted(services: Services) -> None:
    assert planned(services) == Planned(0, 0, None)


@pytest.mark.usefixtures("lane")
def test_who_applies_is_left_alone(services: Services, owner: Applicant) -> None:
    onboarded(owner)
    applied(owner, declared(owner))
    assert planned(services).made == 0


@pytest.mark.usefixtures("lane")
def test_an_opt_out_is_in_force_at_once(
    services: Services, owner: Applicant, listener: Listener
) -> None:
    assert planned(services).made == 1
    wants(owner, out=True)
    assert delivered(services, listener) == 0  # what waited to be sent is not sent
    with services.reading() as context:
        (delivery,) = context.session.scalars(sa.select(Delivery))
        assert (delivery.state, delivery.last_answer) == (DeliveryState.FAILED, "withdrawn")
    assert planned(services).made == 0
    (event,) = events(services, Action.CONTACT_DECLINED)
    assert event.data["why"] == "opted_out"
    wants(owner)
    with owner.acting() as context:
        assert own_preferences(context).preferences.opted_out is False


@pytest.mark.usefixtures("lane")
def test_the_system_that_sends_is_told_no_name_and_no_phone(
    services: Services, owner: Applicant, listener: Listener
) -> None:
    planned(services)
    assert delivered(services, listener) == 1
    ((_, body),) = listener.received
    told = json.loads(body)
    assert told["type"] == "contact.made"
    assert set(told["data"]) == {"contact", "account", "channel", "product", "not_after"}
    assert told["data"]["account"] == str(owner.id)


@pytest.mark.usefixtures("lane")
def test_what_could_not_be_sent_in_time_is_not_sent(
    services: Services, listener: Listener, clock: MovableClock
) -> None:
    planned(services)
    clock.advance(timedelta(hours=6))  # past eight in the evening
    assert delivered(services, listener) == 0


def test_a_channel_that_is_off_is_not_used(
    services: Services, owner: Applicant, lane: FixedLane
) -> None:
    lane.until = {Channel.APP: EVER, Channel.SMS: EVER}
    wants(owner, frozenset({Channel.SMS}))
    assert planned(services).made == 1
    assert contacts(services)[0].channel is Channel.SMS


@pytest.mark.usefixtures("lane")
def test_who_says_no_is_left_alone_for_months(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    planned(services)
    (contact,) = contacts(services)
    with applicant(services, "13800000009").acting() as context, pytest.raises(NotFound):
        decline_contact(context, contact.id)
    with owner.acting() as context:
        assert decline_contact(context, contact.id).state is ContactState.DECLINED
    with owner.acting() as context, pytest.raises(ContactDeclined):
        decline_contact(context, contact.id)
    clock.advance(timedelta(days=7))
    assert planned(services).made == 0
    assert contacts(services)[-1].refusal is Refusal.SAID_NO
    clock.advance(timedelta(days=84))
    assert planned(services).made == 1


def test_hours_that_end_before_they_begin_are_refused(owner: Applicant) -> None:
    with owner.acting() as context, pytest.raises(ContactHoursInvalid):
        set_preferences(context, SetPreferences(ALL, 12, 12, False))


@pytest.mark.usefixtures("lane")
def test_a_closed_account_leaves_nothing_of_it(services: Services, owner: Applicant) -> None:
    planned(services)
    wants(owner)
    with owner.acting() as context:
        close_own_account(context)
    with services.reading() as context:
        for table in (Contact, ContactPreference):
            assert context.session.scalars(sa.select(table)).all() == []
    assert planned(services).made == 0


def test_people_are_looked_at_in_pieces(services: Services, lane: FixedLane) -> None:
    others = [applicant(services, f"1380000010{number}") for number in range(3)]
    lane.signals_of.update({one.id: KEEN for one in others})
    seen: list[UUID] = []
    after: UUID | None = None
    while True:
        step = plan_contacts(services.reading, services.transaction, after)
        if step.after is None:
            break
        after = step.after
        seen.append(after)
    assert len(contacts(services)) == 4
