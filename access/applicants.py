"""Who is calling: one-time codes and tokens for applicants, password and TOTP for staff."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import argon2
import jwt
import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from access.models import LoginCode, RefreshToken, Staff
from audit import writer as log
from kyc.verification import voice as calls
from kyc.services import Desk, by
from kyc.onboarding.models import Applicant
from storage.database import new_id, utc_now
from storage.failures import Conflict, Refused, TooMany, Unauthenticated
from storage.keyring import Vault

TOTP_STEP_S = 30
ROLES = ("agent", "compliance", "reviewer", "admin")


class CodeWrong(Unauthenticated):
    code = "code_wrong"
    keeps = True  # the wrong try counts
    detail = "验证码错误或已过期。The code is wrong or has expired: ask for a new one."


class TokenInvalid(Unauthenticated):
    code = "token_invalid"
    keeps = True  # a revoked family stays revoked
    detail = "登录已失效，请重新登录。Sign in again."


class PhoneTaken(Conflict):
    code = "phone_taken"
    detail = "该号码已有账户，请换一个号码。This number has an account already: use another."


class SignInFailed(Unauthenticated):
    code = "sign_in_failed"
    detail = "账号、密码或动态码错误。Name, password or one-time code is wrong."


class NotAllowed(Refused):
    code = "not_allowed"
    detail = "您没有此权限。Your role does not allow this."


@dataclass(frozen=True)
class Caller:
    """`kind` is applicant or a staff role."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str | None
    expires_in: int


class CodeSender(Protocol):
    def __call__(self, phone: str, code: str) -> None: ...


def send_code(session: Session, desk: Desk, phone: str, sender: CodeSender) -> None:
    """Make a six-digit code that signs this phone number in once, and soon expires."""
    blind, rules = desk.vault.blind("phone", phone), desk.policy.sign_in
    known = session.get(LoginCode, blind)
    if known and known.expires_at > utc_now() and known.wrong >= rules.most_wrong_codes:
        raise TooMany("请五分钟后再试。Try again in five minutes.")
    code = f"{secrets.randbelow(1_000_000):06d}"
    until = utc_now() + timedelta(seconds=rules.code_s)
    row = LoginCode(
        phone_blind=blind,
        code_hash=desk.vault.blind("code", f"{blind}{code}"),
        expires_at=until,
        wrong=known.wrong if known and known.expires_at > utc_now() else 0,
    )
    session.merge(row)
    sender(phone, code)


def check_code(session: Session, desk: Desk, phone: str, code: str) -> UUID:
    """The applicant whose phone shows this code, made on first sign-in. Raises `CodeWrong`."""
    blind = _use_code(session, desk, phone, code)
    known = session.scalar(sa.select(Applicant.id).where(Applicant.phone_blind == blind))
    return known or _new_applicant(session, desk, phone, blind)


def change_phone(
    session: Session, desk: Desk, applicant_id: UUID, phone: str, code: str, claim_id: UUID | None
) -> None:
    """Move an account to a number that its owner holds, and sign every device out.

    Raises `CodeWrong`, `PhoneTaken`, `kyc.calls.VoiceUnverified`.
    """
    applicant = session.get_one(Applicant, applicant_id, with_for_update=True)
    blind = _use_code(session, desk, phone, code)
    calls.spend(session, desk, applicant_id, claim_id, calls.PHONE)
    if session.scalar(sa.select(Applicant.id).where(Applicant.phone_blind == blind)) is not None:
        raise PhoneTaken
    applicant.phone = desk.seal(applicant, phone.encode(), phone_binding(applicant_id))
    applicant.phone_blind = blind
    families = sa.update(RefreshToken).where(RefreshToken.applicant_id == applicant_id)
    session.execute(families.values(revoked_at=utc_now()))
    log.record(session, by(applicant_id), "applicant.phone_changed", applicant_id)


def _use_code(session: Session, desk: Desk, phone: str, code: str) -> str:
    """The blind index of a phone that shows this code, which is used up. Raises `CodeWrong`."""
    most_wrong = desk.policy.sign_in.most_wrong_codes
    blind = desk.vault.blind("phone", phone)
    row = session.get(LoginCode, blind, with_for_update=True)
    if row is None or row.expires_at <= utc_now() or row.wrong >= most_wrong:
        raise CodeWrong
    expected = desk.vault.blind("code", f"{blind}{code}")
    if not secrets.compare_digest(row.code_hash, expected):
        row.wrong += 1
        raise CodeWrong
    session.delete(row)
    return blind


