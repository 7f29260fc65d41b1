"""Limits on attempts: so many within a window of time, counted for a key that names nobody.

Each attempt is counted before it is tried and taken back when it was no failure, so that many at
once cannot go past a limit. Keys are blind indexes: a name that does not exist, or an address, is
not stored.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import sqlalchemy as sa

from access.models import Attempts
from access.policy import Window
from core.errors import TooMany
from core.origin import Origin, counted_as
from storage.blind_index import Indexed
from storage.context import Context
from storage.database import insert_if_absent


class AttemptsUsed(TooMany):
    """Too many attempts; `minutes` until the next is possible."""

    code = "sign_in_attempts_used"


def attempts_key(context: Context, purpose: str, *parts: str) -> str:
    """The key under which attempts for a purpose are counted; `parts` may be secret or unknown."""
    return context.blind_index.of(Indexed.ATTEMPTS, "\0".join((purpose, *parts)))


def source_of(origin: Origin) -> str:
    """The address that attempts are counted by."""
    return counted_as(origin.address)


def count_attempt(context: Context, key: str, rule: Window) -> int:
    """Count an attempt; returns how many are left after it. Raises `AttemptsUsed`."""
    row = _locked(context, key)
    now = context.now()
    recent = _recent(row, rule, now)
    if len(recent) >= rule.max:
        raise _used(recent, rule, now)
    _keep(row, [*recent, now.isoformat()], rule, now)
    return rule.max - len(row.at)


def note_attempt(context: Context, key: str, rule: Window) -> bool:
    """Count an attempt; returns whether the limit was reached before it. Never raises for it."""
    row = _locked(context, key)
    now = context.now()
    recent = _recent(row, rule, now)
    _keep(row, [*recent, now.isoformat()][-rule.max :], rule, now)
    return len(recent) >= rule.max


def take_back(context: Context, key: str) -> None:
    """Forget the newest attempt of a key: it was no failure.

    No empty row is left: the time of a first failure would say who signs in here.
    """
    row = context.session.get(Attempts, key, with_for_update=True)
    if row is None:
        return
    row.at = row.at[:-1]
    if not row.at:
        context.session.delete(row)


def forget_old_attempts(context: Context) -> int:
    """Delete what no window needs any more; returns how many rows."""
    old = sa.delete(Attempts).where(Attempts.expires_at <= context.now())
    return len(context.session.execute(old.returning(Attempts.key)).all())


def has_old_attempts(context: Context) -> bool:
    """Whether there is anything to forget."""
    old = sa.select(Attempts.key).where(Attempts.expires_at <= context.now())
    return context.session.scalar(old.limit(1)) is not None


def used_up(retry_after_s: float) -> AttemptsUsed:
    """The error of a limit that is reached for so many seconds more."""
    seconds = max(1, math.ceil(retry_after_s))
    return AttemptsUsed(retry_after_s=seconds, minutes=math.ceil(seconds / 60))


def _used(recent: list[str], rule: Window, now: datetime) -> AttemptsUsed:
    frees = datetime.fromisoformat(recent[-rule.max]) + timedelta(seconds=rule.window_s)
    return used_up((frees - now).total_seconds())


def _recent(row: Attempts, rule: Window, now: datetime) -> list[str]:
    since = now - timedelta(seconds=rule.window_s)
    return [at for at in row.at if datetime.fromisoformat(at) > since]


def _keep(row: Attempts, at: list[str], rule: Window, now: datetime) -> None:
    row.at = at
    row.expires_at = now + timedelta(seconds=rule.window_s)


def _locked(context: Context, key: str) -> Attempts:
    """The row of a key, locked until the transaction ends; made where there is none.

    The same statements either way: time does not tell whether something was tried under the key.
    """
    session = context.session
    row = None
    while row is None:  # it may be deleted between the two statements
        insert_if_absent(session, Attempts, key=key, at=[], expires_at=context.now())
        row = session.get(Attempts, key, with_for_update=True, populate_existing=True)
    return row
