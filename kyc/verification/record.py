"""What an analysis found is recorded, and which templates it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from core.reasons import Reason
from kyc.analysis.findings import (
    Finding,
    TemplateKind,
    VerificationFinding,
    VerificationOutcome,
)
from kyc.analysis.manifest import ModelManifest
from kyc.analysis.measurements import without_values
from kyc.evidence.models import Evidence, Template
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO, VOICE_CLIP, EvidenceType
from kyc.onboarding.in_force import newest_approved
from kyc.verification.events import end_verification
from kyc.verification.models import Verification
from kyc.verification.states import Means, VerificationState
from storage.context import Context

# As which evidence a recording is made, and what it is compared with enrolled.
EVIDENCE: Mapping[Means, EvidenceType] = {Means.VOICE: VOICE_CLIP, Means.FACE: FACE_VIDEO}


def record_verification(context: Context, verification_id: UUID, finding: Finding) -> None:
    """Keep how a verification ended, once; a recording that cannot be analysed is made again."""
    row = context.session.get_one(Verification, verification_id, with_for_update=True)
    if row.state != VerificationState.ANALYSING:
        return
    outcome = VerificationOutcome.AGAIN
    if isinstance(finding, VerificationFinding):
        outcome = finding.outcome
    row.measurements = without_values(finding.measurements)
    row.models = context.resource(ModelManifest).of(EVIDENCE[row.means].models)
    end_verification(context, row, VerificationState(outcome), finding.reasons)


def give_up_verification(context: Context, verification_id: UUID) -> None:
    """End a verification that could not be analysed: the agent decides by other means."""
    row = context.session.get_one(Verification, verification_id, with_for_update=True)
    if row.state == VerificationState.ANALYSING:
        end_verification(context, row, VerificationState.UNSURE, [Reason.ANALYSIS_FAILED])


def owner_templates(
    context: Context, applicant_id: UUID, means: Means
) -> dict[TemplateKind, Template]:
    """The references in force: of the newest approved onboarding, and of no older one."""
    known = newest_approved(context, applicant_id)
    if known is None:
        return {}
    query = (
        sa.select(Template)
        .join(Evidence, Evidence.id == Template.evidence_id)
        .where(
            Evidence.onboarding_id == known.id,
            Evidence.kind == EVIDENCE[means].kind,
            Evidence.state == EvidenceState.ACCEPTED,
        )
    )
    return {template.kind: template for template in context.session.scalars(query)}
