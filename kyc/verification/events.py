"""Events and ends of verifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from audit.actions import Action
from audit.writer import record
from core.actors import Actor
from core.reasons import Reason
from kyc.onboarding.repository import approved_onboarding
from kyc.verification.models import Verification
from kyc.verification.states import VERIFICATION, Means, VerificationState
from storage.context import Context


class Step(StrEnum):
    """What happens to a verification."""

    REQUESTED = "requested"
    RECORDED = "recorded"
    DECIDED = "decided"
    CONSUMED = "consumed"
    DAMAGED = "damaged"


ACTIONS: Mapping[Means, Mapping[Step, Action]] = {
    Means.VOICE: {
        Step.REQUESTED: Action.VOICE_VERIFICATION_REQUESTED,
        Step.RECORDED: Action.VOICE_VERIFICATION_RECORDED,
        Step.DECIDED: Action.VOICE_VERIFICATION_DECIDED,
        Step.CONSUMED: Action.VOICE_VERIFICATION_CONSUMED,
        Step.DAMAGED: Action.VOICE_RECORDING_DAMAGED,
    },
    Means.FACE: {
        Step.REQUESTED: Action.FACE_VERIFICATION_REQUESTED,
        Step.RECORDED: Action.FACE_VERIFICATION_RECORDED,
        Step.DECIDED: Action.FACE_VERIFICATION_DECIDED,
        Step.CONSUMED: Action.FACE_VERIFICATION_CONSUMED,
        Step.DAMAGED: Action.FACE_RECORDING_DAMAGED,
    },
}


def end_verification(
    context: Context,
    row: Verification,
    state: VerificationState,
    reasons: Sequence[Reason],
) -> None:
    """Keep how a verification ended, with an event."""
    VERIFICATION.move(row, state)
    row.reasons, row.done_at = list(reasons), context.now()
    note_verification(context, Step.DECIDED, row, state=state, reasons=row.reasons)


def note_verification(context: Context, step: Step, row: Verification, **data: Any) -> None:
    """An event of whoever asked for the verification."""
    asker = Actor(row.asker_kind, str(row.asker_id), context.actor.role)
    record(
        context.acting_as(asker),
        ACTIONS[row.means][step],
        row.id,
        onboarding_id=approved_onboarding(context, row.applicant_id),
        applicant_id=row.applicant_id,
        purpose=row.purpose,
        **data,
    )
