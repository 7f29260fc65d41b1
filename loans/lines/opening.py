"""An accepted offer of a credit line opens the line."""

from __future__ import annotations

from datetime import timedelta

from audit.actions import Action
from core.ids import new_id
from kyc.identity import VerifiedIdentity
from loans.lines.events import record_line
from loans.lines.models import CreditLine
from loans.models import Application, Offer
from loans.policy import LoanPolicy
from loans.states import LINE, LineState
from loans.terms.calendar import monthly_due_dates
from loans.terms.product import ProductCode
from storage.context import Context


def open_line(
    context: Context, application: Application, offer: Offer, identity: VerifiedIdentity
) -> CreditLine | None:
    """Open the line of an offer that was just accepted; None where it is of a loan.

    It is valid for the policy's months: its last day is the one before that day of the month.
    """
    if application.product != ProductCode.CREDIT_LINE:
        return None
    months = context.rules(LoanPolicy).lines.valid_months
    line = CreditLine(
        id=new_id(),
        applicant_id=application.applicant_id,
        application_id=application.id,
        offer_id=offer.id,
        onboarding_id=identity.onboarding_id,
        product=application.product,
        limit_fen=offer.principal_fen,
        max_tenor_months=offer.tenor_months,
        annual_rate_bp=offer.annual_rate_bp,
        guarantee_bp=offer.guarantee_bp,
        rate_parts=offer.rate_parts,
        policy_version=context.policy.version,
        opened_at=context.now(),
        valid_until=monthly_due_dates(context.today(), months)[-1] - timedelta(days=1),
    )
    LINE.begin(line, LineState.OPEN)
    context.session.add(line)
    context.session.flush()
    record_line(
        context,
        Action.LINE_OPENED,
        line,
        offer=str(offer.id),
        limit_fen=line.limit_fen,
        annual_rate_bp=line.annual_rate_bp,
        max_tenor_months=line.max_tenor_months,
        valid_until=line.valid_until,
    )
    return line
