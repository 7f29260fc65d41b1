"""A draw is confirmed by its owner, as an offer is accepted: a stolen phone takes no money.

A confirmed draw is an agreement between borrower and lender, with a note. Nothing pays it out and
nothing books it yet: it counts as owed in full until there is a ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from audit.actions import Action
from kyc.verification.states import VerificationPurpose
from loans.confirmation import confirm
from loans.lines.draws import DrawUnavailable, LineExceeded
from loans.lines.events import record_draw
from loans.lines.models import Draw
from loans.lines.note import SEAL_NOTE
from loans.lines.own import locked_draw
from loans.lines.room import drawn_fen
from loans.lines.standing import require_drawable
from loans.states import DRAW, DrawState
from storage.context import Context
from storage.queue import enqueue


@dataclass(frozen=True)
class ConfirmDraw:
    """A draw, and the owner's verified voice."""

    draw_id: UUID
    verification_id: UUID | None


def confirm_draw(context: Context, command: ConfirmDraw) -> Draw:
    """Confirm a draw; all that its line was opened on is looked at again.

    Raises `NotFound`, `DrawUnavailable`, `LineExceeded`, `OwnerUnverified`, and what
    `loans.lines.standing.STANDING_ERRORS` lists.
    """
    line, draw = locked_draw(context, command.draw_id)
    if draw.state is not DrawState.OPEN or draw.expires_at <= context.now():
        raise DrawUnavailable
    require_drawable(context, line)
    if drawn_fen(context, line) > line.limit_fen:  # this draw is open, and so counted
        raise LineExceeded
    draw.confirmed_by = confirm(context, command.verification_id, VerificationPurpose.DRAW)
    DRAW.move(draw, DrawState.CONFIRMED)
    draw.confirmed_at, draw.verification_id = context.now(), command.verification_id
    record_draw(context, Action.DRAW_CONFIRMED, line, draw)
    enqueue(context, SEAL_NOTE, draw.id)
    return draw
