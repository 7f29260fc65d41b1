"""Step-up: a member of staff proves the second factor again before what is sensitive."""

from __future__ import annotations

from datetime import datetime, timedelta

from access.attempts import attempts_key, count_attempt, take_back
from access.authorisation import require
from access.models import TOTP_SECRET, AccessSession, Staff
from access.permissions import Permission
from access.policy import StaffPolicy
from access.sessions import current
from access.totp import step_of
from audit.actions import Action
from audit.writer import record
from core.actors import ActorKind
from core.errors import Refused
from storage.context import Context


class StepUpFailed(Refused):
    """The one-time code is wrong, too old, or was used."""

    code = "step_up_failed"
    recorded = True


class StepUpRequired(Refused):
    """What was asked for needs the second factor again first (`POST /staff/step-up`)."""

    code = "step_up_required"


def step_up(context: Context, totp: str) -> datetime:
    """Prove the second factor in the present session; returns until when that holds.

    Raises `StepUpFailed`, `access.attempts.AttemptsUsed`.
    """
    require(context, Permission.SESSION_STEP_UP)
    rules, session = context.rules(StaffPolicy), current(context)
    key = attempts_key(context, "staff step-up", context.actor.id)
    left = count_attempt(context, key, rules.failures_of_step_up)
    row = context.session.get_one(Staff, context.actor.uuid, with_for_update=True)
    secret = TOTP_SECRET.open(context.keyring, row, row.id, row.totp).decode()
    step = step_of(secret, totp, context.now(), row.last_totp)
    if step is None:
        record(context, Action.STAFF_STEP_UP_FAILED, row.id, left=left)
        context.commit()
        raise StepUpFailed
    take_back(context, key)
    row.last_totp, session.stepped_up_at = step, context.now()
    record(context, Action.STAFF_STEPPED_UP, row.id, session=str(session.id))
    return _until(context, session.stepped_up_at)


def require_step_up(context: Context) -> None:
    """Raises `StepUpRequired` unless staff proved their second factor some minutes ago at most.

    The system, which acts by command or job, has none.
    """
    if context.actor.kind is ActorKind.SYSTEM:
        return
    if not _is_stepped_up_now(context):
        raise StepUpRequired


def _is_stepped_up_now(context: Context) -> bool:
    session_id = context.origin.session_id
    row = None if session_id is None else context.session.get(AccessSession, session_id)
    if row is None or row.holder_id != context.actor.uuid or row.stepped_up_at is None:
        return False
    return _until(context, row.stepped_up_at) > context.now()


def _until(context: Context, since: datetime) -> datetime:
    return since + timedelta(minutes=context.rules(StaffPolicy).step_up_min)
