"""Loans: declaration, application, offer. Money in fen, rates in basis points a year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example, Text
from app.schemas.voice_verifications import VERIFICATION_ID
from core.reasons import Reason
from loans.credit.review import CreditJudgement
from loans.declaration.codes import Role
from loans.declaration.promise import promise
from loans.states import ApplicationState, OfferState
from loans.terms.options import Change, Gain
from loans.terms.product import ProductChannel, ProductCode
from loans.terms.schedule import Repayment

DECLARATION_ID = "01990f4a-11c7-7e35-8d20-6e0b9a3c5b55"
APPLICATION_ID = "01990f4b-70ad-7f18-a6b2-0d4c8e1f7c66"
OFFER_ID = "01990f4b-70ae-7bc3-93e7-5f2a9d0b8d77"
PROMISE = promise("2026-11-28", "zh")


class PayeeRequest(ApiRequest):
    """Whom the money is to be paid to."""

    example: ClassVar[Example] = {"name": "样例市鲜蔬批发部", "account": "6222020000000000123"}

    name: Text = Field(min_length=1, max_length=120, description="of the person or the firm")
    account: str | None = Field(
        default=None, pattern=r"^[0-9]{6,32}$", description="digits of the bank account, if known"
    )


class PromiseRequest(ApiRequest):
    """The text that the owner was shown and agreed to."""

    example: ClassVar[Example] = {"version": PROMISE.version, "sha256": PROMISE.sha256}

    version: str = Field(max_length=32, description="`version` of a promise in `GET /purposes`")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="its `sha256`, as it was shown")


MAX_FEN = 10**12  # above any amount that is lent, below what a column holds

Money = Annotated[int, Field(ge=0, le=MAX_FEN)]


class DeclarationRequest(ApiRequest):
    """What the owner does, what the money is for, and the promise of it."""

    example: ClassVar[Example] = {
        "occupation": "10600",
        "role": "owner",
        "industry": "62",
        "purpose": "stock_of_goods",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "payees": [PayeeRequest.example],
        "promise": PromiseRequest.example,
    }

    occupation: str = Field(max_length=5, description="a code of `occupations` in `GET /meta`")
    role: Role = Field(description="what the owner is in the business")
    industry: str = Field(max_length=2, description="a division of `industries` in `GET /meta`")
    purpose: str = Field(max_length=64, description="a code of `GET /purposes`")
    purpose_text: Text = Field(
        default="", max_length=200, description="the purpose in words; needed for `other`"
    )
    amount_fen: int = Field(gt=0, description="integer fen, of a product for the purpose")
    tenor_months: int = Field(gt=0, description="of a product for the purpose: `GET /products`")
    payees: list[PayeeRequest] = Field(
        default_factory=list, max_length=100, description="whom it is to be paid to, if known"
    )
    promise: PromiseRequest = Field(description="the promise on the use of the loan")


class DeclarationResponse(ApiResponse):
    """A declaration that is kept."""

    example: ClassVar[Example] = {
        "id": DECLARATION_ID,
        "occupation": "10600",
        "role": "owner",
        "industry": "62",
        "purpose": "stock_of_goods",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "made_at": "2026-11-28T04:10:00Z",
    }

    id: UUID = Field(description="apply with it")
    occupation: str = Field(description="as declared")
    role: Role = Field(description="as declared")
    industry: str = Field(description="as declared")
    purpose: str = Field(description="as declared")
    amount_fen: int = Field(description="as declared, fen")
    tenor_months: int = Field(description="as declared, months")
    made_at: datetime = Field(description="when it was declared and promised")


class WayResponse(ApiResponse):
    """A way to repay."""

    example: ClassVar[Example] = {"code": "equal_instalments", "name": "等额本息"}

    code: Repayment = Field(description="what requests carry")
    name: str = Field(description="in the language of the answer")


class ProductResponse(ApiResponse):
    """What is lent under one name."""

    example: ClassVar[Example] = {
        "code": "working_capital",
        "name": "流动资金贷款",
        "purposes": ["stock_of_goods", "rent", "other"],
        "min_fen": 1_000_000,
        "max_fen": 30_000_000,
        "tenors_months": [3, 6, 12, 24],
        "ways": [WayResponse.example],
        "guarantee_bp": 0,
        "channel": "online",
        "on_request": False,
    }

    code: ProductCode = Field(description="what requests carry")
    name: str = Field(description="in the language of the answer")
    purposes: list[str] = Field(description="codes of `GET /purposes`")
    min_fen: int = Field(description="the least amount, fen")
    max_fen: int = Field(description="the greatest amount, fen")
    tenors_months: list[int] = Field(description="tenors, months")
    ways: list[WayResponse] = Field(description="ways to repay, the usual one first")
    guarantee_bp: int = Field(
        description="the guarantor's fee, hundredths of a percent of what is owed, a year"
    )
    channel: ProductChannel = Field(
        description="`offline_check`: a person of the lender looks before money is paid"
    )
    on_request: bool = Field(description="only for who asks for this product")


class ProductsResponse(ApiResponse):
    """What is lent."""

    example: ClassVar[Example] = {"products": [ProductResponse.example]}

    products: list[ProductResponse] = Field(description="by the policy in force")


class LoanPurposeResponse(ApiResponse):
    """A purpose that a loan may have."""

    example: ClassVar[Example] = {
        "code": "other",
        "name": "其他",
        "needs_text": True,
        "products": ["working_capital"],
    }

    code: str = Field(description="what a declaration carries")
    name: str = Field(description="in the language of the answer")
    needs_text: bool = Field(description="whether `purpose_text` has to tell it")
    products: list[ProductCode] = Field(description="lent for it, the usual one first")


class PromiseResponse(ApiResponse):
    """The promise on the use of a loan, in the language of the answer."""

    example: ClassVar[Example] = {
        "version": PROMISE.version,
        "sha256": PROMISE.sha256,
        "text": PROMISE.text,
    }

    version: str = Field(description="send it with the declaration")
    sha256: str = Field(description="of the text's UTF-8 bytes, hex; send it with the declaration")
    text: str = Field(description="Markdown: show it before the owner declares")


class PurposesResponse(ApiResponse):
    """What a loan may be for."""

    example: ClassVar[Example] = {
        "purposes": [LoanPurposeResponse.example],
        "promise": PromiseResponse.example,
    }

    purposes: list[LoanPurposeResponse] = Field(description="by the policy in force")
    promise: PromiseResponse = Field(description="what a declaration promises")


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
        "bound_by": "asked",
        "offers": [OfferResponse.example],
        "improvements": [ImprovementResponse.example],
        "person_may_be_asked": False,
        "made_at": "2026-11-28T04:10:00Z",
        "decided_at": "2026-11-28T04:10:01Z",
    }

    id: UUID = Field(description="its id")
    state: ApplicationState = Field(description="where it stands")
    product: str = Field(description="the product that fits the declared purpose")
    amount_fen: int = Field(description="the amount applied for, fen")
    tenor_months: int = Field(description="the tenor applied for, months")
    repayment: Repayment = Field(description="the way of repaying applied for")
    reasons: list[Reason] = Field(description="codes: why it was declined, or waits for a person")
    advice: list[str] = Field(description="what to do next, in words")
    bound_by: str | None = Field(description="why no more is offered")
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
    """The owner's verified voice."""

    example: ClassVar[Example] = {"verification_id": VERIFICATION_ID}

    verification_id: UUID | None = Field(
        default=None, description="a verification for the purpose `offer`, verified and unused"
    )


