"""The contract of an accepted loan: written, sealed, its hash in the log. A job of lending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from core.clock import business_day
from core.errors import NotFound
from core.money import BasisPoints, Fen
from kyc.identity import opened_identity
from loans.confirmation import confirmed_by
from loans.contracts import ContractFont, ContractNotReady, named_borrower
from loans.events import record_application
from loans.lines.facts import line_facts
from loans.lines.models import CreditLine
from loans.models import (
    CONTRACT,
    PAYEE_NAME,
    PURPOSE_TEXT,
    SHEET,
    Application,
    Contract,
    Declaration,
    DeclaredPayee,
    Offer,
)
from loans.policy import LoanPolicy
from loans.states import ApplicationState, OfferState
from loans.terms import contract as text
from loans.terms.cost import cost_of
from loans.terms.options import Option
from loans.terms.product import product_of
from loans.terms.rate import RateParts
from loans.terms.schedule import (
    DayCount,
    Schedule,
    Terms,
    as_rate,
    make_schedule,
    monthly_periods,
)
from loans.terms.sheet import sheet_pdf
from loans.terms.words import PURPOSES
from privacy.export import EXPORT, ExportFile
from storage.context import Context, Resources
from storage.handlers import JOBS, JobHandler, Lane

SEAL_CONTRACT = "seal_contract"


class ContractPart(StrEnum):
    """Which of the two documents of a loan."""

    CONTRACT = "contract"
    SHEET = "sheet"


@dataclass(frozen=True)
class Documents:
    """Both documents, as PDF."""

    contract: bytes
    sheet: bytes
    template: str  # the version of the contract's words


def load_contract(context: Context, application_id: UUID) -> text.Contract | None:
    """All that the contract of an accepted offer says; None where it is sealed already."""
    application = context.session.get_one(Application, application_id)
    if context.session.get(Contract, application_id) is not None:
        return None
    accepted = sa.select(Offer).where(
        Offer.application_id == application_id, Offer.state == OfferState.ACCEPTED
    )
    return _agreement(context, application, context.session.scalars(accepted).one())


def write_contract(agreement: text.Contract, lent: Resources) -> Documents:
    """Write both documents; the same agreement gives the same bytes."""
    font = lent.get(ContractFont).path
    return Documents(
        text.contract_pdf(agreement, font),
        sheet_pdf(text.sheet_of(agreement), font),
        agreement.rules.text,
    )


def store_contract(context: Context, application_id: UUID, documents: Documents) -> None:
    """Seal both documents, with their hashes in the log."""
    application = context.session.get_one(Application, application_id, with_for_update=True)
    if context.session.get(Contract, application_id) is not None:
        return
    owner = context.session.get_one(Applicant, application.applicant_id)
    accepted = sa.select(Offer.id).where(
        Offer.application_id == application_id, Offer.state == OfferState.ACCEPTED
    )
    row = Contract(
        application_id=application_id,
        offer_id=context.session.scalars(accepted).one(),
        sealed_contract=CONTRACT.seal(context.keyring, owner, application_id, documents.contract),
        sealed_sheet=SHEET.seal(context.keyring, owner, application_id, documents.sheet),
        contract_sha256=sha256(documents.contract).hexdigest(),
        sheet_sha256=sha256(documents.sheet).hexdigest(),
        template_version=documents.template,
        made_at=context.now(),
    )
    context.session.add(row)
    record_application(
        context,
        Action.CONTRACT_SEALED,
        application,
        offer=row.offer_id,
        contract_sha256=row.contract_sha256,
        sheet_sha256=row.sheet_sha256,
        template=row.template_version,
    )


def leave_unwritten(context: Context, application_id: UUID) -> None:
    """A contract that could not be written is missed by whoever asks for it, and by an event."""
    application = context.session.get_one(Application, application_id)
    record_application(context, Action.CONTRACT_FAILED, application)


def read_contract(context: Context, application_id: UUID, part: ContractPart) -> bytes:
    """The contract of a loan of the actor's own, or its cost sheet, as PDF; an event each time.

    Raises `NotFound`, `ContractNotReady`.
    """
    require(context, Permission.LOAN_READ)
    application = context.session.get(Application, application_id)
    if application is None or application.applicant_id != context.actor.uuid:
        raise NotFound
    if application.state is not ApplicationState.ACCEPTED:
        raise NotFound
    row = context.session.get(Contract, application_id)
    if row is None:
        raise ContractNotReady
    owner = context.session.get_one(Applicant, application.applicant_id)
    record_application(context, Action.CONTRACT_READ, application, what=part)
    if part is ContractPart.CONTRACT:
        return CONTRACT.open(context.keyring, owner, application_id, row.sealed_contract)
    return SHEET.open(context.keyring, owner, application_id, row.sealed_sheet)


def contracts_of(context: Context, owner: Applicant) -> Iterator[ExportFile]:
    """Both documents of every loan of an account, for its export."""
    own = sa.select(Contract).join(Application).where(Application.applicant_id == owner.id)
    for row in context.session.scalars(own.order_by(Contract.made_at)):
        for part, field, sealed in (
            (ContractPart.CONTRACT, CONTRACT, row.sealed_contract),
            (ContractPart.SHEET, SHEET, row.sealed_sheet),
        ):
            name = f"contracts/{row.application_id}-{part}.pdf"
            opened = partial(field.open, context.keyring, owner, row.application_id, sealed)
            yield ExportFile(name, opened)


def schedule_of(offer: Offer, paid_out: date) -> Schedule:
    """The instalments of an offer's terms, as if it were paid out on a day."""
    return make_schedule(
        Fen(offer.principal_fen),
        as_rate(BasisPoints(offer.annual_rate_bp)),
        monthly_periods(paid_out, offer.tenor_months, DayCount.THIRTY_360),
        offer.repayment,
        as_rate(BasisPoints(offer.guarantee_bp)),
    )


