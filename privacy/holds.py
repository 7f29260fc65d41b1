"""Legal holds: while one is in force, nothing of a person is deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import NotFound
from core.ids import new_id
from privacy.erasure import finish_closing
from privacy.held import hold_in_force
from privacy.models import HOLD_REASON, LegalHold
from storage.context import Context


def place_hold(context: Context, applicant_id: UUID, reason: str) -> LegalHold:
    """Have everything of a person kept until the hold is lifted. Raises `NotFound`."""
    require(context, Permission.DATA_HOLD)
    owner = context.session.get(Applicant, applicant_id, with_for_update=True)
    if owner is None or owner.erased_at is not None:
        raise NotFound
    row = LegalHold(id=new_id(), applicant_id=applicant_id, placed_at=context.now())
    row.reason = HOLD_REASON.seal(context.keyring, owner, row.id, reason.encode())
    context.session.add(row)
    context.session.flush()
    _note(context, Action.HOLD_PLACED, row)
    return row


def lift_hold(context: Context, applicant_id: UUID) -> int:
    """End every hold of a person; what was due meanwhile goes now. Returns how many ended.

    Raises `NotFound` where none is in force.
    """
    require(context, Permission.DATA_HOLD)
    owner = context.session.get(Applicant, applicant_id, with_for_update=True)
    held = sa.select(LegalHold).where(_of(applicant_id), hold_in_force())
    rows = context.session.scalars(held).all()
    if owner is None or not rows:
        raise NotFound
    for row in rows:
        row.lifted_at = context.now()
        _note(context, Action.HOLD_LIFTED, row)
    context.session.flush()
    if owner.is_closed:
        finish_closing(context, owner)
    return len(rows)


def _of(applicant_id: UUID) -> sa.ColumnElement[Any]:
    return LegalHold.applicant_id == applicant_id


def _note(context: Context, action: Action, row: LegalHold) -> None:
    owner = row.applicant_id
    record(context, action, owner, applicant_id=owner, hold=str(row.id))
