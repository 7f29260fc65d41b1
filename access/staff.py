"""Staff sign in: by password (argon2id) and a TOTP code (RFC 6238) that is used once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta

import argon2
import pyotp
import sqlalchemy as sa

from access.authorisation import require
from access.models import TOTP_SECRET, Staff
from access.permissions import Permission
from access.policy import SignInPolicy
from access.sessions import begin
from access.tokens import Tokens, access_token
from audit.actions import Action
from audit.writer import record
from core.actors import STAFF_ROLES, Role, staff
from core.errors import Unauthenticated
from core.ids import new_id
from storage.context import Context

TOTP_STEP_S = 30


class SignInFailed(Unauthenticated):
    """Name, password or code is wrong; which of them is not said."""

    code = "sign_in_failed"


@dataclass(frozen=True)
class StaffSignIn:
    """What a member of staff proves themself with."""

    name: str
    password: str
    totp: str


@dataclass(frozen=True)
class AddStaff:
    """A new member of staff."""

    name: str
    role: Role
    password: str


def sign_in_staff(context: Context, command: StaffSignIn) -> Tokens:
    """An access token for a member of staff. Raises `SignInFailed`."""
    require(context, Permission.PUBLIC)
    query = sa.select(Staff).where(Staff.name == command.name)
    row = context.session.scalar(query.with_for_update())
    if row is None or not _password_right(row, command.password):
        raise SignInFailed
    secret = TOTP_SECRET.open(context.keyring, row, row.id, row.totp).decode()
    step = _totp_step(pyotp.TOTP(secret), command.totp, int(context.now().timestamp()))
    if step is None or step <= row.last_totp:
        raise SignInFailed
    row.last_totp = step  # a code seen over somebody's shoulder cannot be used again
    actor = staff(row.id, row.role)
    record(context.acting_as(actor), Action.STAFF_SIGNED_IN, row.id)
    access_s = context.rules(SignInPolicy).access_s
    session = begin(context, actor, context.now() + timedelta(seconds=access_s))
    return Tokens(access_token(context, session), None, access_s)


def add_staff(context: Context, command: AddStaff) -> str:
    """Make a staff account; returns the TOTP secret, to be shown once.

    Raises ValueError for a role that no member of staff has.
    """
    require(context, Permission.STAFF_ADMINISTER)
    if command.role not in STAFF_ROLES:
        raise ValueError(f"role is one of {', '.join(STAFF_ROLES)}")
    secret, staff_id = pyotp.random_base32(), new_id()
    row = Staff(
        id=staff_id,
        name=command.name,
        role=command.role,
        password_hash=argon2.PasswordHasher().hash(command.password),
        data_key=b"",
        created_at=context.now(),
    )
    row.totp = TOTP_SECRET.seal(context.keyring, row, staff_id, secret.encode())
    context.session.add(row)
    context.session.flush()
    record(context, Action.STAFF_ADDED, staff_id, role=command.role)
    return secret


def _totp_step(totp: pyotp.TOTP, code: str, now: int) -> int | None:
    """The time step that a code belongs to: this one or the one before (RFC 6238, 5.2)."""
    step = now // TOTP_STEP_S
    right = (s for s in (step, step - 1) if hmac.compare_digest(totp.generate_otp(s), code))
    return next(right, None)


def _password_right(row: Staff, password: str) -> bool:
    try:
        return argon2.PasswordHasher().verify(row.password_hash, password)
    except argon2.exceptions.VerifyMismatchError:
        return False
