"""Delivers messages, signed, tried again for a day.

The audit log is the outbox: an event that a system is notified of was written in the transaction
that made it so.
"""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import timedelta
from uuid import UUID

import httpx
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from access.authorisation import require
from access.permissions import Permission
from app.services import Services
from app.webhooks.address import AddressForbidden, Destination, addresses_of
from app.webhooks.message import Message, message_of
from app.webhooks.models import DELIVERY, Delivery, DeliveryState
from audit.actions import Action
from audit.models import AuditEvent
from audit.writer import record
from loans.reach.campaign import may_still_be_sent
from storage.context import Context

log = structlog.get_logger()

NOTIFIED = (Action.ONBOARDING_DECIDED, Action.ONBOARDING_REVIEWED, Action.CONTACT_MADE)
WITHDRAWN = "withdrawn"  # kept as the answer of a message that was not sent any more
# The specification's schedule, up to a day; its first try is at once.
DELAYS_S = (5, 300, 1_800, 7_200, 18_000, 36_000)
TIMEOUT_S = 10.0
IDLE_S = 1.0


class WebhookDispatcher:
    """Notifies one address, from a thread of its own, until `stop`."""

    def __init__(self, services: Services, destination: Destination, secret: str) -> None:
        self._services, self._destination, self._secret = services, destination, secret
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Return once nothing is being sent."""
        self._stopping.set()
        self._thread.join(TIMEOUT_S + IDLE_S)

    def deliver_one(self, client: httpx.Client) -> bool:
        """Send at most one message that is due; whether there was one."""
        with self._services.transaction() as context:
            _note_new_events(context)
            message = _claim(context)
        if message is None:
            return False
        headers = message.signed(self._secret, self._services.parts.clock.now())
        answer = _send(client, self._destination, message, headers)
        with self._services.transaction() as context:
            _keep_answer(context, message.id, answer)
        log.info("webhook", event_id=str(message.id), answer=answer)
        return True

    def _run(self) -> None:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
            while not self._stopping.is_set():
                try:
                    busy = self.deliver_one(client)
                except SQLAlchemyError as error:  # the database comes back, this thread waits
                    log.warning("webhooks wait", error=type(error).__name__)
                    busy = False
                except Exception:  # one message must not end the others
                    log.exception("webhook failed")
                    busy = False
                if not busy:
                    self._stopping.wait(IDLE_S)


def list_deliveries(context: Context) -> list[Delivery]:
    """Every message, the newest first; an event."""
    require(context, Permission.WEBHOOK_ADMINISTER)
    rows = list(context.session.scalars(sa.select(Delivery).order_by(Delivery.event_id.desc())))
    record(context, Action.MESSAGES_LISTED, context.actor.id, found=len(rows))
    return rows


def replay_delivery(context: Context, event_id: UUID) -> bool:
    """Have a message sent once more, whatever became of it, an event; False where there is none."""
    require(context, Permission.WEBHOOK_ADMINISTER)
    delivery = context.session.get(Delivery, event_id)
    if delivery is None:
        return False
    record(context, Action.MESSAGE_REPLAYED, event_id, tries=delivery.tries)
    DELIVERY.move(delivery, DeliveryState.WAITING)
    delivery.tries, delivery.due_at = 0, context.now()
    return True


def _note_new_events(context: Context) -> None:
    noted = sa.select(Delivery.event_id).where(Delivery.event_id == AuditEvent.id)
    new = sa.select(AuditEvent.id).where(AuditEvent.action.in_(NOTIFIED), ~noted.exists())
    for event_id in context.session.scalars(new).all():
        delivery = Delivery(event_id=event_id, tries=0, due_at=context.now())
        DELIVERY.begin(delivery, DeliveryState.WAITING)
        context.session.add(delivery)
    context.session.flush()


def _claim(context: Context) -> Message | None:
    """The message that is due; another try is due later whatever becomes of this one."""
    waiting = Delivery.state == DeliveryState.WAITING
    due = sa.select(Delivery).where(waiting, Delivery.due_at <= context.now())
    delivery = context.session.scalar(
        due.order_by(Delivery.due_at).limit(1).with_for_update(skip_locked=True)
    )
    if delivery is None:
        return None
    delay = DELAYS_S[min(delivery.tries, len(DELAYS_S) - 1)]
    delivery.tries += 1
    delivery.due_at = context.now() + timedelta(seconds=delay)
    event = context.session.get_one(AuditEvent, delivery.event_id)
    if event.action == Action.CONTACT_MADE and not may_still_be_sent(context, UUID(event.subject)):
        delivery.last_answer = WITHDRAWN
        DELIVERY.move(delivery, DeliveryState.FAILED)
        return None
    return message_of(event)


def _keep_answer(context: Context, event_id: UUID, answer: str) -> None:
    delivery = context.session.get_one(Delivery, event_id, with_for_update=True)
    delivery.last_answer = answer
    if delivery.state != DeliveryState.WAITING:  # another machine's answer was first
        return
    if answer.startswith("2"):
        DELIVERY.move(delivery, DeliveryState.DELIVERED)
        delivery.delivered_at = context.now()
    elif delivery.tries > len(DELAYS_S):
        DELIVERY.move(delivery, DeliveryState.FAILED)


def _send(
    client: httpx.Client, destination: Destination, message: Message, headers: dict[str, str]
) -> str:
    """The status that came back, or what went wrong; redirects are not followed."""
    try:
        request = destination.request(client, message.body, headers, addresses_of)
        with closing(client.send(request, stream=True)) as answer:  # its body is not read
            return str(answer.status_code)
    except (httpx.HTTPError, AddressForbidden, OSError) as error:
        return type(error).__name__
