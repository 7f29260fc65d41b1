"""An owner contests what is known of them; it is not used until a person decided (PIPL art. 46).

What a person has rejected is not contested again, and who applies meanwhile waits for a person: an
objection switches nothing off that speaks against its owner.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, NotFound
from core.ids import new_id
from loans.known.models import (
    OBJECTION,
    OBJECTION_TEXT,
    OBJECTION_VALUE,
    Objection,
    ObjectionState,
    Profile,
)
from loans.sources.changes import CHANGES
from storage.context import Context

SHOWN_AT_ONCE = 50


class ObjectionOpen(Conflict):
    """The same is contested already."""

    code = "objection_open"


class ObjectionOver(Conflict):
    """The objection is decided, or a person has rejected the same one before."""

    code = "objection_over"


@dataclass(frozen=True)
class Contest:
    """What is wrong, in the owner's words."""

    feature: str
    text: str


@dataclass(frozen=True)
class DecideObjection:
    """A reviewer's decision: `upheld` means that it is not used from now on."""

    objection_id: UUID
    upheld: bool


@dataclass(frozen=True)
class OpenObjection:
    """An objection as a reviewer sees it."""

    objection: Objection
    text: str
    value: object


def contest(context: Context, command: Contest) -> Objection:
    """Contest one thing that is known; applications that are not decided do without it.

    Raises `NotFound`, `ObjectionOpen`, and `ObjectionOver` for a value that was contested in vain.
    """
    require(context, Permission.LOAN_MANAGE)
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    profile = context.session.get(Profile, owner.id)
    if profile is None or command.feature not in profile.features:
        raise NotFound
    same = sa.select(Objection.id).where(
        Objection.applicant_id == owner.id,
        Objection.feature == command.feature,
        Objection.state == ObjectionState.OPEN,
    )
    if context.session.scalar(same.limit(1)) is not None:
        raise ObjectionOpen
    value = profile.features[command.feature]["value"]
    if _was_rejected(context, owner, command.feature, value):
        raise ObjectionOver
    row = Objection(
        id=new_id(), applicant_id=owner.id, feature=command.feature, made_at=context.now()
    )
    OBJECTION.begin(row, ObjectionState.OPEN)
    row.text = OBJECTION_TEXT.seal(context.keyring, owner, row.id, command.text.encode())
    row.value = OBJECTION_VALUE.seal(context.keyring, owner, row.id, json.dumps(value).encode())
    context.session.add(row)
    record(
        context, Action.PROFILE_CONTESTED, row.id, applicant_id=owner.id, feature=command.feature
    )
    context.session.flush()
    CHANGES.tell_contested(context, owner.id)
    return row


def contests_any(context: Context, applicant_id: UUID, features: Collection[str]) -> bool:
    """Whether an objection is open to one of some features, or to what limits are made of."""
    profile = context.session.get(Profile, applicant_id)
    waiting = sa.select(Objection.feature).where(
        Objection.applicant_id == applicant_id, Objection.state == ObjectionState.OPEN
    )
    contested = set(context.session.scalars(waiting))
    trades = profile is not None and bool(profile.known.get("trade"))
    return bool(contested) and (trades or not contested.isdisjoint(features))


def open_objections(context: Context) -> Sequence[OpenObjection]:
    """The oldest objections that nobody decided, with what they contest."""
    require(context, Permission.REVIEW_READ)
    waiting = sa.select(Objection).where(Objection.state == ObjectionState.OPEN)
    rows = context.session.scalars(waiting.order_by(Objection.made_at).limit(SHOWN_AT_ONCE)).all()
    shown = [_opened(context, row) for row in rows]
    record(context, Action.OBJECTIONS_LISTED, "objections", found=[str(row.id) for row in rows])
    return shown


def decide_objection(context: Context, command: DecideObjection) -> Objection:
    """Decide an objection; the same decision twice is one.

    Raises `NotFound`, `ObjectionOver` where it was decided otherwise.
    """
    require(context, Permission.REVIEW_DECIDE)
    row = context.session.get(Objection, command.objection_id, with_for_update=True)
    if row is None:
        raise NotFound
    state = ObjectionState.UPHELD if command.upheld else ObjectionState.REJECTED
    if row.state is state:
        return row
    if not OBJECTION.may_move(row, state):
        raise ObjectionOver
    OBJECTION.move(row, state)
    row.decided_at, row.decided_by = context.now(), context.actor.uuid
    record(
        context,
        Action.OBJECTION_DECIDED,
        row.id,
        applicant_id=row.applicant_id,
        feature=row.feature,
        state=state,
    )
    CHANGES.tell_learnt(context, row.applicant_id)
    return row


def _was_rejected(context: Context, owner: Applicant, feature: str, value: object) -> bool:
    rejected = sa.select(Objection).where(
        Objection.applicant_id == owner.id,
        Objection.feature == feature,
        Objection.state == ObjectionState.REJECTED,
        Objection.value.is_not(None),
    )
    return any(
        json.loads(OBJECTION_VALUE.open(context.keyring, owner, row.id, row.value)) == value
        for row in context.session.scalars(rejected)
        if row.value is not None
    )


def _opened(context: Context, row: Objection) -> OpenObjection:
    owner = context.session.get_one(Applicant, row.applicant_id)
    text = (
        ""
        if row.text is None
        else OBJECTION_TEXT.open(context.keyring, owner, row.id, row.text).decode()
    )
    profile = context.session.get(Profile, row.applicant_id)
    value = None if profile is None else profile.features.get(row.feature, {}).get("value")
    return OpenObjection(row, text, value)
