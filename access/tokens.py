"""Tokens of a session: short signed access tokens, and refresh tokens that rotate."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from access.models import AccessSession, RefreshToken
from access.policy import SignInPolicy
from access.proofs import Proof, ProofInvalid, ProofMissing
from access.sessions import end, is_in_force
from access.states import EndReason
from access.token_keys import TokenInvalid, TokenKeys
from access.used_proofs import use_proof
from audit.actions import Action
from audit.writer import record
from core.actors import Actor
from core.errors import Unauthenticated
from core.ids import new_id
from storage.context import Context


@dataclass(frozen=True)
class Tokens:
    """What a caller signs its requests with; `expires_in` seconds for the access token."""

    access: str
    refresh: str | None
    expires_in: int


def issue_tokens(context: Context, session: AccessSession) -> Tokens:
    """An access and a refresh token of a session."""
    refresh = secrets.token_urlsafe(32)
    row = RefreshToken(id=new_id(), token_hash=_hash(refresh), session_id=session.id)
    context.session.add(row)
    return Tokens(access_token(context, session), refresh, context.rules(SignInPolicy).access_s)


def rotate(context: Context, refresh: str, proof: Proof | None = None) -> Tokens:
    """New tokens for an unused refresh token, asked for by the device that its session is bound to.

    Raises `TokenInvalid`; a token that was used before ends its session, which is kept. Raises
    `ProofMissing`, `ProofInvalid` for another device, `ProofReplayed`.
    """
    query = sa.select(RefreshToken).where(RefreshToken.token_hash == _hash(refresh))
    row = context.session.scalar(query.with_for_update())
    if row is None:
        raise TokenInvalid
    session = context.session.get_one(AccessSession, row.session_id, with_for_update=True)
    holder = Actor(session.holder_kind, str(session.holder_id), context.actor.role)
    owner = context.acting_as(holder)
    try:
        if not is_in_force(context, session):
            raise TokenInvalid
        if session.device_key is not None:
            _require_device(owner, session, proof)
    except Unauthenticated as refused:
        refused.holder = holder
        raise
    if row.used_at is not None:
        record(owner, Action.SESSION_REUSE_DETECTED, session.id)
        end(owner, session, EndReason.REUSE)
        context.commit()
        raise TokenInvalid
    row.used_at = session.last_seen_at = context.now()
    record(owner, Action.SESSION_REFRESHED, session.id)
    return issue_tokens(context, session)


def _require_device(context: Context, session: AccessSession, proof: Proof | None) -> None:
    """Use up a proof of the session's own device. Raises `ProofRefused`."""
    if proof is None:
        raise ProofMissing
    if proof.thumbprint != session.device_key:
        raise ProofInvalid
    use_proof(context, proof)


def access_token(context: Context, session: AccessSession) -> str:
    """A signed token that names a session and its holder, valid as long as the policy says."""
    now = int(context.now().timestamp())
    claims: dict[str, Any] = {
        "sub": str(session.holder_id),
        "sid": str(session.id),
        "jti": str(new_id()),
        "iat": now,
        "exp": now + context.rules(SignInPolicy).access_s,
    }
    if session.device_key is not None:
        claims["cnf"] = {"jkt": session.device_key}
    return context.resource(TokenKeys).sign(claims)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
