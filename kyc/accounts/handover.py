"""An onboarding goes on on another device: a desktop without a camera hands it to a phone.

A link is good for minutes and once. Whoever opens it gets a session of its own, bound to its own
device key, for this one onboarding, until that one's time is over: it reads and sends what the
onboarding needs, and nothing else of the account (`handed_over` of the policy's roles).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from access.attempts import attempts_key, count_attempt, source_of
from access.authorisation import require
from access.models import PHONE, Applicant
from access.permissions import Permission
from access.proofs import Proof
from access.sessions import begin, end_all_of_device, end_confined
from access.states import EndReason
from access.tokens import Tokens, issue_tokens
from access.used_proofs import use_proof
from audit.actions import Action
from audit.writer import record
from core.actors import applicant
from core.errors import Gone
from core.ids import new_id
from kyc.accounts.masking import mask_phone
from kyc.onboarding.handovers import forget_unused, set_aside_since
from kyc.onboarding.models import Handover, Onboarding
from kyc.onboarding.ownership import open_onboarding, own_onboarding
from kyc.onboarding.states import OnboardingState
from kyc.policy import OnboardingPolicy
from storage.context import Context

TOKEN_BYTES = 32  # random


class HandoverUnusable(Gone):
    """The link is unknown, used or expired, or its onboarding has ended.

    The answer does not say which.
    """

    code = "handover_unusable"


@dataclass(frozen=True)
class MadeHandover:
    """What a link carries, and until when it is good."""

    token: str
    expires_at: datetime


@dataclass(frozen=True)
class ShownHandover:
    """Whose onboarding a link goes on with: the number of the account, masked."""

    phone: str
    expires_at: datetime


@dataclass(frozen=True)
class UseHandover:
    """A link's token, and the proof of the key of the device that opens it."""

    token: str
    proof: Proof


@dataclass(frozen=True)
class HandedOver:
    """Tokens of the session on the other device, and the onboarding that it is for."""

    tokens: Tokens
    onboarding_id: UUID


def make_handover(context: Context, onboarding_id: UUID) -> MadeHandover:
    """A link's token; the ones made before and not used are worth nothing from now on.

    Raises `NotFound`, `OnboardingClosed`, `ConsentMissing`, `access.attempts.AttemptsUsed`.
    """
    require(context, Permission.ONBOARDING_OWN)
    onboarding = open_onboarding(context, onboarding_id)
    rules = context.rules(OnboardingPolicy).handover
    count_attempt(context, attempts_key(context, "handovers", str(onboarding.id)), rules.made)
    forget_unused(context, onboarding.id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    until = context.now() + timedelta(seconds=rules.link_s)
    row = Handover(
        id=new_id(),
        onboarding_id=onboarding.id,
        token_hash=_hash(token),
        expires_at=min(until, onboarding.expires_at),
    )
    context.session.add(row)
    record(context, Action.HANDOVER_MADE, row.id, onboarding_id=onboarding.id)
    return MadeHandover(token, row.expires_at)


def show_handover(context: Context, token: str) -> ShownHandover:
    """Whose onboarding a link goes on with, so that nobody lends their face to a stranger's.

    The link stays unused. An event. Raises `HandoverUnusable`, `access.attempts.AttemptsUsed`.
    """
    require(context, Permission.PUBLIC)
    row, onboarding = _usable(context, token)
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    phone = PHONE.open(context.keyring, owner, owner.id, owner.phone).decode()
    record(
        context,
        Action.HANDOVER_SHOWN,
        row.id,
        onboarding_id=onboarding.id,
        applicant_id=owner.id,
    )
    return ShownHandover(mask_phone(phone), row.expires_at)


def use_handover(context: Context, command: UseHandover) -> HandedOver:
    """Use a link up, and begin a session for its onboarding on the device that proves its key.

    Of two who open one at once, one gets it. What the device had of this account before ends, and
    so do sessions of earlier links: one device goes on.

    Raises `HandoverUnusable`, `access.proofs.ProofReplayed`, `access.attempts.AttemptsUsed`.
    """
    require(context, Permission.PUBLIC)
    row, onboarding = _usable(context, command.token)
    use_proof(context, command.proof)
    owner = applicant(onboarding.applicant_id, handed_over=True)
    acting, key = context.acting_as(owner), command.proof.thumbprint
    end_all_of_device(acting, owner.uuid, key)
    end_confined(acting, owner.uuid, onboarding.id, EndReason.REPLACED)
    session = begin(context, owner, onboarding.expires_at, key, confined_to=onboarding.id)
    row.used_at = context.now()
    onboarding.handed_over_at = onboarding.handed_over_at or row.used_at
    record(
        acting,
        Action.HANDOVER_USED,
        row.id,
        onboarding_id=onboarding.id,
        session=str(session.id),
    )
    return HandedOver(issue_tokens(context, session), onboarding.id)


def end_handover(context: Context, onboarding_id: UUID) -> Onboarding:
    """Take an onboarding back: links are worth nothing, and sessions that came of them end.

    What was sent since the first of them began counts no more, whoever sent it, until it is
    decided. Raises `NotFound`.
    """
    require(context, Permission.ONBOARDING_OWN)
    onboarding = own_onboarding(context, onboarding_id, lock=True)
    forget_unused(context, onboarding.id)
    ended = end_confined(context, onboarding.applicant_id, onboarding.id, EndReason.REMOVED)
    since, onboarding.handed_over_at = onboarding.handed_over_at, None
    is_open = onboarding.state == OnboardingState.OPEN
    set_aside = 0 if since is None or not is_open else set_aside_since(context, onboarding, since)
    record(
        context,
        Action.HANDOVER_ENDED,
        onboarding.id,
        onboarding_id=onboarding.id,
        sessions=ended,
        set_aside=set_aside,
    )
    return onboarding


def _usable(context: Context, token: str) -> tuple[Handover, Onboarding]:
    """A link that may be used now, with its onboarding, both locked; the try is counted.

    Raises `HandoverUnusable`, `access.attempts.AttemptsUsed`.
    """
    _count(context)
    hashed = Handover.token_hash == _hash(token)
    found = context.session.scalar(sa.select(Handover.onboarding_id).where(hashed))
    if found is not None:
        onboarding = context.session.get_one(Onboarding, found, with_for_update=True)
        row = context.session.scalar(sa.select(Handover).where(hashed).with_for_update())
        if row is not None and _is_good(context, row, onboarding):
            return row, onboarding
    context.commit()  # the try counts
    raise HandoverUnusable


def _is_good(context: Context, row: Handover, onboarding: Onboarding) -> bool:
    now = context.now()
    if context.session.get_one(Applicant, onboarding.applicant_id).is_closed:
        return False
    is_open = onboarding.state == OnboardingState.OPEN and onboarding.expires_at > now
    return is_open and row.used_at is None and row.expires_at > now


def _count(context: Context) -> None:
    source = source_of(context.origin)
    if source:
        rules = context.rules(OnboardingPolicy).handover
        count_attempt(context, attempts_key(context, "handovers opened", source), rules.opened)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
