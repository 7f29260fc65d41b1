"""Staff sign in: by password (argon2id) and a one-time code (RFC 6238), with one answer.

Failures are limited by name and address together, by address, and by name from addresses that the
person never signed in from; nobody is locked out. A name that nobody has is treated as a known one
in every step, so that neither the answer nor its time says which names exist.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from uuid import UUID

import sqlalchemy as sa

from access.attempts import attempts_key, count_attempt, note_attempt, source_of, take_back, used_up
from access.authorisation import require
from access.models import TOTP_SECRET, AccessSession, Staff
from access.passwords import PasswordHashing
from access.permissions import Permission
from access.policy import StaffPolicy
from access.sessions import begin
from access.tokens import Tokens, issue_tokens
from access.totp import new_secret, step_of
from audit.actions import Action
from audit.writer import record
from core.actors import ActorKind, staff
from core.errors import Unauthenticated
from storage.context import Context
from storage.keyring import Keyring

NOBODY = UUID(int=0)
NEVER = 2**31 - 1  # a time step that no code is newer than; the greatest that the column holds


class SignInFailed(Unauthenticated):
    """Name, password or code is wrong; which of them is not said."""

    code = "sign_in_failed"
    recorded = True


@dataclass(frozen=True)
class StaffSignIn:
    """What a member of staff proves themself with."""

    name: str
    password: str
    totp: str


@dataclass(frozen=True)
class Credentials:
    """What a sign-in is compared with."""

    id: UUID
    password_hash: str
    data_key: bytes
    totp: bytes
    last_totp: int


class Decoy:
    """Credentials that nobody can meet, for names that nobody has.

    They are sealed at the first sign-in of a process, under a key of nobody.
    """

    def __init__(self, keyring: Keyring, hashing: PasswordHashing) -> None:
        self._keyring, self._hashing = keyring, hashing

    @cached_property
    def credentials(self) -> Credentials:
        """What is compared in the place of what an account has."""
        empty = Credentials(NOBODY, self._hashing.decoy, b"", b"", NEVER)
        sealed = TOTP_SECRET.seal(self._keyring, empty, NOBODY, new_secret().encode())
        return replace(empty, totp=sealed)


@dataclass(frozen=True)
class _Attempt:
    """A sign-in that is let try; a failure has been counted under `keys` already."""

    credentials: Credentials
    keys: tuple[str, ...]
    left: int


@dataclass(frozen=True)
class _Proof:
    """The time step of a right code beside a right password; None where either was wrong."""

    step: int | None
    new_hash: str | None


def sign_in_staff(context: Context, command: StaffSignIn) -> Tokens:
    """Tokens of a new session for a member of staff.

    What a failure counts for is committed before the password is hashed, and no transaction is
    open meanwhile. Raises `SignInFailed`, `access.attempts.AttemptsUsed`,
    `access.passwords.HashingBusy`.
    """
    require(context, Permission.PUBLIC)
    hashing = context.resource(PasswordHashing)
    with hashing.turn():
        attempt = _begin(context, command.name)
        context.commit()
        proof = _prove(context, hashing, attempt.credentials, command)
    return _complete(context, attempt, proof, command.name)


def _begin(context: Context, name: str) -> _Attempt:
    """Count a failure ahead, so that many at once stay within the limits.

    Raises `AttemptsUsed`.
    """
    rules, source = context.rules(StaffPolicy), source_of(context.origin)
    credentials = _credentials_of(context, name)
    together = attempts_key(context, "staff name and address", name, source)
    by_address = attempts_key(context, "staff address", source)
    by_name = attempts_key(context, "staff name", name)
    left = count_attempt(context, together, rules.failures_by_name_and_address)
    count_attempt(context, by_address, rules.failures_by_address)
    used = note_attempt(context, by_name, rules.failures_by_name)
    if not _known_address(context, credentials.id) and used:
        raise used_up(rules.failures_by_name_and_address.window_s)
    return _Attempt(credentials, (together, by_address, by_name), left)


def _prove(
    context: Context, hashing: PasswordHashing, credentials: Credentials, command: StaffSignIn
) -> _Proof:
    """Verify password and code, both whatever the other says; no transaction is open."""
    right = hashing.matches(credentials.password_hash, command.password)
    secret = TOTP_SECRET.open(context.keyring, credentials, credentials.id, credentials.totp)
    step = step_of(secret.decode(), command.totp, context.now(), credentials.last_totp)
    if not right or step is None:
        return _Proof(None, None)
    outdated = hashing.is_outdated(credentials.password_hash)
    return _Proof(step, hashing.hash(command.password) if outdated else None)


def _complete(context: Context, attempt: _Attempt, proof: _Proof, name: str) -> Tokens:
    """Begin a session, if the account is still as it was. Raises `SignInFailed`."""
    row = _still_valid(context, attempt, proof)
    if row is None or proof.step is None:
        _record_failure(context, attempt, name)
        context.commit()
        raise SignInFailed
    for key in attempt.keys:
        take_back(context, key)
    row.last_totp = proof.step  # a code seen over somebody's shoulder cannot be used again
    row.password_hash = proof.new_hash or row.password_hash
    actor = staff(row.id, row.role)
    acting = context.acting_as(actor)
    until = context.now() + timedelta(hours=context.rules(StaffPolicy).session_h)
    session = begin(acting, actor, until)
    record(acting, Action.STAFF_SIGNED_IN, row.id, role=row.role, session=str(session.id))
    return issue_tokens(acting, session)


def _still_valid(context: Context, attempt: _Attempt, proof: _Proof) -> Staff | None:
    """The account of an attempt that proved all; None where it changed meanwhile."""
    if proof.step is None:
        return None
    row = context.session.get(Staff, attempt.credentials.id, with_for_update=True)
    if row is None or row.disabled_at is not None or row.last_totp >= proof.step:
        return None
    return row if row.password_hash == attempt.credentials.password_hash else None


def _record_failure(context: Context, attempt: _Attempt, name: str) -> None:
    """An event; a name that is not known, or not yet proven, is in it as a keyed index only."""
    text = str(attempt.credentials.id)
    who = None if attempt.credentials.id == NOBODY else text
    subject = attempts_key(context, "staff name", name)
    record(context, Action.STAFF_SIGN_IN_FAILED, subject, staff=who, left=attempt.left)


def _credentials_of(context: Context, name: str) -> Credentials:
    """The credentials of an account that may sign in, the decoy's where there is none.

    The database answers one row of the same columns either way, so that nothing after it differs.
    """
    nobody = context.resource(Decoy).credentials
    own = (Staff.id, Staff.password_hash, Staff.data_key, Staff.totp, Staff.last_totp)
    decoys = (nobody.id, nobody.password_hash, nobody.data_key, nobody.totp, nobody.last_totp)
    columns = [
        sa.func.coalesce(column, sa.literal(value, column.type))
        for column, value in zip(own, decoys, strict=True)
    ]
    always = sa.select(sa.literal(1)).subquery()
    may_sign_in = sa.and_(Staff.name == name, Staff.disabled_at.is_(None))
    query = sa.select(*columns).select_from(always.outerjoin(Staff, may_sign_in))
    found: tuple[UUID, str, bytes, bytes, int] = tuple(context.session.execute(query).one())
    return Credentials(*found)


def _known_address(context: Context, staff_id: UUID) -> bool:
    """Whether this person signed in from about here before."""
    days = context.rules(StaffPolicy).known_address_days
    query = sa.select(AccessSession.id).where(
        AccessSession.holder_id == staff_id,
        AccessSession.holder_kind == ActorKind.STAFF,
        AccessSession.address_prefix == context.origin.prefix,
        AccessSession.created_at > context.now() - timedelta(days=days),
    )
    return context.session.scalar(query.limit(1)) is not None
