"""Events and ends of voice verifications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audit.actions import Action
from audit.writer import record
from core.actors import Actor
from core.reasons import Reason
from kyc.onboarding.repository import approved_onboarding
from kyc.verification.models import VoiceVerification
from kyc.verification.states import VERIFICATION, VerificationState
from storage.context import Context


def end_verification(
    context: Context,
    row: VoiceVerification,
    state: VerificationState,
    reasons: Sequence[Reason],
) -> None:
    """Keep how a verification ended, with an event."""
    VERIFICATION.move(row, state)
    row.reasons, row.done_at = list(reasons), context.now()
    note_verification(
        context, Action.VOICE_VERIFICATION_DECIDED, row, state=state, reasons=row.reasons
    )


def note_verification(
    context: Context, action: Action, row: VoiceVerification, **data: Any
) -> None:
    """An event of whoever asked for the verification."""
    asker = Actor(row.asker_kind, str(row.asker_id), context.actor.role)
    record(
        context.acting_as(asker),
        action,
        row.id,
        onboarding_id=approved_onboarding(context, row.applicant_id),
        applicant_id=row.applicant_id,
        purpose=row.purpose,
        **data,
    )
