"""Loans: declaration, application, offer. Money in fen, rates in basis points a year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example
from app.schemas.declarations import DECLARATION_ID
from app.schemas.verifications import VERIFICATION_ID
from core.reasons import Reason
from loans.declaration.questions import Question
from loans.states import ApplicationState, OfferState
from loans.terms.options import Change, Gain
from loans.terms.product import ProductCode
from loans.terms.schedule import Repayment

APPLICATION_ID = "01990f4b-70ad-7f18-a6b2-0d4c8e1f7c66"
OFFER_ID = "01990f4b-70ae-7bc3-93e7-5f2a9d0b8d77"


MAX_FEN = 10**12  # above any amount that is lent, below what a column holds

Money = Annotated[int, Field(ge=0, le=MAX_FEN)]


class StatedTradeRequest(ApiRequest):
    """A month of the business as its owner tells it; it lessens what is lent or leaves it."""

    example: ClassVar[Example] = {
        "takings_fen": 6_000_000,
        "costs_fen": 4_200_000,
        "instalments_fen": 0,
    }

    takings_fen: Money = Field(description="what customers pay in a month")
    costs_fen: Money = Field(description="what goods, wages, rent and taxes cost in a month")
    instalments_fen: Money = Field(description="what is repaid of other loans in a month")
    own_funds_fen: Money = Field(default=0, description="own money for the business")
    other_loans_fen: Money = Field(default=0, description="other loans for the same need")


class ApplicationRequest(ApiRequest):
    """How much for how long, for what was declared."""

    example: ClassVar[Example] = {
        "declaration_id": DECLARATION_ID,
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "repayment": "equal_instalments",
        "stated": StatedTradeRequest.example,
    }

    declaration_id: UUID = Field(description="the declaration that the loan is for")
    amount_fen: Money = Field(gt=0, description="within the product's bounds, `GET /products`")
    tenor_months: int = Field(gt=0, le=600, description="one of the product's tenors")
    repayment: Repayment | None = Field(
        default=None, description="one of the product's ways; left out: the one it proposes"
    )
    product: ProductCode | None = Field(
        default=None,
        description="one that is for the declared purpose; needed for those that are `on_request`."
        " Of a `credit_line`, `amount_fen` is its limit and `tenor_months` the longest of a draw",
    )
    stated: StatedTradeRequest | None = Field(default=None, description="a month's trade")


class RatePartsResponse(ApiResponse):
    """What the annual rate is made of, hundredths of a percent each."""

    example: ClassVar[Example] = {
        "funds_bp": 300,
        "operations_bp": 260,
        "expected_loss_bp": 180,
        "capital_bp": 100,
        "margin_bp": 120,
    }

    funds_bp: int = Field(description="what money costs the bank")
    operations_bp: int = Field(description="what running the loan costs")
    expected_loss_bp: int = Field(description="what such loans lose")
    capital_bp: int = Field(description="what the bank's capital costs")
    margin_bp: int = Field(description="the bank's margin")


class TermsResponse(ApiResponse):
    """A loan with its price and its cost."""

    example: ClassVar[Example] = {
        "principal_fen": 5_000_000,
        "tenor_months": 12,
        "repayment": "equal_instalments",
        "annual_rate_bp": 960,
        "rate_parts": RatePartsResponse.example,
        "instalment_fen": 438_593,
        "interest_fen": 263_116,
        "fee_fen": 0,
        "irr_bp": 1004,
        "simple_rate_bp": 960,
    }

    principal_fen: int = Field(description="the amount lent, fen")
    tenor_months: int = Field(description="months")
    repayment: Repayment = Field(description="how it is repaid")
    annual_rate_bp: int = Field(description="annual rate, hundredths of a percent")
    rate_parts: RatePartsResponse | None = Field(description="what the rate is made of")
    instalment_fen: int = Field(description="the first instalment, fen")
    interest_fen: int | None = Field(description="all interest, fen")
    fee_fen: int | None = Field(description="the guarantor's fee, fen")
    irr_bp: int | None = Field(
        description="all-in cost a year by compound interest (IRR), fees within"
    )
    simple_rate_bp: int | None = Field(
        description="年化利率（单利）: all-in cost a year by simple interest, fees within"
    )


class OfferResponse(TermsResponse):
    """Terms that stand until `expires_at`."""

    example: ClassVar[Example] = {
        "id": OFFER_ID,
        "state": "open",
        **TermsResponse.example,
        "expires_at": "2026-12-05T04:10:00Z",
        "accepted_at": None,
    }

    id: UUID = Field(description="accept it with this id")
    state: OfferState = Field(description="where it stands")
    expires_at: datetime = Field(description="it can be accepted until then")
    accepted_at: datetime | None = Field(description="when it was accepted")


class ImprovementResponse(ApiResponse):
    """Another loan that is better in something: apply for it, and it is offered at this price."""

    example: ClassVar[Example] = {
        "change": "shorter_tenor",
        "gains": ["total_cost"],
        "terms": TermsResponse.example,
    }

    change: Change = Field(description="how it differs from the first offer")
    gains: list[Gain] = Field(description="in what it is better")
    terms: TermsResponse = Field(description="the loan")


class AnswerResponse(ApiResponse):
    """One of the answers of a question."""

    example: ClassVar[Example] = {"code": "does_both", "text": "两种都做"}

    code: str = Field(description="send it with `POST /applications/{application_id}/answer`")
    text: str = Field(description="in words")


class QuestionResponse(ApiResponse):
    """What would settle the declaration."""

    example: ClassVar[Example] = {
        "code": "main_business",
        "text": "营业执照上的名称像是另一个行业。您实际主要做什么？",
        "answers": [AnswerResponse.example],
        "expires_at": "2026-12-05T04:10:00Z",
    }

    code: Question = Field(description="which question it is")
    text: str = Field(description="in words")
    answers: list[AnswerResponse] = Field(description="choose one of these")
    expires_at: datetime = Field(description="the application ends without an answer until then")


class AnswerRequest(ApiRequest):
    """The answer to the question of an application."""

    example: ClassVar[Example] = {"answer": "does_both"}

    answer: str = Field(min_length=1, max_length=40, description="the code of one of its answers")


class ApplicationResponse(ApiResponse):
    """An application, and its offers once it is decided."""

    example: ClassVar[Example] = {
        "id": APPLICATION_ID,
        "state": "offered",
        "product": "working_capital",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "repayment": "equal_instalments",
        "reasons": [],
        "advice": [],
        "would_help": [],
        "question": None,
        "bound_by": "asked",
        "limit_advice": [],
        "offers": [OfferResponse.example],
        "improvements": [ImprovementResponse.example],
        "person_may_be_asked": False,
        "made_at": "2026-11-28T04:10:00Z",
        "decided_at": "2026-11-28T04:10:01Z",
    }

    id: UUID = Field(description="its id")
    state: ApplicationState = Field(description="where it stands")
    product: str = Field(description="the product that was asked for, or else fits the purpose")
    amount_fen: int = Field(description="the amount applied for, fen")
    tenor_months: int = Field(description="the tenor applied for, months")
    repayment: Repayment = Field(description="the way of repaying applied for")
    reasons: list[Reason] = Field(description="codes: why it was declined, or waits for a person")
    advice: list[str] = Field(description="what to do next, in words")
    would_help: list[str] = Field(description="what would help, in words, where it was declined")
    question: QuestionResponse | None = Field(description="what its owner is asked in `asking`")
    bound_by: str | None = Field(description="why no more is offered")
    limit_advice: list[str] = Field(
        description="what verified takings added, why no more, in words"
    )
    offers: list[OfferResponse] = Field(description="up to three, the nearest to the wish first")
    improvements: list[ImprovementResponse] = Field(description="what would be better, and in what")
    person_may_be_asked: bool = Field(description="whether `human-review` is open (PIPL art. 24)")
    made_at: datetime = Field(description="when it was received")
    decided_at: datetime | None = Field(description="when it was decided")


class InstalmentResponse(ApiResponse):
    """What is to be paid at a due date."""

    example: ClassVar[Example] = {
        "number": 1,
        "due": "2026-12-28",
        "principal_fen": 398_593,
        "interest_fen": 40_000,
        "fee_fen": 0,
        "total_fen": 438_593,
    }

    number: int = Field(description="from 1")
    due: date = Field(description="a working day of mainland China")
    principal_fen: int = Field(description="fen")
    interest_fen: int = Field(description="fen")
    fee_fen: int = Field(description="the guarantor's, fen")
    total_fen: int = Field(description="principal, interest and fee")


class ScheduleResponse(ApiResponse):
    """The instalments of an offer, as if it were paid out on the day it was made."""

    example: ClassVar[Example] = {
        "paid_out_on": "2026-11-28",
        "instalments": [InstalmentResponse.example],
    }

    paid_out_on: date = Field(description="the day that it counts from")
    instalments: list[InstalmentResponse] = Field(description="in order")


class AcceptanceRequest(ApiRequest):
    """The owner's verified voice or face."""

    example: ClassVar[Example] = {"verification_id": VERIFICATION_ID}

    verification_id: UUID | None = Field(
        default=None, description="a verification for the purpose `offer`, verified and unused"
    )
