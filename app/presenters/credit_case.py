"""Applications as reviewers see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.schemas.credit_cases import (
    CreditCaseResponse,
    CreditCasesResponse,
    CreditCaseSummaryResponse,
    CreditVerdictResponse,
    ScorerTryResponse,
)
from loans.credit.review import CreditCase
from loans.models import Application
from loans.states import ApplicationState


def present_credit_cases(cases: Sequence[Application], now: datetime) -> CreditCasesResponse:
    """The queue."""
    return CreditCasesResponse(cases=[_summary(case, now) for case in cases])


def present_credit_case(case: CreditCase) -> CreditCaseResponse:
    """An application with everything that was found out about it."""
    application, assessment, asked = case.application, case.assessment, case.asked
    return CreditCaseResponse(
        id=application.id,
        reasons=list(application.reasons),
        claimed_until=application.claimed_until,
        product=application.product,
        purpose=case.declaration.purpose,
        amount_fen=application.amount_fen,
        tenor_months=application.tenor_months,
        features=application.features,
        stated=application.stated,
        question=asked.question if asked else None,
        answer=asked.answer if asked else None,
        pd_12m=assessment.pd_12m if assessment else None,
        scorer=assessment.scorer if assessment else None,
        scorer_reasons=list(assessment.reasons) if assessment else [],
        tries=[ScorerTryResponse.model_validate(one) for one in case.tries],
        court_cases=list(case.court_cases),
        outcomes=[decision.outcome for decision in case.decisions],
        judgements=[verdict.judgement for verdict in case.verdicts],
    )


def present_credit_verdict(application: Application) -> CreditVerdictResponse:
    """Where an application stands after a verdict."""
    settled = application.state is not ApplicationState.REVIEW
    return CreditVerdictResponse(state=application.state, settled=settled)


def _summary(case: Application, now: datetime) -> CreditCaseSummaryResponse:
    return CreditCaseSummaryResponse(
        id=case.id,
        reasons=list(case.reasons),
        waited_s=round((now - case.made_at).total_seconds()),
        taken=case.claimed_until is not None and case.claimed_until > now,
        asked_by_owner=case.review_asked_at is not None,
    )
