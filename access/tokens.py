"""Tokens: short signed access tokens, and refresh tokens that rotate."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
import sqlalchemy as sa

from access.models import RefreshToken
from access.policy import SignInPolicy
from audit.actions import Action
from audit.writer import record
from core.actors import Actor, Role, applicant, staff
from core.errors import Unauthenticated
from core.ids import new_id
from storage.context import Context
from storage.keyring import Keyring

ALGORITHM = "HS256"
AUDIENCE = "kaihu"


class TokenInvalid(Unauthenticated):
    """No token of ours, or an expired one."""

    code = "token_invalid"


@dataclass(frozen=True)
class Tokens:
    """What a caller signs its requests with; `expires_in` seconds for the access token."""

    access: str
    refresh: str | None
    expires_in: int


def issue_tokens(context: Context, applicant_id: UUID, family: UUID | None = None) -> Tokens:
    """Tokens for an applicant; a refresh token of a new family unless one is given."""
    rules = context.rules(SignInPolicy)
    refresh = secrets.token_urlsafe(32)
    row = RefreshToken(
        id=new_id(),
        token_hash=_hash(refresh),
        family=family or new_id(),
        applicant_id=applicant_id,
        expires_at=context.now() + timedelta(days=rules.refresh_days),
    )
    context.session.add(row)
    return Tokens(access_token(context, applicant(applicant_id)), refresh, rules.access_s)


def rotate(context: Context, refresh: str) -> Tokens:
    """New tokens for an unused refresh token.

    Raises `TokenInvalid`; a token that was used before revokes its family, which is kept.
    """
    query = sa.select(RefreshToken).where(RefreshToken.token_hash == _hash(refresh))
    row = context.session.scalar(query.with_for_update())
    if row is None or row.revoked_at is not None or row.expires_at <= context.now():
        raise TokenInvalid
    if row.used_at is not None:
        owner = context.acting_as(applicant(row.applicant_id))
        revoke(context, RefreshToken.family == row.family)
        record(owner, Action.SESSION_REUSE_DETECTED, row.family)
        context.commit()
        raise TokenInvalid
    row.used_at = context.now()
    return issue_tokens(context, row.applicant_id, row.family)


def revoke(context: Context, which: sa.ColumnElement[bool]) -> None:
    """End refresh tokens."""
    context.session.execute(sa.update(RefreshToken).where(which).values(revoked_at=context.now()))


def access_token(context: Context, actor: Actor) -> str:
    """A signed token that names an actor and their role, for as long as the policy says."""
    now: datetime = context.now()
    claims = {
        "sub": actor.id,
        "kind": actor.role.value,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + context.rules(SignInPolicy).access_s,
    }
    return jwt.encode(claims, _key(context.keyring), algorithm=ALGORITHM)


def actor_of(keyring: Keyring, header: str | None, now: datetime) -> Actor:
    """Who bears an `Authorization` header.

    Raises `TokenInvalid` unless it carries an access token of ours that is in force.
    """
    scheme, _, token = (header or "").partition(" ")
    if scheme != "Bearer":
        raise TokenInvalid
    try:
        claims = jwt.decode(
            token,
            _key(keyring),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"verify_exp": False, "verify_iat": False},
        )
        role, subject, until = Role(claims["kind"]), UUID(claims["sub"]), int(claims["exp"])
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError) as error:
        raise TokenInvalid from error
    if until <= now.timestamp():
        raise TokenInvalid
    return applicant(subject) if role is Role.APPLICANT else staff(subject, role)


def _key(keyring: Keyring) -> bytes:
    return keyring.derived_key("kaihu access tokens")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
