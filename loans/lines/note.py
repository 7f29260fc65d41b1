"""The note of a confirmed draw (借据): written, sealed, its hash in the log. A job of lending."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from core.errors import NotFound
from core.money import Fen
from kyc.identity import opened_identity
from loans.contracts import ContractFont, ContractNotReady, named_borrower
from loans.lines.events import record_line
from loans.lines.facts import line_facts
from loans.lines.models import (
    DRAW_PAYEE_NAME,
    NOTE,
    CreditLine,
    Draw,
    DrawNote,
    DrawPayee,
)
from loans.lines.own import draw_schedule, own_draw, rate_of
from loans.policy import LoanPolicy
from loans.states import DrawState
from loans.terms import contract as text
from loans.terms.cost import cost_of
from loans.terms.options import Option
from loans.terms.product import product_of
from loans.terms.schedule import Terms
from loans.terms.words import PURPOSES, in_yuan
from privacy.export import EXPORT, ExportFile
from storage.context import Context, Resources
from storage.handlers import JOBS, JobHandler, Lane

SEAL_NOTE = "seal_draw_note"


def load_note(context: Context, draw_id: UUID) -> text.Contract | None:
    """All that the note of a confirmed draw says; None where it is sealed already."""
    if context.session.get(DrawNote, draw_id) is not None:
        return None
    draw = context.session.get_one(Draw, draw_id)
    return _agreement(context, context.session.get_one(CreditLine, draw.line_id), draw)


def write_note(agreement: text.Contract, lent: Resources) -> bytes:
    """Write the note; the same agreement gives the same bytes."""
    return text.contract_pdf(agreement, lent.get(ContractFont).path)


def store_note(context: Context, draw_id: UUID, note: bytes) -> None:
    """Seal the note, with its hash in the log."""
    draw = context.session.get_one(Draw, draw_id, with_for_update=True)
    if context.session.get(DrawNote, draw_id) is not None:
        return
    line = context.session.get_one(CreditLine, draw.line_id)
    owner = context.session.get_one(Applicant, line.applicant_id)
    row = DrawNote(
        draw_id=draw.id,
        sealed_note=NOTE.seal(context.keyring, owner, draw.id, note),
        note_sha256=sha256(note).hexdigest(),
        template_version=context.rules(LoanPolicy).lines.note_text,
        made_at=context.now(),
    )
    context.session.add(row)
    record_line(
        context,
        Action.DRAW_NOTE_SEALED,
        line,
        draw.id,
        note_sha256=row.note_sha256,
        template=row.template_version,
    )


def leave_unwritten(context: Context, draw_id: UUID) -> None:
    """A note that could not be written is missed by whoever asks for it, and by an event."""
    draw = context.session.get_one(Draw, draw_id)
    line = context.session.get_one(CreditLine, draw.line_id)
    record_line(context, Action.DRAW_NOTE_FAILED, line, draw.id)


def read_note(context: Context, draw_id: UUID) -> bytes:
    """The note of a confirmed draw of the actor's own, as PDF; an event each time.

    Raises `NotFound`, `loans.contracts.ContractNotReady`.
    """
    require(context, Permission.LOAN_READ)
    draw = own_draw(context, draw_id)
    if draw.state is not DrawState.CONFIRMED:
        raise NotFound
    row = context.session.get(DrawNote, draw.id)
    if row is None:
        raise ContractNotReady
    line = context.session.get_one(CreditLine, draw.line_id)
    owner = context.session.get_one(Applicant, line.applicant_id)
    record_line(context, Action.DRAW_NOTE_READ, line, draw.id)
    return NOTE.open(context.keyring, owner, draw.id, row.sealed_note)


def notes_of(context: Context, owner: Applicant) -> Iterator[ExportFile]:
    """The note of every draw of an account, for its export."""
    own = sa.select(DrawNote).join(Draw).join(CreditLine).where(CreditLine.applicant_id == owner.id)
    for row in context.session.scalars(own.order_by(DrawNote.made_at)):
        opened = partial(NOTE.open, context.keyring, owner, row.draw_id, row.sealed_note)
        yield ExportFile(f"draws/{row.draw_id}-note.pdf", opened)


def _agreement(context: Context, line: CreditLine, draw: Draw) -> text.Contract:
    policy = context.rules(LoanPolicy)
    product = product_of(line.product, policy.products)
    if product is None or draw.confirmed_at is None or draw.confirmed_by is None:
        raise ValueError("a confirmed draw has a product, a moment and a confirmation")
    owner = context.session.get_one(Applicant, line.applicant_id)
    identity = opened_identity(context, line.onboarding_id, purpose="contract")
    schedule, principal = draw_schedule(draw), Fen(draw.principal_fen)
    return text.Contract(
        number=str(draw.id),
        rules=policy.contract.model_copy(update={"text": policy.lines.note_text}),
        product=product,
        borrower=named_borrower(context, owner, identity),
        purpose=PURPOSES[draw.purpose],
        payees=_payees(context, owner, draw),
        option=Option(
            Terms(principal, draw.tenor_months, draw.repayment),
            rate_of(line),
            schedule,
            cost_of(principal, schedule),
        ),
        paid_out=draw.paid_out_on,
        ceiling_bp=policy.pricing.ceiling_bp,
        confirmed_by=draw.confirmed_by,
        confirmation=str(draw.verification_id),
        confirmed_at=draw.confirmed_at,
        paper=text.Paper.DRAW,
        line=line_facts(policy, product, line),
    )


def _payees(context: Context, owner: Applicant, draw: Draw) -> tuple[str, ...]:
    """Who is paid how much; the account stands in the record, not on paper."""
    named = sa.select(DrawPayee).where(DrawPayee.draw_id == draw.id).order_by(DrawPayee.id)
    return tuple(
        f"{DRAW_PAYEE_NAME.open(context.keyring, owner, one.id, one.name).decode()}"
        f"（{in_yuan(Fen(one.amount_fen))}元）"
        for one in context.session.scalars(named)
    )


JOBS.register(
    JobHandler(
        kind=SEAL_NOTE,
        lane=Lane.LENDING,
        load=load_note,
        perform=write_note,
        store=store_note,
        give_up=leave_unwritten,
    )
)
EXPORT.files.append(notes_of)
