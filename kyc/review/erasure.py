"""Notes of reviewers go with the records of the account that they are about."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from kyc.onboarding.models import Onboarding
from kyc.review.models import Verdict
from privacy.destruction import Doomed, destroy
from privacy.models import DestructionCause
from privacy.registry import ERASURES, ErasureHandler
from storage.context import Context


def destroy_notes(context: Context, applicant_id: UUID) -> None:
    """What reviewers noted; that they judged, and how, stays on record."""
    query = (
        sa.select(Verdict)
        .join(Onboarding, Onboarding.id == Verdict.onboarding_id)
        .where(Onboarding.applicant_id == applicant_id)
    )
    verdicts = context.session.scalars(query).all()
    for verdict in verdicts:
        verdict.note = verdict.sealed_note = None
    rows = tuple(f"verdicts.note:{verdict.id}" for verdict in verdicts)
    if rows:
        destroy(context, Doomed(DestructionCause.ERASURE, "notes", applicant_id, rows))


ERASURES.register(ErasureHandler(erase=destroy_notes))
