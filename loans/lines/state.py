"""Lines and draws as the log tells of them: for `kaihu audit verify --state`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.models import AuditEvent
from audit.state import AT_ONCE, STATE, differs, events_of
from loans.lines.models import CreditLine, Draw, DrawNote
from loans.states import DrawState, LineState
from storage.context import Context

_LINE_STEPS = {
    Action.LINE_OPENED: LineState.OPEN,
    Action.LINE_FROZEN: LineState.FROZEN,
    Action.LINE_UNFROZEN: LineState.OPEN,
    Action.LINE_EXPIRED: LineState.EXPIRED,
    Action.LINE_CLOSED: LineState.CLOSED,
}
_DRAW_STEPS = {
    Action.DRAW_ASKED: DrawState.OPEN,
    Action.DRAW_CONFIRMED: DrawState.CONFIRMED,
    Action.DRAW_WITHDRAWN: DrawState.WITHDRAWN,
    Action.DRAW_EXPIRED: DrawState.EXPIRED,
}
_DRAW_TERMS = ("principal_fen", "tenor_months", "repayment", "annual_rate_bp", "instalment_fen")

Events = Mapping[tuple[str, str], AuditEvent]


@STATE.register
def compare_lines(context: Context) -> Iterator[str]:
    """Hold credit lines to what was logged of their opening and of what became of them."""
    last = UUID(int=0)
    while True:
        query = sa.select(CreditLine).where(CreditLine.id > last).order_by(CreditLine.id)
        rows = context.session.scalars(query.limit(AT_ONCE)).all()
        if not rows:
            return
        events = events_of(context, [row.onboarding_id for row in rows], *_LINE_STEPS)
        for row in rows:
            name, subject = f"credit line {row.id}", str(row.id)
            yield from differs(name, _terms(row), events.get((Action.LINE_OPENED, subject)))
            yield from _state_differs(name, row.state, subject, events, _LINE_STEPS)
        last = rows[-1].id


@STATE.register
def compare_draws(context: Context) -> Iterator[str]:
    """Hold draws to what was logged of their making and their end."""
    last = UUID(int=0)
    while True:
        query = sa.select(Draw, CreditLine.onboarding_id).join(CreditLine).where(Draw.id > last)
        rows = context.session.execute(query.order_by(Draw.id).limit(AT_ONCE)).all()
        if not rows:
            return
        events = events_of(context, [row.onboarding_id for row in rows], *_DRAW_STEPS)
        for draw, _ in rows:
            name, subject = f"draw {draw.id}", str(draw.id)
            terms = {field: getattr(draw, field) for field in _DRAW_TERMS}
            yield from differs(name, terms, events.get((Action.DRAW_ASKED, subject)))
            yield from _state_differs(name, draw.state, subject, events, _DRAW_STEPS)
        last = rows[-1][0].id


@STATE.register
def find_lost_lines(context: Context) -> Iterator[str]:
    """Lines, draws and notes that the log knows and no row is left of."""
    for action, column in (
        (Action.LINE_OPENED, CreditLine.id),
        (Action.DRAW_ASKED, Draw.id),
        (Action.DRAW_NOTE_SEALED, DrawNote.draw_id),
    ):
        logged = sa.select(AuditEvent.subject).where(AuditEvent.action == action)
        for subjects in context.session.scalars(logged).partitions(AT_ONCE):
            named = {UUID(subject) for subject in subjects}
            kept = set(context.session.scalars(sa.select(column).where(column.in_(named))))
            for lost in sorted(named - kept):
                yield f"{action}: {lost} is gone"


def _terms(line: CreditLine) -> dict[str, Any]:
    return {
        "limit_fen": line.limit_fen,
        "annual_rate_bp": line.annual_rate_bp,
        "max_tenor_months": line.max_tenor_months,
        "valid_until": line.valid_until.isoformat(),
    }


def _state_differs(
    name: str,
    state: LineState | DrawState,
    subject: str,
    events: Events,
    steps: Mapping[Action, LineState] | Mapping[Action, DrawState],
) -> Iterator[str]:
    """Whether a row's state is the one that its newest event made."""
    own = [events[action, subject] for action in steps if (action, subject) in events]
    newest = max(own, key=lambda event: (event.at, event.id), default=None)
    said = None if newest is None else steps[Action(newest.action)]
    if said is not None and said is not state:
        yield f"{name}: state is {state.value!r}, the log says {said.value!r}"
