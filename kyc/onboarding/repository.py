"""Onboardings found by whose they are."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from kyc.onboarding.in_force import newest_approved
from kyc.onboarding.models import Onboarding
from storage.context import Context


def approved_onboarding(context: Context, applicant_id: UUID) -> UUID | None:
    """The newest approved onboarding of an applicant, whose identity and voice are in force."""
    known = newest_approved(context, applicant_id)
    return None if known is None else known.id


def newest_onboarding(context: Context, applicant_id: UUID) -> UUID | None:
    """The onboarding that an applicant began last."""
    own = sa.select(Onboarding.id).where(Onboarding.applicant_id == applicant_id)
    return context.session.scalar(own.order_by(Onboarding.started_at.desc()).limit(1))
