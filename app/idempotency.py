"""`Idempotency-Key`: a POST that is sent again gets the answer of its first time.

The key is kept in the transaction of what it names, so both are kept or neither is. A second
request under the same key waits for the first one's transaction, then gets its answer.

Answers are sealed under a key that is made of the caller's own: who does not name it again opens
nothing, not even with every key of this house.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.models import IdempotencyKey
from core.errors import Invalid
from storage.blind_index import Indexed
from storage.context import Context
from storage.keyring import DataKey

KEPT_H = 24
MAX_KEY = 128


class KeyInvalid(Invalid):
    """Not 1 to 128 printable characters."""

    code = "idempotency_key_invalid"


class KeyReused(Invalid):
    """The key was used for another request."""

    code = "idempotency_key_reused"


@dataclass(frozen=True)
class NamedRequest:
    """A request under a caller's key; its answer is None until it has been carried out."""

    row: IdempotencyKey
    _sealing: DataKey

    @property
    def answer(self) -> str | None:
        """The JSON that the first request was answered with.

        Raises `storage.keyring.SealBroken` when it was changed.
        """
        sealed = self.row.sealed_answer
        return None if sealed is None else self._sealing.decrypt(sealed, self._binding).decode()

    def keep(self, answer: str) -> None:
        """Keep the answer for whoever names the key again."""
        self.row.sealed_answer = self._sealing.encrypt(answer.encode(), self._binding)

    @property
    def _binding(self) -> bytes:
        row = self.row
        return f"idempotency_keys:{row.caller_id}:{row.key_blind}:{row.fingerprint}".encode()


def claim_key(context: Context, key: str, request: bytes) -> NamedRequest:
    """The request under the actor's key. Raises `KeyInvalid`, `KeyReused`."""
    if not (key.isascii() and key.isprintable() and 0 < len(key) <= MAX_KEY):
        raise KeyInvalid
    session, caller_id = context.session, context.actor.uuid
    _forget_old_keys(context, caller_id)
    # Hashed first: the index takes no notice of case and white space, keys differ by both.
    hashed = hashlib.sha256(f"{caller_id}\n{key}".encode()).hexdigest()
    key_blind = context.blind_index.of(Indexed.IDEMPOTENCY_KEY, hashed)
    secret = context.blind_index.of(Indexed.IDEMPOTENCY_ANSWER, hashed)
    fingerprint = hmac.new(secret.encode(), request, hashlib.sha256).hexdigest()
    row = IdempotencyKey(
        caller_id=caller_id, key_blind=key_blind, fingerprint=fingerprint, made_at=context.now()
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        row = session.get_one(IdempotencyKey, (caller_id, key_blind))
    if row.fingerprint != fingerprint:
        raise KeyReused
    return NamedRequest(row, DataKey(bytes.fromhex(secret)))


def _forget_old_keys(context: Context, caller_id: UUID) -> None:
    old = context.now() - timedelta(hours=KEPT_H)
    own = sa.delete(IdempotencyKey).where(IdempotencyKey.caller_id == caller_id)
    context.session.execute(own.where(IdempotencyKey.made_at < old))
