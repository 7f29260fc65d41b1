"""What spoke against a face elsewhere, for whoever then asks for a person instead of the camera."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kyc.decision.models import Check
from kyc.onboarding.models import Onboarding
from kyc.policy import ReviewPolicy
from kyc.risk.attempts import tied
from storage.context import Context


def refusals_of_face(context: Context, onboarding: Onboarding) -> list[UUID]:
    """The other tied onboardings in which one of the policy's `face_refusals` was found.

    Whatever became of them, and whichever began first: one that expired, was withdrawn or is still
    open counts by what its checks found. The newest comes first.
    """
    return sorted({one.onboarding_id for one in _refusing(context, tied(onboarding))}, reverse=True)


def face_refused_at(context: Context, applicant_id: UUID) -> datetime | None:
    """When one of them was last found in an onboarding of an account; None where never."""
    own = sa.select(Onboarding.id).where(Onboarding.applicant_id == applicant_id)
    return max((one.at for one in _refusing(context, own)), default=None)


def _refusing(context: Context, onboardings: sa.Select[UUID]) -> list[Check]:
    refusals = context.rules(ReviewPolicy).face_refusals
    checks = sa.select(Check).where(Check.onboarding_id.in_(onboardings))
    return [one for one in context.session.scalars(checks) if refusals & set(one.reasons)]
