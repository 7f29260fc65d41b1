"""Accounts of staff: made, listed, disabled, given new credentials, given another role.

Administrators may see and disable accounts. Whatever gives access (a new account, new credentials,
another role, an account that is enabled again) is done by command, by those who run the service.
An account is a person's, and has one role.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import TOTP_SECRET, Staff
from access.passwords import PasswordHashing, require_good_password
from access.permissions import Permission
from access.policy import StaffPolicy
from access.sessions import end_all
from access.states import EndReason
from access.totp import new_secret
from audit.actions import Action
from audit.writer import record
from core.actors import STAFF_ROLES, ActorKind, Role
from core.errors import Conflict, NotFound
from core.ids import new_id
from storage.context import Context


class StaffNameTaken(Conflict):
    """Another account has the name."""

    code = "staff_name_taken"


class OwnAccount(Conflict):
    """Nobody disables their own account."""

    code = "own_account"


@dataclass(frozen=True)
class AddStaff:
    """A new member of staff."""

    name: str
    role: Role
    password: str


@dataclass(frozen=True)
class ResetStaff:
    """A new password for a member of staff, who is given a new TOTP secret too."""

    name: str
    password: str


@dataclass(frozen=True)
class StaffAccount:
    """A member of staff, without anything that signs them in."""

    id: UUID
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None


def add_staff(context: Context, command: AddStaff) -> str:
    """Make a staff account; returns the TOTP secret, to be shown once.

    Call it first in its transaction: the password is hashed before the database is touched.
    Raises ValueError for a role that no member of staff has, `StaffNameTaken`, and as
    `access.passwords.require_good_password`.
    """
    require(context, Permission.STAFF_APPOINT)
    _require_staff_role(command.role)
    encoded = _hashed(context, command.name, command.password)
    if _find(context, command.name) is not None:
        raise StaffNameTaken
    staff_id = new_id()
    row = Staff(
        id=staff_id,
        name=command.name,
        role=command.role,
        password_hash=encoded,
        data_key=b"",
        created_at=context.now(),
    )
    secret = _give_totp(context, row)
    context.session.add(row)
    context.session.flush()
    record(context, Action.STAFF_ADDED, staff_id, role=command.role)
    return secret


def list_staff(context: Context) -> Sequence[StaffAccount]:
    """Every account, by name; with an event of the reading."""
    require(context, Permission.STAFF_ADMINISTER)
    rows = list(context.session.scalars(sa.select(Staff).order_by(Staff.name)))
    record(context, Action.STAFF_LISTED, context.actor.id, found=len(rows))
    return [_account(row) for row in rows]


def disable_staff(context: Context, staff_id: UUID) -> StaffAccount:
    """End every session of an account at once, and let it sign in no more.

    The account is kept: events and verdicts name it. Raises `NotFound`, `OwnAccount`.
    """
    require(context, Permission.STAFF_ADMINISTER)
    row = _locked(context, staff_id)
    if context.actor.id == str(staff_id):
        raise OwnAccount
    if row.disabled_at is None:
        row.disabled_at = context.now()
        _end_sessions(context, row, EndReason.DISABLED)
        record(context, Action.STAFF_DISABLED, row.id, role=row.role)
    return _account(row)


def enable_staff(context: Context, staff_id: UUID) -> StaffAccount:
    """Let a disabled account sign in again, with its old credentials. Raises `NotFound`."""
    require(context, Permission.STAFF_APPOINT)
    row = _locked(context, staff_id)
    if row.disabled_at is not None:
        row.disabled_at = None
        record(context, Action.STAFF_ENABLED, row.id, role=row.role)
    return _account(row)


def reset_staff(context: Context, command: ResetStaff) -> str:
    """New credentials for an account, whose sessions end; returns the TOTP secret, shown once.

    Call it first in its transaction, as `add_staff`. Raises `NotFound` and as
    `access.passwords.require_good_password`.
    """
    require(context, Permission.STAFF_APPOINT)
    encoded = _hashed(context, command.name, command.password)
    row = _locked(context, staff_id_of(context, command.name))
    row.password_hash, row.last_totp = encoded, 0
    secret = _give_totp(context, row)
    _end_sessions(context, row, EndReason.RESET)
    record(context, Action.STAFF_RESET, row.id, role=row.role)
    return secret


def change_role(context: Context, staff_id: UUID, role: Role) -> StaffAccount:
    """Give an account another role in place of its own; its sessions end.

    Raises `NotFound`, and ValueError for a role that no member of staff has.
    """
    require(context, Permission.STAFF_APPOINT)
    _require_staff_role(role)
    row = _locked(context, staff_id)
    if row.role is not role:
        before, row.role = row.role, role
        _end_sessions(context, row, EndReason.ROLE_CHANGED)
        record(context, Action.STAFF_ROLE_CHANGED, row.id, role=role, before=before)
    return _account(row)


def staff_id_of(context: Context, name: str) -> UUID:
    """The account of a name. Raises `NotFound`."""
    require(context, Permission.STAFF_ADMINISTER)
    row = _find(context, name)
    if row is None:
        raise NotFound
    return row.id


def _hashed(context: Context, name: str, password: str) -> str:
    require_good_password(context.rules(StaffPolicy).passwords, name, password)
    hashing = context.resource(PasswordHashing)
    with hashing.turn():
        return hashing.hash(password)


def _give_totp(context: Context, row: Staff) -> str:
    secret = new_secret()
    row.totp = TOTP_SECRET.seal(context.keyring, row, row.id, secret.encode())
    return secret


def _end_sessions(context: Context, row: Staff, reason: EndReason) -> None:
    end_all(context, ActorKind.STAFF, row.id, reason)


def _require_staff_role(role: Role) -> None:
    if role not in STAFF_ROLES:
        raise ValueError(f"role is one of {', '.join(STAFF_ROLES)}")


def _find(context: Context, name: str) -> Staff | None:
    return context.session.scalar(sa.select(Staff).where(Staff.name == name))


def _locked(context: Context, staff_id: UUID) -> Staff:
    row = context.session.get(Staff, staff_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


def _account(row: Staff) -> StaffAccount:
    return StaffAccount(row.id, row.name, row.role, row.created_at, row.disabled_at)
