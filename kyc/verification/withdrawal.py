"""When an account has no biometric consent any more, its recordings go and what uses them ends."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from core.reasons import Reason
from kyc.onboarding.consents import with_consent_in_force
from kyc.onboarding.models import Onboarding
from kyc.verification.events import end_verification
from kyc.verification.models import Verification
from kyc.verification.states import VERIFICATION, VerificationState
from privacy.destruction import Doomed, destroy
from privacy.kinds import ConsentKind
from privacy.models import DestructionCause
from privacy.registry import WITHDRAWALS
from storage.context import Context


def destroy_recordings(context: Context, applicant_id: UUID, cause: DestructionCause) -> None:
    """Recordings of every voice verification; that there was one stays on record."""
    rows = sa.select(Verification).where(Verification.applicant_id == applicant_id)
    recorded = []
    for row in context.session.scalars(rows.with_for_update()):
        if row.content_blind is not None and row.file_destroyed_at is None:
            row.file_destroyed_at = context.now()
            recorded.append(row.id)
        if VERIFICATION.may_move(row, VerificationState.REJECTED):
            end_verification(context, row, VerificationState.REJECTED, [Reason.CONSENT_WITHDRAWN])
    if recorded:
        destroy(context, Doomed(cause, "recordings", applicant_id, files=tuple(recorded)))


def _end_verifications(context: Context, onboarding_id: UUID) -> None:
    owner = context.session.get_one(Onboarding, onboarding_id).applicant_id
    if not with_consent_in_force(context, owner, ConsentKind.BIOMETRIC):
        destroy_recordings(context, owner, DestructionCause.CONSENT_WITHDRAWN)


WITHDRAWALS.register(ConsentKind.BIOMETRIC, _end_verifications)
