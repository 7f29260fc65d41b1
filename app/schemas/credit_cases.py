"""Applications as reviewers see them: what the scorer said too, which no applicant sees."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example, Text
from app.schemas.loans import APPLICATION_ID
from core.reasons import Reason
from loans.credit.review import CreditJudgement
from loans.states import ApplicationState


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
        "question": "ownership",
        "answer": "others_share",
        "pd_12m": 0.031,
        "scorer": "thin",
        "scorer_reasons": ["young_business"],
        "tries": [ScorerTryResponse.example],
        "court_cases": [],
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
    question: str | None = Field(description="what its owner was asked")
    answer: str | None = Field(description="what its owner answered")
    pd_12m: float | None = Field(description="the scorer's probability of default")
    scorer: str | None = Field(description="the model that assessed")
    scorer_reasons: list[str] = Field(description="what cost points")
    tries: list[ScorerTryResponse] = Field(description="every try to have it assessed")
    court_cases: list[dict[str, Any]] = Field(
        description="cases of the courts' list that may be the owner's or the firm's, and by what"
    )
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
