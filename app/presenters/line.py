"""Credit lines and draws as their owner sees them."""

from __future__ import annotations

from collections.abc import Sequence

from app.schemas.lines import DrawResponse, DrawsResponse, LineResponse, LinesResponse
from app.schemas.loans import InstalmentResponse, ScheduleResponse
from loans.lines.models import Draw
from loans.lines.own import LineView, draw_schedule
from loans.terms.product import ProductCode


def present_line(view: LineView) -> LineResponse:
    """A line with what is left of it; why it is frozen stays inside."""
    line = view.line
    return LineResponse(
        id=line.id,
        application_id=line.application_id,
        state=line.state,
        product=ProductCode(line.product),
        limit_fen=line.limit_fen,
        drawn_fen=view.drawn_fen,
        left_fen=view.left_fen,
        annual_rate_bp=line.annual_rate_bp,
        guarantee_bp=line.guarantee_bp,
        min_draw_fen=view.min_draw_fen,
        purposes=list(view.purposes),
        tenors_months=list(view.tenors),
        ways=list(view.ways),
        opened_at=line.opened_at,
        valid_until=line.valid_until,
        ended_at=line.ended_at,
    )


def present_lines(views: Sequence[LineView]) -> LinesResponse:
    """The lines of an owner."""
    return LinesResponse(lines=[present_line(view) for view in views])


def present_draw(draw: Draw) -> DrawResponse:
    """A draw; its payees stay sealed."""
    return DrawResponse.model_validate(draw)


def present_draws(draws: Sequence[Draw]) -> DrawsResponse:
    """The draws on a line."""
    return DrawsResponse(draws=[present_draw(draw) for draw in draws])


def present_draw_schedule(draw: Draw) -> ScheduleResponse:
    """The instalments of a draw."""
    instalments = [InstalmentResponse.model_validate(one) for one in draw_schedule(draw)]
    return ScheduleResponse(paid_out_on=draw.paid_out_on, instalments=instalments)
