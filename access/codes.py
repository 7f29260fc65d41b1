"""One-time codes: six digits that prove a phone number once, within one attempt to sign in.

A code belongs to the attempt that asked for it. Only whoever asked knows the attempt's random id:
wrong tries and further codes of strangers touch nobody else's attempt.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable
from uuid import UUID

import sqlalchemy as sa

from access.attempts import AttemptsUsed, attempts_key, count_attempt, note_attempt, source_of
from access.models import AccessSession, Applicant, SignInAttempt
from access.outbox import put_message
from access.policy import CodeLimits, SignInPolicy, Window
from audit.actions import Action
from audit.writer import record
from core.actors import ActorKind
from core.errors import TooMany, Unauthenticated
from storage.blind_index import Indexed
from storage.context import Context

ATTEMPT_BYTES = 16  # random, of an attempt's id


class CodeWrong(Unauthenticated):
    """The code is not the one that was sent, or has expired, or was tried too often."""

    code = "code_wrong"
    recorded = True


class CodesPaused(TooMany):
    """Too many codes were asked for; `minutes` until the next is possible."""

    code = "codes_paused"


@runtime_checkable
class CodeSource(Protocol):
    """Chooses the codes that a process gives out."""

    def code_for(self, phone: str) -> str:
        """Six digits for one attempt of a phone."""


class RandomCodes:
    """Codes from the system's CSPRNG."""

    def code_for(self, phone: str) -> str:  # noqa: ARG002 (nobody's code depends on a number)
        """Six random digits, for whomever."""
        return f"{secrets.randbelow(1_000_000):06d}"


@dataclass(frozen=True)
class CodeRequested:
    """An attempt to sign in, and the message that carries its code."""

    attempt: str
    message: UUID


def issue_code(context: Context, phone: str, device_key: str | None = None) -> CodeRequested:
    """A new attempt, and a message with its code that is sent once the transaction is kept.

    `device_key` is the thumbprint that the request proved, if any. Raises `CodesPaused`.
    """
    rules = context.rules(SignInPolicy)
    blind = context.blind_index.of(Indexed.PHONE, phone)
    known = device_key is not None and _knows(context, blind, device_key)
    _count(context, blind, device_key, known=known)
    attempt = secrets.token_urlsafe(ATTEMPT_BYTES)
    code = context.resource(CodeSource).code_for(phone)
    row = SignInAttempt(
        id_hash=_hash(attempt),
        phone_blind=blind,
        code_hash=_code_hash(context, blind, code),
        expires_at=context.now() + timedelta(seconds=rules.code_s),
        wrong=0,
    )
    context.session.add(row)
    message = put_message(context, phone, code, row.expires_at)
    record(context, Action.CODE_REQUESTED, row.id_hash, known_device=known)
    return CodeRequested(attempt, message)


def use_code(context: Context, attempt: str, phone: str, code: str) -> str:
    """The blind index of the phone that was sent this code in this attempt, which is over then.

    Raises `CodeWrong`; the wrong try is kept.
    """
    blind = context.blind_index.of(Indexed.PHONE, phone)
    row = context.session.get(SignInAttempt, _hash(attempt), with_for_update=True)
    max_wrong, left = context.rules(SignInPolicy).max_wrong_codes, 0
    own = row is not None and row.phone_blind == blind
    if row is not None and own and row.expires_at > context.now() and row.wrong < max_wrong:
        if secrets.compare_digest(row.code_hash, _code_hash(context, blind, code)):
            context.session.delete(row)
            return blind
        row.wrong += 1
        left = max_wrong - row.wrong
    record(context, Action.CODE_WRONG, _hash(attempt), left=left)
    context.commit()
    raise CodeWrong


def has_old_codes(context: Context) -> bool:
    """Whether there are attempts that are over."""
    old = SignInAttempt.expires_at <= context.now()
    return context.session.scalar(sa.select(SignInAttempt.id_hash).where(old).limit(1)) is not None


def forget_old_codes(context: Context) -> int:
    """Delete attempts that are over; returns how many."""
    old = sa.delete(SignInAttempt).where(SignInAttempt.expires_at <= context.now())
    return len(context.session.execute(old.returning(SignInAttempt.id_hash)).all())


def _count(context: Context, phone_blind: str, device_key: str | None, *, known: bool) -> None:
    """Count a code against every limit. Raises `CodesPaused`, and nothing is counted then.

    A device that this account's owner signed in on before has a part of the phone's codes to
    itself, and is held back by no limit that strangers can reach.
    """
    limits = context.rules(SignInPolicy).codes
    try:
        _one(context, "phone", phone_blind, limits.by_phone)
        if device_key is not None:
            _one(context, "device", device_key, limits.by_device)
        if not known:
            _one(context, "phone of strangers", phone_blind, limits.by_phone_of_strangers)
            _count_source(context, phone_blind, limits)
            _one(context, "all", "", limits.in_all)
    except AttemptsUsed as used:
        raise CodesPaused(retry_after_s=used.retry_after_s, **used.parameters) from used


def _count_source(context: Context, phone_blind: str, limits: CodeLimits) -> None:
    """Count a code, and a phone that is new there, against the address and its neighbourhood."""
    source = source_of(context.origin)
    if not source:
        return  # nobody outside asked
    _one(context, "prefix", context.origin.prefix, limits.by_prefix)
    seen = Window(max=1, window_s=limits.new_phones_by_address.window_s)
    if not note_attempt(context, attempts_key(context, "code pair", source, phone_blind), seen):
        _one(context, "address", source, limits.new_phones_by_address)


def _one(context: Context, what: str, value: str, rule: Window) -> None:
    count_attempt(context, attempts_key(context, f"codes by {what}", value), rule)


def _knows(context: Context, phone_blind: str, device_key: str) -> bool:
    """Whether the owner of this phone signed in on this device before, by a code of its own.

    What is read depends on the device alone: time does not tell whether the phone has an account.
    """
    phones = (
        sa.select(Applicant.phone_blind)
        .join(AccessSession, Applicant.id == AccessSession.holder_id)
        .where(
            AccessSession.device_key == device_key,
            AccessSession.holder_kind == ActorKind.APPLICANT,
            AccessSession.confined_to.is_(None),
        )
        .distinct()
    )
    return phone_blind in set(context.session.scalars(phones))


def _hash(attempt: str) -> str:
    return hashlib.sha256(attempt.encode(errors="replace")).hexdigest()


def _code_hash(context: Context, phone_blind: str, code: str) -> str:
    return context.blind_index.of(Indexed.LOGIN_CODE, f"{phone_blind}{code}")
