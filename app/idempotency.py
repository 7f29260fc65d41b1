"""`Idempotency-Key`: a POST that is sent again gets the answer of its first time.

The key is kept in the transaction of what it names, so both are kept or neither is. A second
request under the same key waits for the first one's transaction, then gets its answer.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.models import IdempotencyKey
from core.errors import Invalid
from storage.context import Context

KEPT_H = 24
MAX_KEY = 128


class KeyInvalid(Invalid):
    """Not 1 to 128 printable characters."""

    code = "idempotency_key_invalid"


class KeyReused(Invalid):
    """The key was used for another request."""

    code = "idempotency_key_reused"


def claim_key(context: Context, key: str, request: bytes) -> IdempotencyKey:
    """The row of the actor's key; its `answer` is None while the request has to be carried out.

    Raises `KeyInvalid`, `KeyReused`.
    """
    if not (key.isascii() and key.isprintable() and 0 < len(key) <= MAX_KEY):
        raise KeyInvalid
    session, caller_id = context.session, context.actor.uuid
    _forget_old_keys(context, caller_id)
    fingerprint = hashlib.sha256(request).hexdigest()
    row = IdempotencyKey(
        caller_id=caller_id, key=key, fingerprint=fingerprint, made_at=context.now()
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        row = session.get_one(IdempotencyKey, (caller_id, key))
    if row.fingerprint != fingerprint:
        raise KeyReused
    return row


def _forget_old_keys(context: Context, caller_id: UUID) -> None:
    old = context.now() - timedelta(hours=KEPT_H)
    own = sa.delete(IdempotencyKey).where(IdempotencyKey.caller_id == caller_id)
    context.session.execute(own.where(IdempotencyKey.made_at < old))
