"""The actor's own lines and draws, as they stand: another's are as absent as none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from core.errors import NotFound
from core.money import BasisPoints, Fen
from loans.lines.models import CreditLine, Draw
from loans.lines.room import drawn_fen
from loans.policy import LoanPolicy
from loans.states import LINE_ENDS, DrawState
from loans.terms.product import Product, product_of
from loans.terms.rate import RateParts
from loans.terms.schedule import (
    DayCount,
    Repayment,
    Schedule,
    as_rate,
    make_schedule,
    monthly_periods,
)
from storage.context import Context


@dataclass(frozen=True)
class LineView:
    """A line, what is drawn of it and left, in fen, and which draws the policy in force allows."""

    line: CreditLine
    drawn_fen: int
    min_draw_fen: int
    purposes: tuple[str, ...]
    tenors: tuple[int, ...]
    ways: tuple[Repayment, ...]

    @property
    def left_fen(self) -> int:
        """What may yet be drawn; nothing of a line that has ended."""
        ended = self.line.state in LINE_ENDS
        return 0 if ended else max(0, self.line.limit_fen - self.drawn_fen)


def own_lines(context: Context) -> list[LineView]:
    """The actor's lines, the newest first."""
    require(context, Permission.LOAN_READ)
    own = sa.select(CreditLine).where(CreditLine.applicant_id == context.actor.uuid)
    rows = context.session.scalars(own.order_by(CreditLine.id.desc()))
    return [view_line(context, line) for line in rows]


def own_line(context: Context, line_id: UUID) -> LineView:
    """A line of the actor's. Raises `NotFound`."""
    require(context, Permission.LOAN_READ)
    return view_line(context, _own(context, context.session.get(CreditLine, line_id)))


def own_draws(context: Context, line_id: UUID) -> list[Draw]:
    """The draws on a line of the actor's, the newest first. Raises `NotFound`."""
    line = own_line(context, line_id).line
    made = sa.select(Draw).where(Draw.line_id == line.id)
    return list(context.session.scalars(made.order_by(Draw.id.desc())))


def own_draw(context: Context, draw_id: UUID) -> Draw:
    """A draw of the actor's. Raises `NotFound`."""
    require(context, Permission.LOAN_READ)
    draw = context.session.get(Draw, draw_id)
    if draw is None:
        raise NotFound
    _own(context, context.session.get(CreditLine, draw.line_id))
    return draw


def locked_line(context: Context, line_id: UUID) -> CreditLine:
    """The actor's line, held with their account until the transaction ends. Raises `NotFound`.

    Two draws at once are two holders in turn: the second one sees what the first one took.
    """
    require(context, Permission.LOAN_MANAGE)
    context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    return _own(context, context.session.get(CreditLine, line_id, with_for_update=True))


def locked_draw(context: Context, draw_id: UUID) -> tuple[CreditLine, Draw]:
    """The actor's draw with its line, both held. Raises `NotFound`."""
    require(context, Permission.LOAN_MANAGE)
    line_id = context.session.scalar(sa.select(Draw.line_id).where(Draw.id == draw_id))
    if line_id is None:
        raise NotFound
    line = locked_line(context, line_id)
    return line, context.session.get_one(Draw, draw_id, with_for_update=True)


def view_line(context: Context, line: CreditLine) -> LineView:
    """How a line stands by the policy in force."""
    policy = context.rules(LoanPolicy)
    product = product_of(line.product, policy.products)
    return LineView(
        line=line,
        drawn_fen=drawn_fen(context, line),
        min_draw_fen=policy.line.min_draw_fen if policy.line else line.limit_fen,
        purposes=product.purposes if product else (),
        tenors=draw_tenors(line, product) if product else (),
        ways=product.ways if product else (),
    )


def draw_tenors(line: CreditLine, product: Product) -> tuple[int, ...]:
    """For how many months a draw may run: the product's tenors up to the one agreed.

    The line's rate pays for money of that time, and of no longer.
    """
    return tuple(months for months in product.tenors if months <= line.max_tenor_months)


def rate_of(line: CreditLine) -> RateParts:
    """The rate that was agreed, by its parts."""
    return RateParts(**line.rate_parts, annual_rate_bp=BasisPoints(line.annual_rate_bp))


def draw_schedule(draw: Draw) -> Schedule:
    """The instalments of a draw, counted from the day that it was asked for."""
    return make_schedule(
        Fen(draw.principal_fen),
        as_rate(BasisPoints(draw.annual_rate_bp)),
        monthly_periods(draw.paid_out_on, draw.tenor_months, DayCount.THIRTY_360),
        draw.repayment,
        as_rate(BasisPoints(draw.guarantee_bp)),
    )


def lines_as_seen(context: Context, line_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """What has another value whenever a line or a draw on it changed; for those who wait for it."""
    moved = sa.func.count(Draw.id).label("draws")
    confirmed = sa.func.count(Draw.confirmed_at).label("confirmed")
    open_now = sa.func.count(sa.case((Draw.state == DrawState.OPEN, 1))).label("open")
    query = (
        sa.select(CreditLine.id, CreditLine.state, moved, confirmed, open_now)
        .outerjoin(Draw, Draw.line_id == CreditLine.id)
        .where(CreditLine.id.in_(line_ids))
        .group_by(CreditLine.id, CreditLine.state)
    )
    return {
        row.id: f"{row.state}-{row.draws}-{row.confirmed}-{row.open}"
        for row in context.session.execute(query)
    }


def _own(context: Context, line: CreditLine | None) -> CreditLine:
    if line is None or line.applicant_id != context.actor.uuid:
        raise NotFound
    return line
