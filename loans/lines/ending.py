"""Lines end when their time is over, or when their owner, who owes nothing, closes them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from core.errors import Conflict
from loans.lines.events import record_draw, record_line
from loans.lines.models import CreditLine, Draw
from loans.lines.own import LineView, locked_line, view_line
from loans.lines.standing import LineOver
from loans.states import DRAW, LINE, LINE_ENDS, DrawState, LineState
from storage.context import Context

ENDED_AT_ONCE = 100  # a transaction; the next one takes the rest


class LineOwed(Conflict):
    """Something was drawn on the line: it is closed once that is repaid."""

    code = "line_owed"


def close_line(context: Context, line_id: UUID) -> LineView:
    """Close a line on which nothing is owed; draws that wait for their confirmation end with it.

    Raises `NotFound`, `LineOver`, `LineOwed`.
    """
    line = locked_line(context, line_id)
    if line.state is LineState.CLOSED:
        return view_line(context, line)
    if not LINE.may_move(line, LineState.CLOSED):
        raise LineOver
    owed = sa.select(Draw.id).where(Draw.line_id == line.id, Draw.state == DrawState.CONFIRMED)
    if context.session.scalar(owed.limit(1)) is not None:
        raise LineOwed
    _end(context, line, LineState.CLOSED, Action.LINE_CLOSED)
    return view_line(context, line)


def has_expired_lines(context: Context) -> bool:
    """Whether `expire_lines` would end any line or draw."""
    queries = (_lines_over(context), _draws_over(context))
    return any(context.session.execute(query.limit(1)).first() for query in queries)


def expire_lines(context: Context) -> int:
    """End lines whose last day is past, and draws that nobody confirmed in time; how many."""
    ended = 0
    lines = _lines_over(context).with_for_update(skip_locked=True)
    for line in context.session.scalars(lines.limit(ENDED_AT_ONCE)).all():
        _end(context, line, LineState.EXPIRED, Action.LINE_EXPIRED)
        ended += 1
    draws = _draws_over(context).with_for_update(skip_locked=True)
    for draw, line in context.session.execute(draws.limit(ENDED_AT_ONCE)).all():
        _expire_draw(context, line, draw)
        ended += 1
    return ended


def _end(context: Context, line: CreditLine, state: LineState, action: Action) -> None:
    LINE.move(line, state)
    line.ended_at = context.now()
    for draw in _open_draws(context, line):
        _expire_draw(context, line, draw)
    record_line(context, action, line)


def _open_draws(context: Context, line: CreditLine) -> Iterator[Draw]:
    waiting = sa.select(Draw).where(Draw.line_id == line.id, Draw.state == DrawState.OPEN)
    yield from context.session.scalars(waiting.with_for_update()).all()


def _expire_draw(context: Context, line: CreditLine, draw: Draw) -> None:
    DRAW.move(draw, DrawState.EXPIRED)
    record_draw(context, Action.DRAW_EXPIRED, line, draw)


def _lines_over(context: Context) -> sa.Select[CreditLine]:
    return sa.select(CreditLine).where(
        CreditLine.state.not_in(LINE_ENDS), CreditLine.valid_until < context.today()
    )


def _draws_over(context: Context) -> sa.Select[Draw, CreditLine]:
    joined = sa.select(Draw, CreditLine).join(CreditLine, CreditLine.id == Draw.line_id)
    return joined.where(Draw.state == DrawState.OPEN, Draw.expires_at <= context.now())
