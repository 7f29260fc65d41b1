"""Credit lines: look, draw, confirm, close."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.caller import Caller, origin, words
from app.api.endpoint import event_stream, reads, serves, writes
from app.api.headers import LAST_EVENT_ID
from app.api.loans import PDF
from app.listening.places import TooManyListeners
from app.listening.streams import LineEvents
from app.presenters.line import (
    present_draw,
    present_draw_schedule,
    present_draws,
    present_line,
    present_lines,
)
from app.schemas.lines import (
    DrawConfirmationRequest,
    DrawRequest,
    DrawResponse,
    DrawsResponse,
    LineResponse,
    LinesResponse,
)
from app.schemas.loans import ScheduleResponse
from audit.actions import Action
from core.errors import NotFound
from kyc.verification.verify import OwnerUnverified, VerifiedByPerson
from loans.contracts import ContractNotReady
from loans.lines.confirmation import ConfirmDraw, confirm_draw
from loans.lines.draws import (
    DRAW_ERRORS,
    AskForDraw,
    DrawUnavailable,
    LineExceeded,
    PaidTo,
    ask_for_draw,
    withdraw_draw,
)
from loans.lines.ending import LineOwed, close_line
from loans.lines.note import read_note
from loans.lines.own import own_draw, own_draws, own_line, own_lines
from loans.lines.standing import STANDING_ERRORS, LineOver
from storage.context import Context


class Lines(Resource):
    """The owner's credit lines."""

    @reads("list_lines", Permission.LOAN_READ, answer=LinesResponse, noted=Action.OWN_DATA_READ)
    def get(self, context: Context) -> LinesResponse:
        """List one's own credit lines.

        An accepted offer of the product `credit_line` opens one: apply with `product`.
        """
        return present_lines(own_lines(context))


