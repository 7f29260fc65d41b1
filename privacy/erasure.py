"""An account is closed and what is known of its person erased (PIPL art. 47).

What has to be kept (records of customers, refusals of a face) is locked: nobody finds it, and it
goes when its time is over. Everything else goes at once.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from access import sessions
from access.authorisation import require
from access.models import Applicant, Device, SignInAttempt
from access.permissions import Permission
from access.states import EndReason
from audit.actions import Action
from audit.writer import record
from core.actors import ActorKind
from core.errors import NotFound
from privacy.destruction import Doomed, destroy
from privacy.held import is_held
from privacy.models import DestructionCause
from privacy.registry import ERASURES
from storage.context import Context
from storage.keys.names import KeyPurpose


def close_own_account(context: Context) -> Applicant:
    """Close the actor's own account. Raises what the packages' handlers raise."""
    require(context, Permission.ACCOUNT_MANAGE)
    return _close(context, context.actor.uuid)


def erase_person(context: Context, applicant_id: UUID) -> Applicant:
    """Close somebody's account at their request. Raises as `close_own_account`, and `NotFound`."""
    require(context, Permission.DATA_ERASE)
    return _close(context, applicant_id)


def finish_closing(context: Context, owner: Applicant) -> None:
    """Destroy what may go of a closed account: all of it once its records' time is over."""
    for handler in ERASURES.handlers:
        handler.close(context, owner.id)
    if owner.records_until is not None and owner.records_until <= context.now():
        erase_records(context, owner)


def erase_records(context: Context, owner: Applicant) -> None:
    """Destroy the rest of a closed account; what is left are records that name nobody."""
    if owner.erased_at is not None:
        return
    for handler in ERASURES.handlers:
        handler.erase(context, owner.id)
    owner.phone, owner.name = b"", None
    owner.data_key = b""
    owner.erased_at = context.now()
    rows = (f"applicants.phone:{owner.id}", f"applicants.name:{owner.id}")
    destroy(
        context,
        Doomed(DestructionCause.ERASURE, "account", owner.id, rows, purposes=tuple(KeyPurpose)),
    )


def _close(context: Context, applicant_id: UUID) -> Applicant:
    owner = context.session.get(Applicant, applicant_id, with_for_update=True)
    if owner is None or owner.is_closed:
        raise NotFound
    for handler in ERASURES.handlers:
        handler.require(context, applicant_id)
    owner.closed_at = context.now()
    ends = [handler.records_until(context, applicant_id) for handler in ERASURES.handlers]
    owner.records_until = max([context.now(), *(end for end in ends if end is not None)])
    held = is_held(context, applicant_id)
    _forget_sign_in(context, owner)
    record(
        context,
        Action.ACCOUNT_CLOSED,
        applicant_id,
        applicant_id=applicant_id,
        records_until=owner.records_until.isoformat(),
        held=held,
    )
    context.session.flush()
    if not held:
        finish_closing(context, owner)
    return owner


def _forget_sign_in(context: Context, owner: Applicant) -> None:
    """Nobody finds the account or signs in to it any more; its number may open another one."""
    sessions.end_all(context, ActorKind.APPLICANT, owner.id, EndReason.CLOSED)
    context.session.execute(
        sa.delete(SignInAttempt).where(SignInAttempt.phone_blind == owner.phone_blind)
    )
    context.session.execute(sa.delete(Device).where(Device.applicant_id == owner.id))
    owner.phone_blind = f"closed:{owner.id}"
    owner.phone_end_blind = owner.name_blind = None