def _agreement(context: Context, application: Application, offer: Offer) -> text.Contract:
    policy = context.rules(LoanPolicy)
    product = product_of(application.product, policy.products)
    if product is None or offer.accepted_at is None:
        raise ValueError("an accepted offer has a product and a moment")
    owner = context.session.get_one(Applicant, application.applicant_id)
    declaration = context.session.get_one(Declaration, application.declaration_id)
    identity = opened_identity(context, application.onboarding_id, purpose="contract")
    paid_out = business_day(offer.accepted_at)
    agreement = text.Contract(
        number=str(application.id),
        rules=policy.contract,
        product=product,
        borrower=named_borrower(context, owner, identity),
        purpose=_purpose(context, owner, declaration),
        payees=_payees(context, owner, declaration),
        option=_option(offer, paid_out),
        paid_out=paid_out,
        ceiling_bp=policy.pricing.ceiling_bp,
        confirmed_by=confirmed_by(context, offer.verification_id),
        confirmation=str(offer.verification_id),
        confirmed_at=offer.accepted_at,
    )
    own = sa.select(CreditLine).where(CreditLine.application_id == application.id)
    line = context.session.scalar(own)
    return agreement if line is None else _of_line(policy, agreement, line)


def _of_line(policy: LoanPolicy, agreement: text.Contract, line: CreditLine) -> text.Contract:
    """What opens a line has words of its own, names no payee and is for every purpose of it."""
    facts = line_facts(policy, agreement.product, line)
    return replace(
        agreement,
        rules=policy.contract.model_copy(update={"text": policy.lines.contract_text}),
        purpose="、".join(facts.purposes),
        payees=(),
        paper=text.Paper.LINE,
        line=facts,
    )


def _option(offer: Offer, paid_out: date) -> Option:
    schedule = schedule_of(offer, paid_out)
    principal = Fen(offer.principal_fen)
    return Option(
        Terms(principal, offer.tenor_months, offer.repayment),
        RateParts(**offer.rate_parts, annual_rate_bp=BasisPoints(offer.annual_rate_bp)),
        schedule,
        cost_of(principal, schedule),
    )


def _purpose(context: Context, owner: Applicant, declaration: Declaration) -> str:
    words = PURPOSES[declaration.purpose]
    if declaration.purpose_text is None:
        return words
    own = PURPOSE_TEXT.open(
        context.keyring, owner, declaration.id, declaration.purpose_text
    ).decode()
    return f"{words}（{own}）"


def _payees(context: Context, owner: Applicant, declaration: Declaration) -> tuple[str, ...]:
    named = sa.select(DeclaredPayee).where(DeclaredPayee.declaration_id == declaration.id)
    return tuple(
        PAYEE_NAME.open(context.keyring, owner, payee.id, payee.name).decode()
        for payee in context.session.scalars(named.order_by(DeclaredPayee.id))
    )


JOBS.register(
    JobHandler(
        kind=SEAL_CONTRACT,
        lane=Lane.LENDING,
        load=load_contract,
        perform=write_contract,
        store=store_contract,
        give_up=leave_unwritten,
    )
)
EXPORT.files.append(contracts_of)
