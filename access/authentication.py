"""Who asks: the holder of a session that is in force, by the access token that names it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.models import AccessSession, Applicant, Staff
from access.sessions import is_in_force
from access.token_keys import TokenInvalid, TokenKeys
from core.actors import Actor, ActorKind, Role, applicant, staff
from storage.context import Context

BEARER, DPOP = "Bearer", "DPoP"


@dataclass(frozen=True)
class Authenticated:
    """A caller, the session that they call in, and how they presented its token."""

    actor: Actor
    session: AccessSession
    scheme: str
    token: str


def authenticate(context: Context, authorization: str | None) -> Authenticated:
    """The holder of the token in an `Authorization` header, with one read of the database.

    A holder who is gone, a session that ended and a role that was taken away count at once.
    Raises `TokenInvalid`.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme not in {BEARER, DPOP}:
        raise TokenInvalid
    claims = context.resource(TokenKeys).verify(token, context.now())
    row, actor = _session_of(context, claims)
    bound = claims.get("cnf", {}).get("jkt")
    if not is_in_force(context, row) or actor.id != claims["sub"] or bound != row.device_key:
        refused = TokenInvalid()
        refused.holder = actor
        raise refused
    if scheme == DPOP and bound is None:
        raise TokenInvalid
    return Authenticated(actor, row, scheme, token)


def _session_of(context: Context, claims: dict[str, Any]) -> tuple[AccessSession, Actor]:
    """The session that a token names, and its holder as they are now. Raises `TokenInvalid`."""
    try:
        session_id = UUID(claims["sid"])
    except (ValueError, TypeError, AttributeError) as error:
        raise TokenInvalid from error
    found = context.session.execute(_holder(), {"session": session_id}).one_or_none()
    if found is None:
        raise TokenInvalid
    row, applicant_id, role = found
    if applicant_id is not None:
        return row, applicant(applicant_id, handed_over=row.confined_to is not None)
    if role is not None:
        return row, staff(row.holder_id, role)
    raise TokenInvalid


@cache  # part of every request: to write it out takes longer than to ask it
def _holder() -> sa.Select[AccessSession, UUID, Role]:
    """A session with its holder as they are now."""
    holder, in_use = AccessSession.holder_id, Staff.disabled_at.is_(None)
    return (
        sa.select(AccessSession, Applicant.id, Staff.role)
        .outerjoin(Applicant, sa.and_(Applicant.id == holder, _kind(ActorKind.APPLICANT)))
        .outerjoin(Staff, sa.and_(Staff.id == holder, _kind(ActorKind.STAFF), in_use))
        .where(AccessSession.id == sa.bindparam("session"))
    )


def _kind(kind: ActorKind) -> sa.ColumnElement[bool]:
    return AccessSession.holder_kind == kind
