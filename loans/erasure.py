"""An account with a loan cannot be closed; what was declared goes with the records."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from core.errors import Conflict
from loans.lines.models import (
    DRAW_PAYEE_ACCOUNT,
    DRAW_PAYEE_NAME,
    CreditLine,
    Draw,
    DrawPayee,
)
from loans.lines.room import owed_of_line
from loans.models import (
    PAYEE_ACCOUNT,
    PAYEE_NAME,
    PURPOSE_TEXT,
    Application,
    AskedQuestion,
    Declaration,
    DeclaredPayee,
    Offer,
)
from loans.states import LINE_ENDS, OfferState
from privacy.destruction import Doomed, destroy
from privacy.export import EXPORT
from privacy.models import DestructionCause
from privacy.registry import ERASURES, ErasureHandler
from storage.context import Context

ERASED = "erased"


class LoanOutstanding(Conflict):
    """A loan was accepted: until it is repaid the contract needs the account (PIPL art. 13)."""

    code = "loan_outstanding"


def require_no_loan(context: Context, applicant_id: UUID) -> None:
    """Raises `LoanOutstanding`; a credit line that has ended with nothing owed is none."""
    nothing_owed = sa.and_(CreditLine.state.in_(LINE_ENDS), owed_of_line() == 0)
    accepted = (
        sa.select(Offer.id)
        .join(Application, Application.id == Offer.application_id)
        .outerjoin(CreditLine, CreditLine.offer_id == Offer.id)
        .where(
            Application.applicant_id == applicant_id,
            Offer.state == OfferState.ACCEPTED,
            sa.or_(CreditLine.id.is_(None), ~nothing_owed),
        )
    )
    if context.session.scalar(accepted.limit(1)) is not None:
        raise LoanOutstanding


def destroy_declarations(context: Context, applicant_id: UUID) -> None:
    """What an owner said of their work; amounts and decisions stay on record."""
    declared = sa.select(Declaration).where(Declaration.applicant_id == applicant_id)
    rows = context.session.scalars(declared).all()
    ids = [row.id for row in rows]
    of_these = DeclaredPayee.declaration_id.in_(ids)
    payees = context.session.scalars(sa.select(DeclaredPayee.id).where(of_these)).all()
    context.session.execute(sa.delete(DeclaredPayee).where(of_these))
    own = sa.select(Application.id).where(Application.applicant_id == applicant_id)
    answered = AskedQuestion.application_id.in_(own) & AskedQuestion.answer.is_not(None)
    context.session.execute(sa.update(AskedQuestion).where(answered).values(answer=ERASED))
    for row in rows:
        row.occupation = row.purpose = ERASED
        row.role = row.industry = row.purpose_text = row.evidence = row.device = None
    names = (
        *(f"declarations:{row}" for row in ids),
        *(f"declared_payees:{row}" for row in payees),
    )
    if names:
        destroy(context, Doomed(DestructionCause.ERASURE, "declarations", applicant_id, names))


def destroy_draws(context: Context, applicant_id: UUID) -> None:
    """Who was to be paid out of a credit line, and what for; amounts stay on record."""
    own = sa.select(CreditLine.id).where(CreditLine.applicant_id == applicant_id)
    draws = context.session.scalars(sa.select(Draw).where(Draw.line_id.in_(own))).all()
    of_these = DrawPayee.draw_id.in_([draw.id for draw in draws])
    payees = context.session.scalars(sa.select(DrawPayee.id).where(of_these)).all()
    context.session.execute(sa.delete(DrawPayee).where(of_these))
    for draw in draws:
        draw.purpose = ERASED
    names = (
        *(f"draws:{draw.id}" for draw in draws),
        *(f"draw_payees:{row}" for row in payees),
    )
    if names:
        destroy(context, Doomed(DestructionCause.ERASURE, "draws", applicant_id, names))


ERASURES.register(ErasureHandler(require=require_no_loan, erase=destroy_declarations))
ERASURES.register(ErasureHandler(erase=destroy_draws))
for field in (PURPOSE_TEXT, PAYEE_NAME, PAYEE_ACCOUNT, DRAW_PAYEE_NAME, DRAW_PAYEE_ACCOUNT):
    EXPORT.opens(field)
for document in ("contracts.sealed_contract", "contracts.sealed_sheet"):
    EXPORT.withholds(document, "a file of its own: contracts/")
EXPORT.withholds("draw_notes.sealed_note", "a file of its own: draws/")
for withheld in (
    *("assessments", "assessment_tries", "credit_decisions", "credit_verdicts"),
    "applications.reasons",
    *("declarations.consistency", "declarations.evidence"),
):
    EXPORT.withholds(withheld, "how a risk is assessed is not told in full (fraud prevention)")
