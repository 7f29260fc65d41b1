"""The job kinds of onboarding: analyses of evidence and of verifications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import Applicant
from audit.actions import Action
from audit.writer import record
from core.reasons import Reason
from kyc.analysis.analyser import AnalysisInput, Sample, VoiceReference, perform
from kyc.analysis.challenges import ChallengeKind, stored_challenge
from kyc.analysis.face_verification import analyse_face_verification
from kyc.analysis.findings import Finding, TemplateKind
from kyc.analysis.voice import analyse_verification
from kyc.decision.prepare import prepare_decisions
from kyc.decision.record import record_finding
from kyc.evidence.consent import has_consent
from kyc.evidence.models import Evidence, IssuedChallenge
from kyc.evidence.repository import read_media, unseal_template
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import TYPES
from kyc.onboarding.models import Onboarding
from kyc.onboarding.repository import approved_onboarding
from kyc.onboarding.submit import ANALYSE_EVIDENCE
from kyc.verification.events import ACTIONS, Step
from kyc.verification.models import Verification
from kyc.verification.record import (
    EVIDENCE,
    give_up_verification,
    owner_templates,
    record_verification,
)
from kyc.verification.states import Means, VerificationState
from kyc.verification.verify import ANALYSE_VERIFICATION
from privacy.consents import is_consented
from privacy.kinds import ConsentKind
from storage.context import Context
from storage.damage import DAMAGE
from storage.handlers import JOBS, JobHandler, Lane

log = structlog.get_logger()


def load_evidence(context: Context, evidence_id: UUID) -> AnalysisInput | None:
    """The file and what it answers; None for evidence that was replaced meanwhile.

    Also where the consent was withdrawn: then the evidence is set aside.

    A file that is damaged or gone goes to a person here. Raises `StoreUnavailable`.
    """
    query = (
        sa.select(Evidence, Applicant, IssuedChallenge)
        .join(Onboarding, Onboarding.id == Evidence.onboarding_id)
        .join(Applicant, Applicant.id == Onboarding.applicant_id)
        .outerjoin(IssuedChallenge, IssuedChallenge.id == Evidence.challenge_id)
        .where(Evidence.id == evidence_id)
    )
    evidence, owner, issued = context.session.execute(query).one()
    if evidence.state != EvidenceState.ANALYSING or not has_consent(context, evidence):
        return None
    record(
        context,
        Action.MEDIA_UNSEALED,
        evidence_id,
        onboarding_id=evidence.onboarding_id,
        applicant_id=owner.id,
        kind=evidence.kind,
        purpose="analysis",
    )
    try:
        content = read_media(context, owner, evidence_id, TYPES.of(evidence.kind).purpose)
    except DAMAGE as error:
        end_damaged_evidence(context, owner, evidence, error)
        return None
    sample = Sample(
        content=content,
        today=context.today(),
        challenge=stored_challenge(issued.kind, issued.asked) if issued else None,
        biometric=is_consented(context, evidence.onboarding_id, ConsentKind.BIOMETRIC),
    )
    return AnalysisInput(TYPES.of(evidence.kind).analyse, sample)


def store_finding(context: Context, evidence_id: UUID, finding: Finding) -> None:
    """Record a finding. A person looks where its owner's key is damaged."""
    try:
        with context.session.begin_nested():
            record_finding(context, evidence_id, finding)
    except DAMAGE as error:
        evidence = context.session.get_one(Evidence, evidence_id)
        onboarding = context.session.get_one(Onboarding, evidence.onboarding_id)
        owner = context.session.get_one(Applicant, onboarding.applicant_id)
        end_damaged_evidence(context, owner, evidence, error)


def give_up_evidence(context: Context, evidence_id: UUID) -> None:
    """Evidence that cannot be analysed goes to a person."""
    record_finding(context, evidence_id, Finding((Reason.ANALYSIS_FAILED,)))


