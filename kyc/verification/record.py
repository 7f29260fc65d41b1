"""What an analysis found of a voice is recorded, and which templates it is compared with."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from core.reasons import Reason
from kyc.analysis.findings import Finding, TemplateKind, VoiceVerificationFinding
from kyc.analysis.manifest import ModelManifest
from kyc.analysis.measurements import without_values
from kyc.evidence.models import Evidence, Template
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import VOICE_CLIP
from kyc.onboarding.in_force import newest_approved
from kyc.verification.events import end_verification
from kyc.verification.models import VoiceVerification
from kyc.verification.states import VerificationState
from storage.context import Context
from voiceprint.verification import VoiceOutcome

_STATES = {
    VoiceOutcome.VERIFIED: VerificationState.VERIFIED,
    VoiceOutcome.UNSURE: VerificationState.UNSURE,
    VoiceOutcome.REJECTED: VerificationState.REJECTED,
    VoiceOutcome.AGAIN: VerificationState.AGAIN,
}


def record_verification(context: Context, verification_id: UUID, finding: Finding) -> None:
    """Keep how a verification ended, once; a recording that cannot be analysed is made again."""
    row = context.session.get_one(VoiceVerification, verification_id, with_for_update=True)
    if row.state != VerificationState.ANALYSING:
        return
    outcome = VoiceOutcome.AGAIN
    if isinstance(finding, VoiceVerificationFinding):
        outcome = finding.outcome
    row.measurements = without_values(finding.measurements)
    row.models = context.resource(ModelManifest).of(VOICE_CLIP.models)
    end_verification(context, row, _STATES[outcome], finding.reasons)


def give_up_verification(context: Context, verification_id: UUID) -> None:
    """End a verification that could not be analysed: the agent decides by other means."""
    row = context.session.get_one(VoiceVerification, verification_id, with_for_update=True)
    if row.state == VerificationState.ANALYSING:
        end_verification(context, row, VerificationState.UNSURE, [Reason.ANALYSIS_FAILED])


def owner_templates(context: Context, applicant_id: UUID) -> dict[TemplateKind, Template]:
    """The voice and digits in force: of the newest approved onboarding, and of no older one."""
    known = newest_approved(context, applicant_id)
    if known is None:
        return {}
    query = (
        sa.select(Template)
        .join(Evidence, Evidence.id == Template.evidence_id)
        .where(
            Evidence.onboarding_id == known.id,
            Evidence.kind == VOICE_CLIP.kind,
            Evidence.state == EvidenceState.ACCEPTED,
        )
    )
    return {template.kind: template for template in context.session.scalars(query)}
