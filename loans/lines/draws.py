"""An owner asks for a part of their line, or takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from audit.actions import Action
from core.errors import BusinessError, Conflict, Invalid, TooMany
from core.ids import new_id
from core.money import BasisPoints, Fen, yuan
from kyc.identity import VerifiedIdentity
from loans.applicants import AmountOutsideLimits, PurposeNotLent
from loans.declaration.declare import PayeesTooMany, PurposeForbidden, PurposeUnknown
from loans.lines.events import record_draw, record_line
from loans.lines.models import (
    DRAW_PAYEE_ACCOUNT,
    DRAW_PAYEE_NAME,
    CreditLine,
    Draw,
    DrawPayee,
)
from loans.lines.own import draw_tenors, locked_draw, locked_line, rate_of
from loans.lines.room import drawn_fen
from loans.lines.standing import STANDING_ERRORS, require_drawable
from loans.policy import LoanPolicy
from loans.states import DRAW, DrawState
from loans.terms.options import Option, TooCostly, loan_at, may_run
from loans.terms.product import Product, product_of
from loans.terms.schedule import Repayment, Terms
from storage.context import Context


class LineExceeded(Conflict):
    """More than is left of the line."""

    code = "line_exceeded"


class DrawsUsed(TooMany):
    """No more draws of this line for now."""

    code = "draws_used"
    retry_after_s = 3600


class DrawTooCostly(Conflict):
    """At the line's rate, such a draw would cost more than may be asked, all in."""

    code = "draw_too_costly"


class DrawUnavailable(Conflict):
    """The draw has expired, was withdrawn or is confirmed already."""

    code = "draw_unavailable"


class PayeesNeeded(Invalid):
    """An amount like this is paid to those who are named, and not to the borrower."""

    code = "payees_needed"


class PayeesMismatch(Invalid):
    """What the payees are to get is not the amount of the draw."""

    code = "payees_mismatch"


# What `ask_for_draw` raises beside `NotFound`, for the route that declares it.
DRAW_ERRORS: tuple[type[BusinessError], ...] = (
    *STANDING_ERRORS,
    AmountOutsideLimits,
    PurposeUnknown,
    PurposeNotLent,
    PurposeForbidden,
    PayeesTooMany,
    PayeesNeeded,
    PayeesMismatch,
    LineExceeded,
    DrawTooCostly,
    DrawsUsed,
)


@dataclass(frozen=True)
class PaidTo:
    """Who is to be paid which part of a draw, in fen."""

    name: str
    account: str
    amount_fen: int


@dataclass(frozen=True)
class AskForDraw:
    """An amount in fen of a line, for a purpose of the policy; to the owner if to no payee."""

    line_id: UUID
    amount_fen: int
    tenor_months: int
    purpose: str
    repayment: Repayment | None = None  # as the product proposes
    payees: tuple[PaidTo, ...] = ()


def ask_for_draw(context: Context, command: AskForDraw) -> Draw:
    """Price a draw at the line's rate, and reserve its amount until it is confirmed or expires.

    Raises `NotFound`, and what `DRAW_ERRORS` lists: `PurposeForbidden` with an event that is kept.
    """
    line = locked_line(context, command.line_id)
    identity = require_drawable(context, line)
    product = _require_purpose(context, line, command)
    terms = _require_terms(context, line, product, command)
    _require_payees(context, command)
    _require_turn(context, line)
    if drawn_fen(context, line) + command.amount_fen > line.limit_fen:
        raise LineExceeded
    return _kept(context, line, identity, command, _priced(context, line, terms))


def withdraw_draw(context: Context, draw_id: UUID) -> Draw:
    """Take back a draw that is not confirmed; what it reserved is free again.

    Raises `NotFound`, `DrawUnavailable`.
    """
    line, draw = locked_draw(context, draw_id)
    if draw.state is DrawState.WITHDRAWN:
        return draw
    if not DRAW.may_move(draw, DrawState.WITHDRAWN):
        raise DrawUnavailable
    DRAW.move(draw, DrawState.WITHDRAWN)
    record_draw(context, Action.DRAW_WITHDRAWN, line, draw)
    return draw


