"""Cases as reviewers see them: reasons and measurements as they are."""

from __future__ import annotations

from collections.abc import Sequence

from app.schemas.onboardings import EvidenceResponse
from app.schemas.reviews import (
    CaseResponse,
    CasesResponse,
    CaseSummaryResponse,
    CheckResponse,
    FieldInDoubtResponse,
    HolderResponse,
    OtherAttemptResponse,
    VerdictResponse,
)
from kyc.decision.models import Check
from kyc.evidence.models import Evidence
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.review.cases import CaseFile, WaitingCase


def present_cases(cases: Sequence[WaitingCase]) -> CasesResponse:
    """The queue."""
    return CasesResponse(cases=[_summary(case) for case in cases])


def present_case(file: CaseFile) -> CaseResponse:
    """A case with everything about it."""
    case = file.onboarding
    return CaseResponse(
        id=case.id,
        reasons=list(case.reasons),
        claimed_until=case.claimed_until,
        evidence=[_evidence(one) for one in file.evidence],
        checks=[_check(one) for one in file.checks],
        judgements=[verdict.judgement for verdict in file.verdicts],
        holders=[HolderResponse.model_validate(one) for one in file.holders],
        doubts=[FieldInDoubtResponse.model_validate(one) for one in file.doubts],
        attempts=[OtherAttemptResponse.model_validate(one) for one in file.attempts],
        phone=file.phone,
    )


def present_verdict(case: Onboarding) -> VerdictResponse:
    """Where a case stands after a verdict."""
    decision = case.decision or Decision.REVIEW
    return VerdictResponse(decision=decision, settled=case.reviewed_at is not None)


def _summary(case: WaitingCase) -> CaseSummaryResponse:
    return CaseSummaryResponse(
        id=case.onboarding.id,
        reasons=list(case.onboarding.reasons),
        waited_s=round(case.waited.total_seconds()),
        taken=case.taken,
    )


def _evidence(one: Evidence) -> EvidenceResponse:
    return EvidenceResponse(
        id=one.id, kind=one.kind, state=one.state, reasons=[], advice=[], fields=[]
    )


def _check(one: Check) -> CheckResponse:
    return CheckResponse(
        kind=one.kind,
        outcome=one.outcome,
        reasons=list(one.reasons),
        measurements=one.measurements,
        evidence_id=one.evidence_id,
    )