class OneLine(Resource):
    """One credit line."""

    @reads(
        "read_line",
        Permission.LOAN_READ,
        answer=LineResponse,
        errors=(NotFound,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context, line_id: UUID) -> LineResponse:
        """Read a credit line, and what is left of it."""
        return present_line(own_line(context, line_id))


class LineStream(Resource):
    """One credit line as it changes."""

    @serves(
        "stream_line",
        Permission.LOAN_READ,
        answer=Response,
        content="text/event-stream",
        errors=(NotFound, TooManyListeners),
        headers=(LAST_EVENT_ID,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, caller: Caller, line_id: UUID) -> Response:
        """Stream a credit line as it changes.

        Server-sent events named `line`; each carries the whole answer of `GET /lines/{line_id}` as
        its data: when it is drawn on, frozen, or ends. The stream ends after 25 seconds or with
        the line: connect again with `Last-Event-ID`.
        """
        seen = request.headers.get("Last-Event-ID", "")
        events = LineEvents(caller.services, caller.actor, origin(), words(), line_id, seen)
        return event_stream(events)


class Closure(Resource):
    """The closure of a credit line."""

    @writes(
        "close_line",
        Permission.LOAN_MANAGE,
        answer=LineResponse,
        status=201,
        errors=(NotFound, LineOver, LineOwed),
    )
    def post(self, context: Context, line_id: UUID) -> LineResponse:
        """Close a credit line on which nothing is owed.

        Draws that wait for their confirmation end with it.
        """
        return present_line(close_line(context, line_id))


class Draws(Resource):
    """The draws on a credit line."""

    @reads(
        "list_draws",
        Permission.LOAN_READ,
        answer=DrawsResponse,
        errors=(NotFound,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context, line_id: UUID) -> DrawsResponse:
        """List the draws on a credit line."""
        return present_draws(own_draws(context, line_id))

    @writes(
        "ask_for_draw",
        Permission.LOAN_MANAGE,
        body=DrawRequest,
        answer=DrawResponse,
        status=201,
        errors=(NotFound, *DRAW_ERRORS),
    )
    def post(self, context: Context, body: DrawRequest, line_id: UUID) -> DrawResponse:
        """Ask for a draw on a credit line.

        It is priced at the line's rate and reserves its amount. Read its schedule, then confirm it
        before `expires_at`.
        """
        command = AskForDraw(
            line_id=line_id,
            amount_fen=body.amount_fen,
            tenor_months=body.tenor_months,
            purpose=body.purpose,
            repayment=body.repayment,
            payees=tuple(PaidTo(one.name, one.account, one.amount_fen) for one in body.payees),
        )
        return present_draw(ask_for_draw(context, command))


class OneDraw(Resource):
    """One draw."""

    @reads(
        "read_draw",
        Permission.LOAN_READ,
        answer=DrawResponse,
        errors=(NotFound,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context, draw_id: UUID) -> DrawResponse:
        """Read a draw."""
        return present_draw(own_draw(context, draw_id))


class DrawSchedule(Resource):
    """The instalments of a draw."""

    @reads(
        "read_draw_schedule",
        Permission.LOAN_READ,
        answer=ScheduleResponse,
        errors=(NotFound,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context, draw_id: UUID) -> ScheduleResponse:
        """Read the instalments of a draw.

        As if it were paid out on the day that it was asked for.
        """
        return present_draw_schedule(own_draw(context, draw_id))


class DrawConfirmation(Resource):
    """The confirmation of a draw."""

    @writes(
        "confirm_draw",
        Permission.LOAN_MANAGE,
        body=DrawConfirmationRequest,
        answer=DrawResponse,
        status=201,
        errors=(
            *(*STANDING_ERRORS, NotFound, DrawUnavailable, LineExceeded),
            *(VerifiedByPerson, OwnerUnverified),
        ),
    )
    def post(self, context: Context, body: DrawConfirmationRequest, draw_id: UUID) -> DrawResponse:
        """Confirm a draw.

        Verify the owner's voice first: `POST /me/verifications` for the purpose `draw`. The draw is
        agreed then, and its note is ready a moment later; money is moved by the bank.
        """
        return present_draw(confirm_draw(context, ConfirmDraw(draw_id, body.verification_id)))


class DrawWithdrawal(Resource):
    """The withdrawal of a draw."""

    @writes(
        "withdraw_draw",
        Permission.LOAN_MANAGE,
        answer=DrawResponse,
        status=201,
        errors=(NotFound, DrawUnavailable),
    )
    def post(self, context: Context, draw_id: UUID) -> DrawResponse:
        """Withdraw a draw that is not confirmed.

        What it reserved of the line is free again.
        """
        return present_draw(withdraw_draw(context, draw_id))


class DrawDocument(Resource):
    """The note of a draw."""

    @writes(
        "read_draw_note",
        Permission.LOAN_READ,
        answer=Response,
        content=PDF,
        errors=(NotFound, ContractNotReady),
    )
    def get(self, context: Context, draw_id: UUID) -> Response:
        """Read the note of a confirmed draw, with its repayment plan and cost sheet, as PDF.

        The audit log has its SHA-256.
        """
        return Response(read_note(context, draw_id), mimetype=PDF)


def lines_namespace() -> Namespace:
    """Routes of credit lines and draws."""
    namespace = Namespace(
        "Credit lines", path="/", description="A line is agreed once and drawn on many times."
    )
    line, draw = "/lines/<uuid:line_id>", "/draws/<uuid:draw_id>"
    namespace.add_resource(Lines, "/lines")
    namespace.add_resource(OneLine, line)
    namespace.add_resource(LineStream, f"{line}/events")
    namespace.add_resource(Closure, f"{line}/closure")
    namespace.add_resource(Draws, f"{line}/draws")
    namespace.add_resource(OneDraw, draw)
    namespace.add_resource(DrawSchedule, f"{draw}/schedule")
    namespace.add_resource(DrawConfirmation, f"{draw}/confirmation")
    namespace.add_resource(DrawWithdrawal, f"{draw}/withdrawal")
    namespace.add_resource(DrawDocument, f"{draw}/note")
    return namespace