def _require_purpose(context: Context, line: CreditLine, command: AskForDraw) -> Product:
    """The line's product, if it is for a purpose; one that is forbidden is an event."""
    policy, purpose = context.rules(LoanPolicy), command.purpose
    if purpose in policy.forbidden_purposes:
        record_line(context, Action.DRAW_REFUSED, line, purpose=purpose)
        context.commit()
        raise PurposeForbidden
    if purpose not in policy.purposes:
        raise PurposeUnknown
    product = product_of(line.product, policy.products)
    if product is None or purpose not in product.purposes:
        raise PurposeNotLent
    return product


def _require_terms(
    context: Context, line: CreditLine, product: Product, command: AskForDraw
) -> Terms:
    policy = context.rules(LoanPolicy)
    way = command.repayment or product.ways[0]
    terms = Terms(Fen(command.amount_fen), command.tenor_months, way)
    tenors = draw_tenors(line, product)
    known = way in product.ways and terms.tenor_months in tenors
    runs = known and may_run(terms, policy.pricing)
    if not runs or terms.principal_fen < policy.lines.min_draw_fen:
        raise AmountOutsideLimits(
            min_yuan=yuan(policy.lines.min_draw_fen),
            max_yuan=yuan(Fen(line.limit_fen)),
            tenors=", ".join(map(str, tenors)),
        )
    return terms


def _require_payees(context: Context, command: AskForDraw) -> None:
    """Above the policy's amount somebody else is paid (受托支付); parts make up the whole."""
    policy = context.rules(LoanPolicy)
    if len(command.payees) > policy.declared.max_payees:
        raise PayeesTooMany
    if not command.payees:
        if command.amount_fen > policy.lines.self_payment_max_fen:
            raise PayeesNeeded
    elif sum(payee.amount_fen for payee in command.payees) != command.amount_fen:
        raise PayeesMismatch


def _require_turn(context: Context, line: CreditLine) -> None:
    rules = context.rules(LoanPolicy).lines
    window = context.now() - timedelta(hours=rules.window_h)
    made = sa.select(sa.func.count(Draw.id)).where(Draw.line_id == line.id, Draw.asked_at > window)
    if (context.session.scalar(made) or 0) >= rules.max_draws:
        raise DrawsUsed


def _priced(context: Context, line: CreditLine, terms: Terms) -> Option:
    ceiling_bp = context.rules(LoanPolicy).pricing.ceiling_bp
    guarantee_bp = BasisPoints(line.guarantee_bp)
    try:
        return loan_at(rate_of(line), terms, guarantee_bp, context.today(), ceiling_bp)
    except TooCostly as error:
        raise DrawTooCostly from error


def _kept(
    context: Context,
    line: CreditLine,
    identity: VerifiedIdentity,
    command: AskForDraw,
    option: Option,
) -> Draw:
    minutes = context.rules(LoanPolicy).lines.draw_valid_min
    draw = Draw(
        id=new_id(),
        line_id=line.id,
        purpose=command.purpose,
        principal_fen=option.terms.principal_fen,
        tenor_months=option.terms.tenor_months,
        repayment=option.terms.repayment,
        annual_rate_bp=line.annual_rate_bp,
        guarantee_bp=line.guarantee_bp,
        instalment_fen=option.schedule[0].total_fen,
        interest_fen=option.cost.interest_fen,
        fee_fen=option.cost.fee_fen,
        irr_bp=option.cost.irr_bp,
        simple_rate_bp=option.cost.simple_rate_bp,
        paid_out_on=context.today(),
        policy_version=context.policy.version,
        asked_at=context.now(),
        expires_at=context.now() + timedelta(minutes=minutes),
    )
    DRAW.begin(draw, DrawState.OPEN)
    context.session.add(draw)
    context.session.flush()
    _keep_payees(context, identity, draw, command)
    record_draw(
        context,
        Action.DRAW_ASKED,
        line,
        draw,
        purpose=draw.purpose,
        payees=len(command.payees),
        policy=draw.policy_version,
    )
    return draw


def _keep_payees(
    context: Context, identity: VerifiedIdentity, draw: Draw, command: AskForDraw
) -> None:
    owner = context.session.get_one(Applicant, identity.applicant_id)
    keyring = context.keyring
    for payee in command.payees:
        row = new_id()
        context.session.add(
            DrawPayee(
                id=row,
                draw_id=draw.id,
                amount_fen=payee.amount_fen,
                name=DRAW_PAYEE_NAME.seal(keyring, owner, row, payee.name.encode()),
                account=DRAW_PAYEE_ACCOUNT.seal(keyring, owner, row, payee.account.encode()),
            )
        )
