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
from kyc.onboarding.models import Onboarding
from kyc.policy import VelocityPolicy
from storage.context import Context


def velocity_reasons(
    context: Context, onboarding: Onboarding
) -> tuple[list[Reason], dict[str, int]]:
    """`device_shared`, `identity_attempts_used`; with the counts, which a reviewer may see."""
    rules = context.rules(VelocityPolicy)
    since = context.now() - timedelta(days=rules.days)
    people = _people_on_device(context, onboarding.applicant_id, since)
    failures = _failures_of_number(context, onboarding, since)
    reasons = []
    if people > rules.max_on_device:
        reasons.append(Reason.DEVICE_SHARED)
    if failures > rules.max_failures_of_number:
        reasons.append(Reason.IDENTITY_ATTEMPTS_USED)
    return reasons, {"people_on_device": people, "failures_of_number": failures}


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


def _failures_of_number(context: Context, onboarding: Onboarding, since: datetime) -> int:
    """Face videos that failed under this identity number, whoever sent them."""
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
    return context.session.scalar(query) or 0
