"""Systems are told what was decided: Standard Webhooks 1.0, signed, tried again for a day.

The audit log is the outbox: an event that a system is told of was written in the transaction that
made it so. What is told names the onboarding and its decision, nothing of the person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from access.models import Delivery
from audit.writer import AuditEvent
from storage.database import Database, utc_now

log = structlog.get_logger()

TOLD = ("onboarding.decided", "onboarding.reviewed")
# The specification's schedule, up to a day; its first try is at once.
DELAYS_S = (5, 300, 1_800, 7_200, 18_000, 36_000)
TIMEOUT_S = 10.0
LOOK_S = 1.0
PREFIX = "whsec_"


@dataclass(frozen=True)
class Message:
    """One event as it is sent; `id` is the audit event's, the same however often it is tried."""

    id: UUID
    body: bytes

    def signed(self, secret: str, at: datetime) -> dict[str, str]:
        """Its headers: id, time and HMAC-SHA256 of both and the body."""
        moment = str(int(at.timestamp()))
        key = base64.b64decode(secret.removeprefix(PREFIX))
        content = b".".join([str(self.id).encode(), moment.encode(), self.body])
        signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
        return {
            "webhook-id": str(self.id),
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{signature}",
            "content-type": "application/json",
        }


class Herald:
    """Tells one address, from a thread of its own, until `stop`."""

    def __init__(self, database: Database, url: str, secret: str) -> None:
        self._database, self._url, self._secret = database, url, secret
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="herald", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(TIMEOUT_S + LOOK_S)

    def _run(self) -> None:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
            while not self._stopping.is_set():
                try:
                    busy = self.tell_one(client)
                except SQLAlchemyError as error:  # the database comes back, the herald waits
                    log.warning("webhooks wait", error=type(error).__name__)
                    busy = False
                if not busy:
                    self._stopping.wait(LOOK_S)

    def tell_one(self, client: httpx.Client) -> bool:
        """Send what is due, at most one message; whether there was one."""
        with self._database.transaction() as session:
            _note_new_events(session)
            message = _claim(session)
        if message is None:
            return False
        answer = _send(client, self._url, message, self._secret)
        with self._database.transaction() as session:
            delivery = session.get_one(Delivery, message.id)
            delivery.last_answer = answer
            if answer.startswith("2"):
                delivery.state, delivery.delivered_at = "delivered", utc_now()
            elif delivery.tries > len(DELAYS_S):
                delivery.state = "failed"
        log.info("webhook", event_id=str(message.id), answer=answer)
        return True


def replay(session: Session, event_id: UUID) -> bool:
    """Have a message sent once more, whatever became of it; False where there is none."""
    delivery = session.get(Delivery, event_id)
    if delivery is None:
        return False
    delivery.state, delivery.tries, delivery.due_at = "waiting", 0, utc_now()
    return True


def _note_new_events(session: Session) -> None:
    noted = sa.select(Delivery.event_id).where(Delivery.event_id == AuditEvent.id)
    new = sa.select(AuditEvent.id).where(AuditEvent.action.in_(TOLD), ~noted.exists())
    session.add_all(Delivery(event_id=event_id) for event_id in session.scalars(new))
    session.flush()


def _claim(session: Session) -> Message | None:
    """The message that is due; another try is due later whatever becomes of this one."""
    due = sa.select(Delivery).where(Delivery.state == "waiting", Delivery.due_at <= utc_now())
    delivery = session.scalar(
        due.order_by(Delivery.due_at).limit(1).with_for_update(skip_locked=True)
    )
    if delivery is None:
        return None
    delay = DELAYS_S[min(delivery.tries, len(DELAYS_S) - 1)]
    delivery.tries, delivery.due_at = delivery.tries + 1, utc_now() + timedelta(seconds=delay)
    event = session.get_one(AuditEvent, delivery.event_id)
    facts = {
        "type": event.action,
        "timestamp": event.at.isoformat(),
        "data": {"onboarding": str(event.onboarding_id), "decision": event.data["decision"]},
    }
    return Message(event.id, json.dumps(facts, separators=(",", ":")).encode())


def _send(client: httpx.Client, url: str, message: Message, secret: str) -> str:
    """The status that came back, or what went wrong; redirects are not followed."""
    try:
        headers = message.signed(secret, utc_now())
        return str(client.post(url, content=message.body, headers=headers).status_code)
    except httpx.HTTPError as error:
        return type(error).__name__