class CreditCaseSummaryResponse(ApiResponse):
    """An application in the queue of reviewers."""

    example: ClassVar[Example] = {
        "id": APPLICATION_ID,
        "reasons": [Reason.DECLARATION_CONTRADICTED],
        "waited_s": 412,
        "taken": False,
        "asked_by_owner": False,
    }

    id: UUID = Field(description="the application's id")
    reasons: list[str] = Field(description="codes: why it waits for a person, or was declined")
    waited_s: int = Field(description="seconds since it was received")
    taken: bool = Field(description="whether a reviewer holds it")
    asked_by_owner: bool = Field(description="whether the rules declined it and its owner objects")


class CreditCasesResponse(ApiResponse):
    """Applications that wait for a person, the longest waiting first."""

    example: ClassVar[Example] = {"cases": [CreditCaseSummaryResponse.example]}

    cases: list[CreditCaseSummaryResponse] = Field(description="all that wait")


class ScorerTryResponse(ApiResponse):
    """One try to have an application assessed."""

    example: ClassVar[Example] = {
        "outcome": "late",
        "status": None,
        "ms": 802,
        "at": "2026-11-28T04:10:00Z",
    }

    outcome: str = Field(description="what came of it")
    status: int | None = Field(description="of the answer, if there was one")
    ms: int = Field(description="how long it took")
    at: datetime = Field(description="when it was kept")


class CreditCaseResponse(ApiResponse):
    """All that a reviewer sees of an application."""

    example: ClassVar[Example] = {
        "id": APPLICATION_ID,
        "reasons": [Reason.DECLARATION_CONTRADICTED],
        "claimed_until": "2026-11-28T04:40:00Z",
        "product": "working_capital",
        "purpose": "stock_of_goods",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "features": {"months_in_business": {"value": 26, "source": "licence"}},
        "stated": {},
        "pd_12m": 0.031,
        "scorer": "thin",
        "scorer_reasons": ["young_business"],
        "tries": [ScorerTryResponse.example],
        "outcomes": [],
        "judgements": [],
    }

    id: UUID = Field(description="the application's id")
    reasons: list[str] = Field(description="codes: why it waits for a person, or was declined")
    claimed_until: datetime | None = Field(description="others may take it over after")
    product: str = Field(description="the product")
    purpose: str = Field(description="as declared")
    amount_fen: int = Field(description="applied for, fen")
    tenor_months: int = Field(description="applied for")
    features: dict[str, Any] = Field(description="what the scorer is told")
    stated: dict[str, Any] = Field(description="a month's trade as its owner tells it")
    pd_12m: float | None = Field(description="the scorer's probability of default")
    scorer: str | None = Field(description="the model that assessed")
    scorer_reasons: list[str] = Field(description="what cost points")
    tries: list[ScorerTryResponse] = Field(description="every try to have it assessed")
    outcomes: list[dict[str, Any]] = Field(description="what the rules decided before")
    judgements: list[str] = Field(description="what other reviewers said")


class CreditVerdictRequest(ApiRequest):
    """What the reviewer says, and why."""

    example: ClassVar[Example] = {
        "judgement": "go_on",
        "note": "The licence names a shop, and the owner showed the kitchen: both are true.",
    }

    judgement: CreditJudgement = Field(description="`go_on`: the rules decide; or `decline`")
    note: Text = Field(min_length=10, max_length=2000, description="why, for later readers")


class CreditVerdictResponse(ApiResponse):
    """Where the application stands after a verdict."""

    example: ClassVar[Example] = {"state": "offered", "settled": True}

    state: ApplicationState = Field(description="`review` while another reviewer is needed")
    settled: bool = Field(description="whether it left the queue")