def end_damaged_evidence(
    context: Context, owner: Applicant, evidence: Evidence, error: Exception
) -> None:
    """Evidence whose file is damaged or gone goes to a person, with an event."""
    log.error("evidence is damaged", evidence=str(evidence.id), what=type(error).__name__)
    record(
        context,
        Action.EVIDENCE_DAMAGED,
        evidence.id,
        onboarding_id=evidence.onboarding_id,
        applicant_id=owner.id,
        what=type(error).__name__,
    )
    record_finding(context, evidence.id, Finding((Reason.FILE_DAMAGED,)))


def end_costly_evidence(context: Context, evidence_id: UUID) -> None:
    """Evidence whose analysis took too long is asked for again, and not analysed again."""
    record_finding(context, evidence_id, Finding((Reason.FILE_TOO_COSTLY,)))


def end_costly_verification(context: Context, verification_id: UUID) -> None:
    """A recording whose analysis took too long is made again."""
    record_verification(context, verification_id, Finding((Reason.FILE_TOO_COSTLY,)))


def load_verification(context: Context, verification_id: UUID) -> AnalysisInput | None:
    """The recording and the owner's templates; None for a verification that has ended.

    One whose recording or templates are damaged ends here, unsure. Raises `StoreUnavailable`.
    """
    row = context.session.get_one(Verification, verification_id)
    if row.state != VerificationState.ANALYSING:
        return None
    try:
        return _comparison(context, row)
    except DAMAGE as error:
        what = type(error).__name__
        log.error("verification is damaged", verification=str(row.id), what=what)
        action, whose = ACTIONS[row.means][Step.DAMAGED], row.applicant_id
        record(context, action, row.id, applicant_id=whose, what=what)
        give_up_verification(context, row.id)
        return None


def _comparison(context: Context, row: Verification) -> AnalysisInput:
    owner, evidence = context.session.get_one(Applicant, row.applicant_id), EVIDENCE[row.means]
    templates = {
        kind: unseal_template(context, owner, template)
        for kind, template in owner_templates(context, owner.id, row.means).items()
    }
    record(
        context,
        Action.MEDIA_UNSEALED,
        row.id,
        onboarding_id=approved_onboarding(context, owner.id),
        applicant_id=owner.id,
        kind=evidence.kind,
        purpose="verification",
    )
    content = read_media(context, owner, row.id, evidence.purpose)
    sample = Sample(content=content, today=context.today())
    return _COMPARISONS[row.means](row, templates, sample)


def _voices(
    row: Verification, templates: Mapping[TemplateKind, bytes], sample: Sample
) -> AnalysisInput:
    reference = VoiceReference(
        voice=templates[TemplateKind.VOICE],
        digits=templates[TemplateKind.DIGITS],
        asked=row.digits or "",
    )
    return AnalysisInput(analyse_verification, replace(sample, reference=reference))


def _faces(
    row: Verification, templates: Mapping[TemplateKind, bytes], sample: Sample
) -> AnalysisInput:
    challenge = stored_challenge(ChallengeKind.FACE, row.cues or {})
    known = templates[TemplateKind.FACE]
    asked = replace(sample, challenge=challenge, known_face=known)
    return AnalysisInput(analyse_face_verification, asked)


_COMPARISONS = {Means.VOICE: _voices, Means.FACE: _faces}


JOBS.register(
    JobHandler(
        kind=ANALYSE_EVIDENCE,
        lane=Lane.ANALYSIS,
        load=load_evidence,
        perform=perform,
        store=store_finding,
        give_up=give_up_evidence,
        too_costly=end_costly_evidence,
        prepare=prepare_decisions,
    )
)
JOBS.register(
    JobHandler(
        kind=ANALYSE_VERIFICATION,
        lane=Lane.ANALYSIS,
        load=load_verification,
        perform=perform,
        store=record_verification,
        give_up=give_up_verification,
        too_costly=end_costly_verification,
    )
)
