"""What is known of a business, as its owner sees it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example, Text
from loans.known.models import ObjectionState

OBJECTION_ID = "01990f4b-70c2-7c33-9e73-3b4c5d6e7f83"


class FeatureResponse(ApiResponse):
    """One thing that is known, and from where."""

    example: ClassVar[Example] = {
        "feature": "turnover_monthly",
        "name": "月均经营收入",
        "value": 6_140_000,
        "unit": "fen",
        "source": "wallet",
        "source_name": "微信、支付宝账单",
        "as_of": "2026-10-31",
        "coverage": 0.92,
        "is_contested": False,
    }

    feature: str = Field(description="contest it by this name")
    name: str = Field(description="what it means")
    value: int | float | str = Field(description="its value")
    unit: str = Field(description="its unit")
    source: str = Field(description="where it is known from")
    source_name: str = Field(description="the same, in words")
    as_of: date = Field(description="the day on which it was true")
    coverage: float = Field(description="how much of its period is known, 0..1")
    is_contested: bool = Field(description="while it is contested it is not used")


class SourcePointsResponse(ApiResponse):
    """What a source adds to how much is known."""

    example: ClassVar[Example] = {
        "source": "wallet",
        "name": "微信、支付宝账单",
        "points": 18,
        "max_points": 20,
    }

    source: str = Field(description="which source")
    name: str = Field(description="its name")
    points: int = Field(description="what it adds now, points")
    max_points: int = Field(description="what it could add at most, points")


class ThicknessResponse(ApiResponse):
    """How much is known of the business, 0 to 100."""

    example: ClassVar[Example] = {
        "points": 42,
        "by_source": [SourcePointsResponse.example],
        "next_source": "bank",
        "next_points": 25,
        "advice": "上传经营所用银行账户近12个月的流水。",
    }

    points: int = Field(description="0 to 100")
    by_source: list[SourcePointsResponse] = Field(description="what makes it")
    next_source: str | None = Field(description="what would add most")
    next_points: int = Field(description="how much it would add at most, points")
    advice: str = Field(description="what to add next, in words")


class MonthResponse(ApiResponse):
    """Business income of a month, each sale once."""

    example: ClassVar[Example] = {"month": "2026-10-01", "fen": 6_140_000, "sales": 402}

    month: date = Field(description="its first day")
    fen: int = Field(description="fen")
    sales: int = Field(description="how many sales")


class ProfileResponse(ApiResponse):
    """Everything that is known of the business by consent."""

    example: ClassVar[Example] = {
        "is_moving": False,
        "thickness": ThicknessResponse.example,
        "months": [MonthResponse.example],
        "mean_monthly_fen": 6_140_000,
        "owner_reasons": ["您出示了营业执照，且人脸与经营者本人一致。"],
        "features": [FeatureResponse.example],
    }

    is_moving: bool = Field(description="whether a file is being read, or this put together anew")
    thickness: ThicknessResponse | None = Field(description="how much is known")
    months: list[MonthResponse] = Field(description="business income by month")
    mean_monthly_fen: int | None = Field(description="the mean of the months, fen")
    owner_reasons: list[str] = Field(description="why the business is taken for the owner's")
    features: list[FeatureResponse] = Field(description="what is known, and from where")


class ObjectionRequest(ApiRequest):
    """What is wrong."""

    example: ClassVar[Example] = {
        "feature": "turnover_monthly",
        "text": "十月的收入少算了一笔。",
    }

    feature: Annotated[Text, Field(max_length=64)] = Field(description="which, of `GET /profile`")
    text: Annotated[Text, Field(min_length=1, max_length=1000)] = Field(
        description="what is wrong with it"
    )


class ObjectionResponse(ApiResponse):
    """An objection, and what became of it."""

    example: ClassVar[Example] = {
        "id": OBJECTION_ID,
        "feature": "turnover_monthly",
        "state": "open",
        "made_at": "2026-11-29T04:00:00Z",
        "decided_at": None,
    }

    id: UUID = Field(description="its id")
    feature: str = Field(description="what it contests")
    state: ObjectionState = Field(description="until it is `rejected`, the feature is not used")
    made_at: datetime = Field(description="when it was made")
    decided_at: datetime | None = Field(description="when a person decided")


class ObjectionsResponse(ApiResponse):
    """An owner's objections."""

    example: ClassVar[Example] = {"objections": [ObjectionResponse.example]}

    objections: list[ObjectionResponse] = Field(description="in the order in which they were made")


class OpenObjectionResponse(ApiResponse):
    """An objection as a reviewer sees it."""

    example: ClassVar[Example] = {
        **ObjectionResponse.example,
        "text": "十月的收入少算了一笔。",
        "value": 6_140_000,
    }

    id: UUID = Field(description="decide it with this id")
    feature: str = Field(description="what it contests")
    state: ObjectionState = Field(description="always `open`")
    made_at: datetime = Field(description="when it was made")
    decided_at: datetime | None = Field(description="always null")
    text: str = Field(description="the owner's words")
    value: int | float | str | None = Field(description="what is known now")


class OpenObjectionsResponse(ApiResponse):
    """Objections that nobody decided."""

    example: ClassVar[Example] = {"objections": [OpenObjectionResponse.example]}

    objections: list[OpenObjectionResponse] = Field(description="the oldest first")


class ObjectionDecisionRequest(ApiRequest):
    """A reviewer's decision."""

    example: ClassVar[Example] = {"upheld": True}

    upheld: bool = Field(description="true: the feature is not used from now on")
