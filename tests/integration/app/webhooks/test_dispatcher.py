"""Another system is notified of decisions: signed, once, again for a day, or by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from access.authorisation import NotAllowed
from app.services import Services
from app.webhooks.address import Destination
from app.webhooks.dispatcher import (
    DELAYS_S,
    WebhookDispatcher,
    list_deliveries,
    replay_delivery,
)
from app.webhooks.models import Delivery, DeliveryState
from audit.actions import Action
from audit.models import AuditEvent
from core.actors import Role, staff
from core.ids import new_id
from kyc.onboarding.states import Decision
from tests.support.clock import MovableClock
from tests.support.factories import applicant, onboarded
from tests.support.servers import KEY, SECRET, Listener, listening


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Another system."""
    with listening() as made:
        yield made


def here(url: str) -> Destination:
    return Destination.of(url, loopback=True)


def subjects_of(services: Services, action: Action) -> list[str]:
    with services.reading() as context:
        query = sa.select(AuditEvent.subject).where(AuditEvent.action == action)
        return list(context.session.scalars(query))


def delivery(services: Services) -> Delivery:
    with services.reading() as context:
        return context.session.scalars(sa.select(Delivery)).one()


def test_a_decision_is_sent_once_signed_and_without_the_person(
    services: Services, clock: MovableClock, listener: Listener
) -> None:
    onboarding = onboarded(applicant(services))
    dispatcher = WebhookDispatcher(services, here(listener.url), SECRET)
    with httpx.Client(trust_env=False) as client:
        assert dispatcher.deliver_one(client)
        assert not dispatcher.deliver_one(client)
    ((headers, body),) = listener.received
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    sent = json.loads(body)
    assert sent["type"] == "onboarding.decided"
    assert sent["data"] == {"onboarding": str(onboarding.id), "decision": Decision.APPROVED}


def test_what_is_not_received_is_sent_again_for_a_day_and_by_hand(
    services: Services, clock: MovableClock, listener: Listener
) -> None:
    onboarded(applicant(services))
    dispatcher = WebhookDispatcher(services, here(listener.url), SECRET)
    tries = len(DELAYS_S) + 1
    listener.answers = [500] * tries
    with httpx.Client(trust_env=False) as client:
        for delay in (*DELAYS_S, DELAYS_S[-1]):
            assert dispatcher.deliver_one(client)
            assert not dispatcher.deliver_one(client), "sent again before its time"
            clock.advance(timedelta(seconds=delay))
        assert not dispatcher.deliver_one(client)
        failed = delivery(services)
        assert (failed.state, failed.last_answer) == (DeliveryState.FAILED, "500")
        assert failed.tries == tries
        with services.transaction() as context:
            assert replay_delivery(context, failed.event_id)
            assert not replay_delivery(context, new_id())
        (replayed,) = subjects_of(services, Action.MESSAGE_REPLAYED)
        assert replayed == str(failed.event_id)
        assert dispatcher.deliver_one(client)
    assert len({headers["webhook-id"] for headers, _ in listener.received}) == 1
    assert delivery(services).state is DeliveryState.DELIVERED
    with services.transaction() as context:
        assert [one.event_id for one in list_deliveries(context)] == [failed.event_id]


def test_an_address_that_is_away_and_one_that_redirects_have_not_received(
    services: Services, listener: Listener
) -> None:
    onboarded(applicant(services))
    onboarded(applicant(services, "13800000002"))
    listener.answers = [302]
    with httpx.Client(trust_env=False) as client:
        assert WebhookDispatcher(services, here(listener.url), SECRET).deliver_one(client)
        away = WebhookDispatcher(services, here("http://127.0.0.1:9/away"), SECRET)
        assert away.deliver_one(client)
    with services.transaction() as context:
        rows = list_deliveries(context)
    assert {row.state for row in rows} == {DeliveryState.WAITING}
    assert {row.last_answer for row in rows} == {"302", "ConnectError"}


def test_a_thread_delivers_until_it_is_stopped(services: Services, listener: Listener) -> None:
    onboarded(applicant(services))
    dispatcher = WebhookDispatcher(services, here(listener.url), SECRET)
    dispatcher.start()
    assert listener.wait_for(1)
    dispatcher.stop()
    assert delivery(services).state is DeliveryState.DELIVERED


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COMPLIANCE])
def test_deliveries_are_administered_by_command_alone(services: Services, role: Role) -> None:
    with services.transaction(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            list_deliveries(context)
        with pytest.raises(NotAllowed):
            replay_delivery(context, new_id())


def test_an_answer_that_comes_second_changes_nothing(
    services: Services, clock: MovableClock, listener: Listener
) -> None:
    """Two machines send one message when the first takes longer than the next try is away."""
    onboarded(applicant(services))
    dispatcher = WebhookDispatcher(services, here(listener.url), SECRET)

    def meanwhile(_request: httpx.Request) -> httpx.Response:
        clock.advance(timedelta(seconds=DELAYS_S[0]))
        with httpx.Client(trust_env=False) as other:
            assert dispatcher.deliver_one(other)
        return httpx.Response(200)

    with httpx.Client(transport=httpx.MockTransport(meanwhile)) as slow:
        assert dispatcher.deliver_one(slow)
    assert delivery(services).state is DeliveryState.DELIVERED