def issue_tokens(
    session: Session, desk: Desk, applicant_id: UUID, family: UUID | None = None
) -> Tokens:
    rules = desk.policy.sign_in
    refresh = secrets.token_urlsafe(32)
    row = RefreshToken(
        token_hash=_hash(refresh),
        family=family or new_id(),
        applicant_id=applicant_id,
        expires_at=utc_now() + timedelta(days=rules.refresh_days),
    )
    session.add(row)
    return Tokens(_access(desk, "applicant", applicant_id), refresh, rules.access_s)


def rotate(session: Session, desk: Desk, refresh: str) -> Tokens:
    """New tokens for an unused refresh token; a used one revokes its family (`TokenInvalid`)."""
    query = sa.select(RefreshToken).where(RefreshToken.token_hash == _hash(refresh))
    row = session.scalar(query.with_for_update())
    if row is None or row.revoked_at is not None or row.expires_at <= utc_now():
        raise TokenInvalid
    if row.used_at is not None:
        family = sa.update(RefreshToken).where(RefreshToken.family == row.family)
        session.execute(family.values(revoked_at=utc_now()))
        log.record(session, by(row.applicant_id), "session.reuse_detected", row.family)
        raise TokenInvalid
    row.used_at = utc_now()
    return issue_tokens(session, desk, row.applicant_id, row.family)


def sign_in_staff(session: Session, desk: Desk, name: str, password: str, totp: str) -> Tokens:
    staff = session.scalar(sa.select(Staff).where(Staff.name == name).with_for_update())
    if staff is None or not _password_right(staff, password):
        raise SignInFailed
    binding = f"staff.totp:{staff.id}"
    secret = desk.vault.open(staff.data_key, staff.id, staff.totp, binding).decode()
    step = _totp_step(pyotp.TOTP(secret), totp)
    if step is None or step <= staff.last_totp:
        raise SignInFailed
    staff.last_totp = step  # a code that somebody overlooked cannot be used again
    log.record(session, log.Actor("staff", str(staff.id)), "staff.signed_in", staff.id)
    return Tokens(_access(desk, staff.role, staff.id), None, desk.policy.sign_in.access_s)


def _totp_step(totp: pyotp.TOTP, code: str) -> int | None:
    """The time step that a code belongs to: this one or the one before (RFC 6238, 5.2)."""
    now = int(time.time()) // TOTP_STEP_S
    right = (s for s in (now, now - 1) if hmac.compare_digest(totp.generate_otp(s), code))
    return next(right, None)


def add_staff(session: Session, vault: Vault, name: str, role: str, password: str) -> str:
    """Make a staff account; returns the TOTP secret, to be shown once."""
    if role not in ROLES:
        raise ValueError(f"role is one of {', '.join(ROLES)}")
    secret, staff_id = pyotp.random_base32(), new_id()
    key = vault.new_data_key(staff_id)
    row = Staff(
        id=staff_id,
        name=name,
        role=role,
        password_hash=argon2.PasswordHasher().hash(password),
        data_key=key,
        totp=vault.seal(key, staff_id, secret.encode(), f"staff.totp:{staff_id}"),
    )
    session.add(row)
    session.flush()
    log.record(session, log.SYSTEM, "staff.added", staff_id, role=role)
    return secret


def caller_of(vault: Vault, header: str | None) -> Caller:
    """Raises `TokenInvalid` unless the header carries an access token of ours, still in force."""
    scheme, _, token = (header or "").partition(" ")
    if scheme != "Bearer":
        raise TokenInvalid
    try:
        claims = jwt.decode(token, _token_key(vault), algorithms=["HS256"], audience="kaihu")
        return Caller(str(claims["kind"]), UUID(claims["sub"]))
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise TokenInvalid from error


def _new_applicant(session: Session, desk: Desk, phone: str, blind: str) -> UUID:
    applicant_id = new_id()
    key = desk.vault.new_data_key(applicant_id)
    sealed = desk.vault.seal(key, applicant_id, phone.encode(), phone_binding(applicant_id))
    session.add(Applicant(id=applicant_id, phone_blind=blind, phone=sealed, data_key=key))
    session.flush()
    log.record(session, by(applicant_id), "applicant.signed_up", applicant_id)
    return applicant_id


def phone_binding(applicant_id: UUID) -> str:
    return f"applicants.phone:{applicant_id}"


def _access(desk: Desk, kind: str, subject: UUID) -> str:
    now = int(time.time())
    claims = {"sub": str(subject), "kind": kind, "aud": "kaihu", "iat": now}
    claims["exp"] = now + desk.policy.sign_in.access_s
    return jwt.encode(claims, _token_key(desk.vault), algorithm="HS256")


def _token_key(vault: Vault) -> bytes:
    return vault.derived_key("kaihu access tokens")


def _password_right(staff: Staff, password: str) -> bool:
    try:
        return argon2.PasswordHasher().verify(staff.password_hash, password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
