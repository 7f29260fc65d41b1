"""An account as customer service reads it: what happened, what its owner should do next."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import NAME, PHONE, Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import NotFound
from kyc.accounts.masking import mask_name, mask_phone
from kyc.accounts.models import AccessReason
from kyc.decision.view import OnboardingView, view_of
from kyc.onboarding.models import Onboarding
from kyc.onboarding.repository import newest_onboarding
from kyc.policy import AccountsPolicy
from kyc.verification.models import Verification
from kyc.verification.states import VerificationPurpose
from kyc.verification.verify import is_caller_verified
from storage.context import Context


@dataclass(frozen=True)
class ViewAccount:
    """Whose account, and why."""

    applicant_id: UUID
    reason: AccessReason


@dataclass(frozen=True)
class AccountView:
    """An account; `caller_verified` is whether phone and name are shown whole.

    Onboardings and calls are the newest ones first, at most `max_shown` of the policy.
    """

    id: UUID
    phone: str
    name: str | None
    caller_verified: bool
    onboardings: tuple[OnboardingView, ...]
    calls: tuple[Verification, ...]


def view_account(context: Context, command: ViewAccount) -> AccountView:
    """The account, masked until the agent has verified the caller by voice; an event each time.

    Raises `NotFound`.
    """
    require(context, Permission.ACCOUNT_READ)
    owner = context.session.get(Applicant, command.applicant_id)
    if owner is None or owner.is_closed:
        raise NotFound
    minutes = context.rules(AccountsPolicy).caller_min
    verified = is_caller_verified(context, owner.id, minutes)
    record(
        context,
        Action.ACCOUNT_READ,
        owner.id,
        onboarding_id=newest_onboarding(context, owner.id),
        applicant_id=owner.id,
        reason=command.reason,
        caller_verified=verified,
    )
    phone = PHONE.open(context.keyring, owner, owner.id, owner.phone).decode()
    name = None
    if owner.name is not None:
        name = NAME.open(context.keyring, owner, owner.id, owner.name).decode()
    return AccountView(
        id=owner.id,
        phone=phone if verified else mask_phone(phone),
        name=name if verified or name is None else mask_name(name),
        caller_verified=verified,
        onboardings=_onboardings(context, owner.id),
        calls=_calls(context, owner.id),
    )


def _onboardings(context: Context, applicant_id: UUID) -> tuple[OnboardingView, ...]:
    newest = (
        sa.select(Onboarding)
        .where(Onboarding.applicant_id == applicant_id)
        .order_by(Onboarding.started_at.desc())
        .limit(context.rules(AccountsPolicy).max_shown)
    )
    return tuple(view_of(context, row) for row in context.session.scalars(newest))


def _calls(context: Context, applicant_id: UUID) -> tuple[Verification, ...]:
    newest = (
        sa.select(Verification)
        .where(
            Verification.applicant_id == applicant_id,
            Verification.purpose == VerificationPurpose.CALLER,
        )
        .order_by(Verification.asked_at.desc())
        .limit(context.rules(AccountsPolicy).max_shown)
    )
    return tuple(context.session.scalars(newest))
