"""Applicants sign in: by a one-time code that their phone was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from access.authorisation import require
from access.codes import CodeRequested, issue_code, use_code
from access.devices import record_device
from access.models import PHONE, AccessSession, Applicant
from access.permissions import Permission
from access.policy import SignInPolicy
from access.proofs import Proof
from access.sessions import begin, end_all_of_device
from access.tokens import Tokens, issue_tokens, rotate
from access.used_proofs import use_proof
from audit.actions import Action
from audit.writer import record
from core.actors import applicant
from core.ids import new_id
from storage.blind_index import LAST_DIGITS, Indexed
from storage.context import Context


@dataclass(frozen=True)
class SignIn:
    """An attempt with its phone and code, the device's key and the app's own name for it."""

    attempt: str
    phone: str
    code: str
    proof: Proof
    device: str | None = None


def request_code(context: Context, phone: str, device_key: str | None = None) -> CodeRequested:
    """A new attempt to sign in, whose code is sent afterwards.

    Raises `access.codes.CodesPaused`.
    """
    require(context, Permission.PUBLIC)
    return issue_code(context, phone, device_key)


def sign_in(context: Context, command: SignIn) -> Tokens:
    """Tokens for the account of a phone number, which is made on first sign-in.

    They are bound to the key that the command proves; the session that the same device had ends.
    Raises `access.codes.CodeWrong`, `access.proofs.ProofReplayed`.
    """
    require(context, Permission.PUBLIC)
    blind = use_code(context, command.attempt, command.phone, command.code)
    applicant_id = _account_of(context, blind) or _sign_up(context, command.phone, blind)
    _index_last_digits(context, applicant_id, command.phone)
    use_proof(context, command.proof)
    if command.device:
        record_device(context, applicant_id, command.device)
    return issue_tokens(context, _begin_session(context, applicant_id, command.proof))


def refresh(context: Context, token: str, proof: Proof | None) -> Tokens:
    """New tokens for a refresh token, on the device that its session is bound to if any.

    Raises `access.token_keys.TokenInvalid`, `access.proofs.ProofRefused`.
    """
    require(context, Permission.PUBLIC)
    return rotate(context, token, proof)


def seal_phone(context: Context, owner: Applicant, phone: str) -> None:
    """Give an account a phone number."""
    owner.phone = PHONE.seal(context.keyring, owner, owner.id, phone.encode())
    owner.phone_blind = context.blind_index.of(Indexed.PHONE, phone)
    owner.phone_end_blind = context.blind_index.of(Indexed.PHONE_END, phone[-LAST_DIGITS:])


def _index_last_digits(context: Context, applicant_id: UUID, phone: str) -> None:
    """Make an account of before 2026-11-28 findable by the last digits of its phone."""
    end = context.blind_index.of(Indexed.PHONE_END, phone[-LAST_DIGITS:])
    unindexed = (Applicant.id == applicant_id, Applicant.phone_end_blind.is_(None))
    context.session.execute(sa.update(Applicant).where(*unindexed).values(phone_end_blind=end))


def _begin_session(context: Context, applicant_id: UUID, proof: Proof) -> AccessSession:
    owner = applicant(applicant_id)
    acting = context.acting_as(owner)
    end_all_of_device(acting, applicant_id, proof.thumbprint)
    until = context.now() + timedelta(days=context.rules(SignInPolicy).session_days)
    session = begin(context, owner, until, proof.thumbprint)
    record(acting, Action.APPLICANT_SIGNED_IN, applicant_id, session=str(session.id))
    return session


def _account_of(context: Context, blind: str) -> UUID | None:
    return context.session.scalar(sa.select(Applicant.id).where(Applicant.phone_blind == blind))


def _sign_up(context: Context, phone: str, blind: str) -> UUID:
    """A new account, or the one that another device of the phone made at the same moment."""
    applicant_id = new_id()
    owner = Applicant(
        id=applicant_id,
        phone_blind=blind,
        data_key=b"",
        created_at=context.now(),
    )
    seal_phone(context, owner, phone)
    try:
        with context.session.begin_nested():
            context.session.add(owner)
    except IntegrityError:
        known = _account_of(context, blind)
        if known is None:
            raise
        return known
    record(context.acting_as(applicant(applicant_id)), Action.APPLICANT_SIGNED_UP, applicant_id)
    return applicant_id
