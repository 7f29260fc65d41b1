"""Events of lines and draws: each names the loan, its onboarding and its owner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audit.actions import Action
from audit.writer import record
from loans.lines.models import CreditLine, Draw
from storage.context import Context


def record_line(
    context: Context, action: Action, line: CreditLine, subject: UUID | None = None, **values: Any
) -> None:
    """An event of a line, or of a draw on it.

    Its loan is the application that the line was opened for.
    """
    record(
        context,
        action,
        subject or line.id,
        onboarding_id=line.onboarding_id,
        applicant_id=line.applicant_id,
        loan_id=line.application_id,
        line=str(line.id),
        **values,
    )


def record_draw(
    context: Context, action: Action, line: CreditLine, draw: Draw, **values: Any
) -> None:
    """An event of a draw, with its terms."""
    record_line(
        context,
        action,
        line,
        draw.id,
        principal_fen=draw.principal_fen,
        tenor_months=draw.tenor_months,
        repayment=draw.repayment,
        annual_rate_bp=draw.annual_rate_bp,
        instalment_fen=draw.instalment_fen,
        irr_bp=draw.irr_bp,
        **values,
    )
