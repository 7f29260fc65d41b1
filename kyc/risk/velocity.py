"""How often a device and an identity number are seen: many people on one device are suspicious."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from access.models import Device
from core.reasons import Reason
from kyc.evidence.models import Evidence
from kyc.evidence.states import FAILED
from kyc.evidence.types import FACE_VIDEO
from kyc.onboarding.in_force import newest_approved
from kyc.onboarding.models import Onboarding
from kyc.policy import VelocityPolicy
from storage.context import Context


def velocity_reasons(
    context: Context, onboarding: Onboarding
) -> tuple[list[Reason], dict[str, int]]:
    """`device_shared`, `identity_attempts_used`; with the counts, which a reviewer may see.

    An account that was approved with the number is not held up by what others try under it: whoever
    has a photo of the card could otherwise send its holder to a person for ever.
    """
    rules = context.rules(VelocityPolicy)
    since = context.now() - timedelta(days=rules.days)
    people = _people_on_device(context, onboarding.applicant_id, since)
    failures = _failures_of_number(context, onboarding, since)
    of_others = failures - _failures_of_number(context, onboarding, since, own=True)
    reasons = []
    if people > rules.max_on_device:
        reasons.append(Reason.DEVICE_SHARED)
    counted = failures - of_others if _holds_number(context, onboarding) else failures
    if counted > rules.max_failures_of_number:
        reasons.append(Reason.IDENTITY_ATTEMPTS_USED)
    return reasons, {
        "people_on_device": people,
        "failures_of_number": failures,
        "failures_of_others": of_others,
    }


def _holds_number(context: Context, onboarding: Onboarding) -> bool:
    """Whether this account was approved with this number before."""
    known = newest_approved(context, onboarding.applicant_id, besides=onboarding.id)
    return known is not None and known.number_blind == onboarding.number_blind


def _people_on_device(context: Context, applicant_id: UUID, since: datetime) -> int:
    """The most applicants that any one of this applicant's devices has seen."""
    theirs, shared = aliased(Device), aliased(Device)
    query = (
        sa.select(sa.func.count(shared.applicant_id))
        .join(theirs, theirs.device_blind == shared.device_blind)
        .where(theirs.applicant_id == applicant_id, shared.seen_at > since)
        .group_by(shared.device_blind)
        .order_by(sa.func.count(shared.applicant_id).desc())
    )
    return context.session.scalar(query.limit(1)) or 0


def _failures_of_number(
    context: Context, onboarding: Onboarding, since: datetime, *, own: bool = False
) -> int:
    """Face videos that failed under this identity number: of everybody, or of this account."""
    if onboarding.number_blind is None:
        return 0
    query = (
        sa.select(sa.func.count(Evidence.id))
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .where(
            Onboarding.number_blind == onboarding.number_blind,
            Evidence.kind == FACE_VIDEO.kind,
            Evidence.state.in_(FAILED),
            Evidence.submitted_at > since,
        )
    )
    if own:
        query = query.where(Onboarding.applicant_id == onboarding.applicant_id)
    return context.session.scalar(query) or 0
