"""One-time codes: six digits that sign a phone number in once, and soon expire."""

from __future__ import annotations

import secrets
from datetime import timedelta

from access.models import LoginCode
from access.policy import SignInPolicy
from core.errors import TooMany, Unauthenticated
from storage.blind_index import Indexed
from storage.context import Context


class CodeWrong(Unauthenticated):
    """The code is not the one that was sent, or has expired, or was tried too often."""

    code = "code_wrong"


class CodesPaused(TooMany):
    """Too many wrong codes were tried for this number; `minutes` until it may be tried again."""

    code = "codes_paused"


def issue_code(context: Context, phone: str) -> str:
    """A fresh code for a phone number; the caller sends it once the transaction is kept.

    Raises `CodesPaused` while too many wrong ones were tried.
    """
    rules, now = context.rules(SignInPolicy), context.now()
    blind = context.blind_index.of(Indexed.PHONE, phone)
    known = context.session.get(LoginCode, blind)
    in_force = known if known and known.expires_at > now else None
    if in_force and in_force.wrong >= rules.max_wrong_codes:
        raise CodesPaused(minutes=rules.code_s // 60)
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = LoginCode(
        phone_blind=blind,
        code_hash=_code_hash(context, blind, code),
        expires_at=now + timedelta(seconds=rules.code_s),
        wrong=in_force.wrong if in_force else 0,
    )
    context.session.merge(row)
    return code


def use_code(context: Context, phone: str, code: str) -> str:
    """The blind index of the phone that was sent this code; the code is used up.

    Raises `CodeWrong`; the wrong try is kept.
    """
    blind = context.blind_index.of(Indexed.PHONE, phone)
    row = context.session.get(LoginCode, blind, with_for_update=True)
    max_wrong = context.rules(SignInPolicy).max_wrong_codes
    if row is None or row.expires_at <= context.now() or row.wrong >= max_wrong:
        raise CodeWrong
    if not secrets.compare_digest(row.code_hash, _code_hash(context, blind, code)):
        row.wrong += 1
        context.commit()
        raise CodeWrong
    context.session.delete(row)
    return blind


def _code_hash(context: Context, phone_blind: str, code: str) -> str:
    return context.blind_index.of(Indexed.LOGIN_CODE, f"{phone_blind}{code}")
