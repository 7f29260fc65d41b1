"""What a hand-over leaves with its onboarding: links not used yet, and what was sent since."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kyc.evidence.models import Evidence, NameCorrection, Upload
from kyc.evidence.states import EVIDENCE, EvidenceState
from kyc.onboarding import destruction
from kyc.onboarding.models import Handover, Onboarding
from kyc.onboarding.submit import ANALYSE_EVIDENCE
from privacy.destruction import Doomed, destroy
from privacy.models import DestructionCause
from storage.context import Context
from storage.queue import withdraw


def forget_unused(context: Context, onboarding_id: UUID) -> None:
    """Delete the links of an onboarding that nobody has used."""
    unused = sa.delete(Handover).where(
        Handover.onboarding_id == onboarding_id, Handover.used_at.is_(None)
    )
    context.session.execute(unused)


def set_aside_since(context: Context, onboarding: Onboarding, since: datetime) -> int:
    """Have nothing count that was sent for an open onboarding since a time; returns how many files.

    Tries that were sent back go on counting as tries, and reasons that outlast a file do: else a
    hand-over would take them back. Uploads under way go whole, for whoever had the onboarding may
    have put chunks into any.
    """
    sent = sa.select(Evidence).where(
        Evidence.onboarding_id == onboarding.id,
        Evidence.submitted_at >= since,
        Evidence.taken_back_at.is_(None),
    )
    files = context.session.scalars(sent).all()
    for evidence in files:
        _set_aside(context, evidence)
    unfinished = sa.select(Upload).where(
        Upload.onboarding_id == onboarding.id, Upload.evidence_id.is_(None)
    )
    uploads = context.session.scalars(unfinished.with_for_update()).all()
    destruction.destroy_uploads(context, uploads, DestructionCause.CANCELLED)
    _forget_corrections(context, onboarding, since)
    return len(files)


def _set_aside(context: Context, evidence: Evidence) -> None:
    evidence.taken_back_at = context.now()
    withdraw(context, ANALYSE_EVIDENCE, evidence.id)
    if EVIDENCE.may_move(evidence, EvidenceState.SUPERSEDED):
        EVIDENCE.move(evidence, EvidenceState.SUPERSEDED)


def _forget_corrections(context: Context, onboarding: Onboarding, since: datetime) -> None:
    made = sa.select(NameCorrection).where(
        NameCorrection.onboarding_id == onboarding.id,
        NameCorrection.made_at >= since,
        NameCorrection.value.is_not(None),
    )
    corrections = context.session.scalars(made).all()
    for correction in corrections:
        correction.value = None
    rows = tuple(f"name_corrections.value:{one.id}" for one in corrections)
    if rows:
        cause = DestructionCause.CANCELLED
        destroy(context, Doomed(cause, "corrections", onboarding.applicant_id, rows))
