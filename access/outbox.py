"""Messages to phones on their way out: written with what they are about, sent outside of it.

Whoever sends claims a message in one transaction, sends it with none open, and erases it in
another. A sender that dies leaves it to be claimed again: a message may arrive twice, and none is
lost before it has expired. What it says is sealed until then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from access.models import OutgoingMessage
from core.ids import new_id
from storage.context import Context
from storage.keyring import SealBroken
from storage.keys.cipher import DataKey

FIRST_S = 5  # that the process which wrote a message has to send it itself
AGAIN_S = (2, 5, 15, 30, 60)  # between tries; the last goes on until the message has expired


@dataclass(frozen=True)
class Message:
    """A one-time code for a phone number."""

    id: UUID
    phone: str
    code: str


def put_message(context: Context, phone: str, code: str, expires_at: datetime) -> UUID:
    """Write a message, in the transaction that makes its code."""
    message_id = new_id()
    text = json.dumps({"phone": phone, "code": code}).encode()
    row = OutgoingMessage(
        id=message_id,
        sealed=_key(context).encrypt(text, _binding(message_id)),
        due_at=context.now() + timedelta(seconds=FIRST_S),
        expires_at=expires_at,
        tries=0,
    )
    context.session.add(row)
    return message_id


def read_message(context: Context, message_id: UUID) -> Message | None:
    """What a message says; None where it was sent and erased already."""
    row = context.session.get(OutgoingMessage, message_id)
    return None if row is None else _opened(context, row)


def has_due_message(context: Context) -> bool:
    """Whether a message waits for somebody to send it."""
    due = OutgoingMessage.due_at <= context.now()
    return context.session.scalar(sa.select(OutgoingMessage.id).where(due).limit(1)) is not None


def claim_message(context: Context) -> Message | None:
    """The message that waits longest; nobody else gets it for some seconds.

    One that has expired, or does not open, is erased.
    """
    due = sa.select(OutgoingMessage).where(OutgoingMessage.due_at <= context.now())
    query = due.order_by(OutgoingMessage.due_at).limit(1).with_for_update(skip_locked=True)
    row = context.session.scalar(query)
    if row is None:
        return None
    wait = AGAIN_S[min(row.tries, len(AGAIN_S) - 1)]
    row.tries, row.due_at = row.tries + 1, context.now() + timedelta(seconds=wait)
    try:
        message = _opened(context, row)
    except SealBroken:
        message = None
    if message is None or row.expires_at <= context.now():
        context.session.delete(row)
        return None
    return message


def erase_message(context: Context, message_id: UUID) -> None:
    """Forget a message that was sent."""
    context.session.execute(sa.delete(OutgoingMessage).where(OutgoingMessage.id == message_id))


def _opened(context: Context, row: OutgoingMessage) -> Message:
    said = json.loads(_key(context).decrypt(row.sealed, _binding(row.id)))
    return Message(row.id, said["phone"], said["code"])


def _key(context: Context) -> DataKey:
    return DataKey(context.keyring.derived_key("kaihu outgoing messages"))


def _binding(message_id: UUID) -> bytes:
    return f"outgoing_messages:{message_id}".encode()
