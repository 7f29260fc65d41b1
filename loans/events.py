"""Events of applications and offers: each names the loan, its onboarding and its owner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audit.actions import Action
from audit.writer import record
from loans.models import Application, Offer
from storage.context import Context


def record_application(
    context: Context, action: Action, application: Application, **values: Any
) -> None:
    """An event of an application."""
    record(
        context,
        action,
        application.id,
        onboarding_id=application.onboarding_id,
        applicant_id=application.applicant_id,
        loan_id=application.id,
        **values,
    )


def record_offer(
    context: Context,
    action: Action,
    offer: Offer,
    onboarding_id: UUID | None,
    applicant_id: UUID | None = None,
) -> None:
    """An event of an offer, with its terms; the actor's own unless another applicant is given."""
    record(
        context,
        action,
        offer.id,
        onboarding_id=onboarding_id,
        applicant_id=applicant_id,
        loan_id=offer.application_id,
        principal_fen=offer.principal_fen,
        tenor_months=offer.tenor_months,
        repayment=offer.repayment,
        annual_rate_bp=offer.annual_rate_bp,
        instalment_fen=offer.instalment_fen,
        irr_bp=offer.irr_bp,
    )
