"""What people do with their sessions: list them, end one, leave."""

from __future__ import annotations

from uuid import UUID

from access.authorisation import require
from access.models import AccessSession
from access.permissions import Permission
from access.sessions import current, end, in_force
from access.states import EndReason
from core.errors import NotFound
from storage.context import Context


def list_own_sessions(context: Context) -> list[AccessSession]:
    """The caller's sessions that are in force, the newest first."""
    require(context, Permission.SESSION_MANAGE)
    return in_force(context, context.actor.kind, context.actor.uuid)


def end_own_session(context: Context, session_id: UUID) -> None:
    """End one of the caller's sessions, on whichever device. Raises `NotFound`."""
    require(context, Permission.SESSION_MANAGE)
    row = context.session.get(AccessSession, session_id, with_for_update=True)
    if row is None or (row.holder_kind, row.holder_id) != (context.actor.kind, context.actor.uuid):
        raise NotFound
    end(context, row, EndReason.REMOVED)


def log_out(context: Context) -> None:
    """End the session that the request came in."""
    require(context, Permission.SESSION_MANAGE)
    end(context, current(context), EndReason.LOGOUT)
