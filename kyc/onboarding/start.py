"""An onboarding begins, and ends undecided when its time is over."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from access.authorisation import require
from access.devices import record_proven_device
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.ids import new_id
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import ONBOARDING, OnboardingState
from kyc.policy import OnboardingPolicy
from storage.context import Context

EXPIRED_AT_ONCE = 100  # a transaction; the next one takes the rest


def start_onboarding(context: Context) -> Onboarding:
    """Open an onboarding for the actor, or return the one that is still open."""
    require(context, Permission.ONBOARDING_OWN)
    applicant_id = context.actor.uuid
    context.session.get_one(Applicant, applicant_id, with_for_update=True)  # two requests open one
    record_proven_device(context)
    still_open = sa.select(Onboarding).where(
        Onboarding.applicant_id == applicant_id,
        Onboarding.state == OnboardingState.OPEN,
        Onboarding.expires_at > context.now(),
    )
    known = context.session.scalar(still_open)
    if known is not None:
        return known
    minutes = context.rules(OnboardingPolicy).expires_min
    onboarding = Onboarding(
        id=new_id(),
        applicant_id=applicant_id,
        started_at=context.now(),
        expires_at=context.now() + timedelta(minutes=minutes),
    )
    ONBOARDING.begin(onboarding, OnboardingState.OPEN)
    context.session.add(onboarding)
    context.session.flush()
    record(context, Action.ONBOARDING_STARTED, onboarding.id, onboarding_id=onboarding.id)
    return onboarding


def has_expired_onboardings(context: Context) -> bool:
    """Whether `expire_onboardings` would end any."""
    return context.session.scalar(_over(context).limit(1)) is not None


def expire_onboardings(context: Context) -> int:
    """End open onboardings whose time is over and of which nothing is being analysed.

    Returns how many.
    """
    locked = _over(context).limit(EXPIRED_AT_ONCE).with_for_update(skip_locked=True)
    ids = [onboarding.id for onboarding in context.session.scalars(locked)]
    # Again, now that they are locked: evidence may have been sent since the first look.
    expired = list(context.session.scalars(_over(context).where(Onboarding.id.in_(ids))))
    for onboarding in expired:
        ONBOARDING.move(onboarding, OnboardingState.EXPIRED)
        record(
            context,
            Action.ONBOARDING_EXPIRED,
            onboarding.id,
            onboarding_id=onboarding.id,
            applicant_id=onboarding.applicant_id,
        )
    return len(expired)


def _over(context: Context) -> sa.Select[Onboarding]:
    analysing = sa.exists().where(
        Evidence.onboarding_id == Onboarding.id, Evidence.state == EvidenceState.ANALYSING
    )
    return sa.select(Onboarding).where(
        Onboarding.state == OnboardingState.OPEN,
        Onboarding.expires_at <= context.now(),
        ~analysing,
    )
