"""May a line be drawn on now? All that it was opened on is looked at again, at every draw."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from core.errors import BusinessError, Conflict
from core.reasons import Reason
from kyc.identity import (
    NotServed,
    VerifiedIdentity,
    onboardings_of_firm,
    onboardings_of_person,
)
from loans.applicants import BORROWER_ERRORS, ExposureExceeded, borrower, require_exposure
from loans.lines.events import record_line
from loans.lines.models import CreditLine
from loans.lists.screening import screen
from loans.states import LINE, LINE_ENDS, LineState
from storage.context import Context


class LineOver(Conflict):
    """The line has expired or is closed."""

    code = "line_over"


class LineSuperseded(Conflict):
    """The account is another person's or another firm's now than the line was opened for."""

    code = "line_superseded"


# What `require_drawable` raises, for the routes that declare it.
STANDING_ERRORS: tuple[type[BusinessError], ...] = (
    *BORROWER_ERRORS,
    ExposureExceeded,
    LineOver,
    LineSuperseded,
)


def require_drawable(context: Context, line: CreditLine) -> VerifiedIdentity:
    """The owner's identity, if the line may be drawn on now; call it while the line is held.

    Looked at: the line's state and last day, identity, consents, age, lists, and what the person
    is lent over all accounts. The line follows person and firm: papers may have been renewed. A
    hit on a list freezes it, which is kept; once a person has cleared the hit, it opens again here.

    Raises what `STANDING_ERRORS` lists; of a frozen line `NotServed`, which does not say why
    (Anti-Money-Laundering Law of 2024, art. 7: no tipping off).
    """
    if line.state in LINE_ENDS or line.valid_until < context.today():
        raise LineOver
    try:
        identity = borrower(context)
        if screen(context, identity):
            raise NotServed
    except NotServed:
        freeze(context, line)
        context.commit()
        raise
    _require_same(context, line, identity)
    require_exposure(context, identity)
    if line.state is LineState.FROZEN:
        LINE.move(line, LineState.OPEN)
        record_line(context, Action.LINE_UNFROZEN, line)
    return identity


def freeze_lines_of(context: Context, applicant_id: UUID) -> int:
    """Freeze every open line of an account, whose owner a list names; returns how many."""
    open_ones = sa.select(CreditLine).where(
        CreditLine.applicant_id == applicant_id, CreditLine.state == LineState.OPEN
    )
    lines = context.session.scalars(open_ones.with_for_update()).all()
    for line in lines:
        freeze(context, line)
    return len(lines)


def freeze(context: Context, line: CreditLine) -> None:
    """Let nothing be drawn until a person has cleared a hit; once."""
    if line.state is LineState.OPEN:
        LINE.move(line, LineState.FROZEN)
        record_line(context, Action.LINE_FROZEN, line, why=Reason.LIST_HIT)


def _require_same(context: Context, line: CreditLine, identity: VerifiedIdentity) -> None:
    theirs = sa.select(sa.literal(1)).where(
        sa.literal(line.onboarding_id, sa.Uuid()).in_(onboardings_of_person(identity)),
        sa.literal(line.onboarding_id, sa.Uuid()).in_(onboardings_of_firm(identity)),
    )
    if context.session.scalar(theirs) is None:
        raise LineSuperseded
