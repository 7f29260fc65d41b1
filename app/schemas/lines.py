"""Credit lines and draws on them. Money in fen, rates in basis points a year."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example, Text
from app.schemas.loans import APPLICATION_ID, Money
from app.schemas.verifications import VERIFICATION_ID
from loans.states import DrawState, LineState
from loans.terms.product import ProductCode
from loans.terms.schedule import Repayment

LINE_ID = "01990f4b-70af-7a41-8c55-9e1d3f7b2a99"
DRAW_ID = "01990f4b-70b0-7d52-a166-0f2e4a8c3baa"


class LineResponse(ApiResponse):
    """A credit line: what may be drawn, up to when, at which rate."""

    example: ClassVar[Example] = {
        "id": LINE_ID,
        "application_id": APPLICATION_ID,
        "state": "open",
        "product": "credit_line",
        "limit_fen": 10_000_000,
        "drawn_fen": 2_000_000,
        "left_fen": 8_000_000,
        "annual_rate_bp": 960,
        "guarantee_bp": 0,
        "min_draw_fen": 100_000,
        "purposes": ["stock_of_goods", "payroll", "rent"],
        "tenors_months": [3, 6, 12],
        "ways": ["equal_instalments", "bullet"],
        "opened_at": "2026-11-28T04:20:00Z",
        "valid_until": "2027-11-27",
        "ended_at": None,
    }

    id: UUID = Field(description="draw on it with this id")
    application_id: UUID = Field(description="its contract is below this application")
    state: LineState = Field(description="of a `frozen` one nothing is drawn for now")
    product: ProductCode = Field(description="the product")
    limit_fen: int = Field(description="what was agreed, fen")
    drawn_fen: int = Field(description="confirmed draws, and those that wait to be, fen")
    left_fen: int = Field(description="what may yet be drawn, fen")
    annual_rate_bp: int = Field(description="of every draw, hundredths of a percent a year")
    guarantee_bp: int = Field(description="the guarantor's fee a year, of what is owed")
    min_draw_fen: int = Field(description="the least draw, fen")
    purposes: list[str] = Field(description="codes of `GET /purposes` that a draw may be for")
    tenors_months: list[int] = Field(description="for how many months a draw may run")
    ways: list[Repayment] = Field(description="ways to repay a draw, the usual one first")
    opened_at: datetime = Field(description="when its offer was accepted")
    valid_until: date = Field(description="the last day, in China, on which it can be drawn on")
    ended_at: datetime | None = Field(description="when it expired or was closed")


class LinesResponse(ApiResponse):
    """The owner's credit lines."""

    example: ClassVar[Example] = {"lines": [LineResponse.example]}

    lines: list[LineResponse] = Field(description="the newest first")


class DrawPayeeRequest(ApiRequest):
    """Who is to be paid which part of a draw."""

    example: ClassVar[Example] = {
        "name": "样例市鲜蔬批发部",
        "account": "6222020000000000123",
        "amount_fen": 2_000_000,
    }

    name: Text = Field(min_length=1, max_length=120, description="of the person or the firm")
    account: str = Field(pattern=r"^[0-9]{6,32}$", description="digits of the bank account")
    amount_fen: Money = Field(gt=0, description="integer fen; all parts are the whole draw")


class DrawRequest(ApiRequest):
    """How much of a line, for how long, for what, and who is to be paid."""

    example: ClassVar[Example] = {
        "amount_fen": 2_000_000,
        "tenor_months": 6,
        "repayment": "equal_instalments",
        "purpose": "stock_of_goods",
        "payees": [DrawPayeeRequest.example],
    }

    amount_fen: Money = Field(gt=0, description="integer fen, up to `left_fen` of the line")
    tenor_months: int = Field(gt=0, le=600, description="one of the line's `tenors_months`")
    repayment: Repayment | None = Field(
        default=None, description="one of the line's ways; left out: the usual one"
    )
    purpose: str = Field(max_length=64, description="one of the line's purposes")
    payees: list[DrawPayeeRequest] = Field(
        default_factory=list,
        max_length=100,
        description="paid directly (受托支付); none: to the owner's own account (自主支付)",
    )


class DrawResponse(ApiResponse):
    """A draw with its price. A confirmed one is agreed; it is not paid out by this service yet."""

    example: ClassVar[Example] = {
        "id": DRAW_ID,
        "line_id": LINE_ID,
        "state": "open",
        "purpose": "stock_of_goods",
        "principal_fen": 2_000_000,
        "tenor_months": 6,
        "repayment": "equal_instalments",
        "annual_rate_bp": 960,
        "instalment_fen": 342_708,
        "interest_fen": 56_248,
        "fee_fen": 0,
        "irr_bp": 1004,
        "simple_rate_bp": 960,
        "paid_out_on": "2026-11-28",
        "asked_at": "2026-11-28T04:30:00Z",
        "expires_at": "2026-11-28T05:00:00Z",
        "confirmed_at": None,
    }

    id: UUID = Field(description="confirm it with this id")
    line_id: UUID = Field(description="the line that it is drawn on")
    state: DrawState = Field(description="where it stands")
    purpose: str = Field(description="a code of `GET /purposes`")
    principal_fen: int = Field(description="the amount drawn, fen")
    tenor_months: int = Field(description="months")
    repayment: Repayment = Field(description="how it is repaid")
    annual_rate_bp: int = Field(description="the line's rate, hundredths of a percent a year")
    instalment_fen: int = Field(description="the first instalment, fen")
    interest_fen: int = Field(description="all interest, fen")
    fee_fen: int = Field(description="the guarantor's fee, fen")
    irr_bp: int = Field(description="all-in cost a year by compound interest (IRR), fees within")
    simple_rate_bp: int = Field(
        description="年化利率（单利）: all-in cost a year by simple interest, fees within"
    )
    paid_out_on: date = Field(description="the day that its schedule counts from")
    asked_at: datetime = Field(description="when it was asked for")
    expires_at: datetime = Field(description="it can be confirmed until then")
    confirmed_at: datetime | None = Field(description="when it was confirmed")


class DrawsResponse(ApiResponse):
    """The draws on a line."""

    example: ClassVar[Example] = {"draws": [DrawResponse.example]}

    draws: list[DrawResponse] = Field(description="the newest first")


class DrawConfirmationRequest(ApiRequest):
    """The owner's verified voice."""

    example: ClassVar[Example] = {"verification_id": VERIFICATION_ID}

    verification_id: UUID | None = Field(
        default=None, description="a verification for the purpose `draw`, verified and unused"
    )
