"""An account with a loan cannot be closed; what was declared goes with the records."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from core.errors import Conflict
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
from loans.states import OfferState
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
    """Raises `LoanOutstanding`."""
    accepted = (
        sa.select(Offer.id)
        .join(Application, Application.id == Offer.application_id)
        .where(Application.applicant_id == applicant_id, Offer.state == OfferState.ACCEPTED)
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


ERASURES.register(ErasureHandler(require=require_no_loan, erase=destroy_declarations))
for field in (PURPOSE_TEXT, PAYEE_NAME, PAYEE_ACCOUNT):
    EXPORT.opens(field)
for document in ("contracts.sealed_contract", "contracts.sealed_sheet"):
    EXPORT.withholds(document, "a file of its own: contracts/")
for withheld in (
    *("assessments", "assessment_tries", "credit_decisions", "credit_verdicts"),
    "applications.reasons",
    *("declarations.consistency", "declarations.evidence"),
):
    EXPORT.withholds(withheld, "how a risk is assessed is not told in full (fraud prevention)")
