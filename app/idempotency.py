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
from sqlalchemy.orm import Session

from access.models import IdempotencyKey
from storage.database import utc_now
from storage.failures import Invalid

KEPT_H = 24
LONGEST_KEY = 128


class KeyInvalid(Invalid):
    code = "idempotency_key_invalid"
    detail = "请求编号无效。Send an Idempotency-Key of 1 to 128 printable characters."


class KeyReused(Invalid):
    code = "idempotency_key_reused"
    detail = "请求编号已用于其他内容。This Idempotency-Key was used for another request."


def claim_key(session: Session, caller_id: UUID, key: str, request: bytes) -> IdempotencyKey:
    """The row of this key; its `answer` is None while the request has to be carried out."""
    if not (key.isascii() and key.isprintable() and 0 < len(key) <= LONGEST_KEY):
        raise KeyInvalid
    _forget_old_keys(session, caller_id)
    fingerprint = hashlib.sha256(request).hexdigest()
    row = IdempotencyKey(caller_id=caller_id, key=key, fingerprint=fingerprint)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        row = session.get_one(IdempotencyKey, (caller_id, key))
    if row.fingerprint != fingerprint:
        raise KeyReused
    return row


def _forget_old_keys(session: Session, caller_id: UUID) -> None:
    old = utc_now() - timedelta(hours=KEPT_H)
    theirs = sa.delete(IdempotencyKey).where(IdempotencyKey.caller_id == caller_id)
    session.execute(theirs.where(IdempotencyKey.made_at < old))
