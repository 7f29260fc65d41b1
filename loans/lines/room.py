"""How much of a line is drawn, and how much is left."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from loans.lines.models import CreditLine, Draw
from loans.states import DrawState
from storage.context import Context


def drawn_fen(context: Context, line: CreditLine) -> int:
    """What is agreed or reserved of a line, in fen; exact while the line is locked.

    Confirmed draws count in full: what is repaid frees a line again once there is a ledger. Open
    ones count while they can be confirmed.
    """
    reserved = sa.and_(Draw.state == DrawState.OPEN, Draw.expires_at > context.now())
    counted = sa.or_(Draw.state == DrawState.CONFIRMED, reserved)
    total = sa.select(sa.func.sum(Draw.principal_fen)).where(Draw.line_id == line.id, counted)
    return int(context.session.scalar(total) or 0)


def owed_of_line() -> sa.ScalarSelect[Any]:
    """Confirmed draws of a `CreditLine` of the query around it, in fen, as a subquery."""
    total = sa.func.coalesce(sa.func.sum(Draw.principal_fen), 0)
    own = sa.select(total).where(Draw.line_id == CreditLine.id, Draw.state == DrawState.CONFIRMED)
    return own.correlate(CreditLine).scalar_subquery()
