"""Sessions: who is signed in, on which device, until when; ended at once by whatever ends them.

Applicants and staff have the same kind of session. A token names its session, and no request is
served on a session that is not in force.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from access.models import AccessSession
from access.policy import StaffPolicy
from access.states import EndReason
from access.token_keys import TokenInvalid
from audit.actions import Action
from audit.writer import record
from core.actors import Actor, ActorKind, Role
from core.ids import new_id
from storage.context import Context

SEEN_EVERY = timedelta(minutes=5)


def begin(
    context: Context,
    holder: Actor,
    expires_at: datetime,
    device_key: str | None = None,
    confined_to: UUID | None = None,
) -> AccessSession:
    """A new session of a holder; `device_key` is the thumbprint that its tokens are bound to.

    `confined_to` is the one onboarding that it is for.
    """
    row = AccessSession(
        id=new_id(),
        holder_kind=holder.kind,
        holder_id=holder.uuid,
        device_key=device_key,
        address_prefix=context.origin.prefix,
        created_at=context.now(),
        last_seen_at=context.now(),
        expires_at=expires_at,
        confined_to=confined_to,
    )
    context.session.add(row)
    context.session.flush()
    return row


def is_in_force(context: Context, row: AccessSession) -> bool:
    """Whether a session was not ended, has not expired, and was used lately where it is staff's.

    A session is used when its tokens are renewed, which those who work do every quarter hour.
    """
    now = context.now()
    if row.ended_at is not None or row.expires_at <= now:
        return False
    idle = timedelta(minutes=context.rules(StaffPolicy).idle_min)
    return row.holder_kind is not ActorKind.STAFF or row.last_seen_at > now - idle


def require_own_session(context: Context) -> None:
    """Raises `TokenInvalid` unless the session that the context comes in is still in force.

    For what is told a while after its request: the session may have ended meanwhile.
    """
    session_id = context.origin.session_id
    row = None if session_id is None else context.session.get(AccessSession, session_id)
    if row is None or not is_in_force(context, row):
        raise TokenInvalid


def end(context: Context, row: AccessSession, reason: EndReason) -> None:
    """End a session, with its tokens of every kind; one that has ended stays as it ended."""
    if row.ended_at is not None:
        return
    row.ended_at, row.end_reason = context.now(), reason
    record(context, Action.SESSION_ENDED, row.id, reason=reason, holder=str(row.holder_id))


def end_all(
    context: Context, kind: ActorKind, holder_id: UUID, reason: EndReason, keep: UUID | None = None
) -> int:
    """End every session of a holder but one; returns how many were in force."""
    query = _in_force(context, kind, holder_id).with_for_update()
    rows = [row for row in context.session.scalars(query) if row.id != keep]
    for row in rows:
        end(context, row, reason)
    return len(rows)


def end_all_of_device(context: Context, applicant_id: UUID, device_key: str) -> None:
    """End what a device had before: it has one session of an account."""
    query = _in_force(context, ActorKind.APPLICANT, applicant_id).with_for_update()
    for row in context.session.scalars(query.where(AccessSession.device_key == device_key)):
        end(context, row, EndReason.REPLACED)


def end_confined(
    context: Context, applicant_id: UUID, onboarding_id: UUID, reason: EndReason
) -> int:
    """End an applicant's sessions that are for one onboarding; returns how many were in force."""
    query = _in_force(context, ActorKind.APPLICANT, applicant_id).with_for_update()
    rows = context.session.scalars(query.where(AccessSession.confined_to == onboarding_id)).all()
    for row in rows:
        end(context, row, reason)
    return len(rows)


def is_open_to(context: Context, onboarding_id: UUID) -> bool:
    """Whether the session that the request came in may see an onboarding of its holder.

    One that was handed over sees the one that it is for, while it is in force: it may have been
    ended since the request was authenticated, which a file takes a while to follow.
    """
    if context.actor.role is not Role.HANDED_OVER:
        return True
    session_id = context.origin.session_id or UUID(int=0)
    row = context.session.get(AccessSession, session_id, populate_existing=True)
    return row is not None and row.confined_to == onboarding_id and is_in_force(context, row)


def note_seen(context: Context, session: AccessSession) -> None:
    """Note that a session, as it was read, is used: coarsely, so that not every request writes."""
    now = context.now()
    if session.last_seen_at < now - SEEN_EVERY:
        seen = sa.update(AccessSession).where(AccessSession.id == session.id)
        context.session.execute(seen.values(last_seen_at=now))


def in_force(context: Context, kind: ActorKind, holder_id: UUID) -> list[AccessSession]:
    """The sessions of a holder, the newest first."""
    query = _in_force(context, kind, holder_id).order_by(AccessSession.id.desc())
    return list(context.session.scalars(query))


def current(context: Context) -> AccessSession:
    """The session that the request came in. Raises `TokenInvalid` where it came in none."""
    row = context.session.get(AccessSession, context.origin.session_id or UUID(int=0))
    if row is None or not is_in_force(context, row):
        raise TokenInvalid
    return row


def _in_force(context: Context, kind: ActorKind, holder_id: UUID) -> sa.Select[AccessSession]:
    return sa.select(AccessSession).where(
        AccessSession.holder_kind == kind,
        AccessSession.holder_id == holder_id,
        AccessSession.ended_at.is_(None),
        AccessSession.expires_at > context.now(),
    )
