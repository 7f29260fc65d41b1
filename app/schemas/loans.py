"""Loans: declaration, application, offer. Money in fen, rates in basis points a year."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example
from app.schemas.voice_verifications import VERIFICATION_ID
from loans.states import ApplicationState

DECLARATION_ID = "01990f4a-11c7-7e35-8d20-6e0b9a3c5b55"
APPLICATION_ID = "01990f4b-70ad-7f18-a6b2-0d4c8e1f7c66"
OFFER_ID = "01990f4b-70ae-7bc3-93e7-5f2a9d0b8d77"


class DeclarationRequest(ApiRequest):
    """What the owner does, and what the money is for."""

    example: ClassVar[Example] = {"occupation": "catering", "purpose": "equipment"}

    occupation: str = Field(max_length=64, description="a code of `occupations` in `GET /meta`")
    purpose: str = Field(max_length=64, description="a code of `purposes` in `GET /meta`")


class DeclarationResponse(ApiResponse):
    """A declaration that fits the business."""

    example: ClassVar[Example] = {
        "id": DECLARATION_ID,
        "occupation": "catering",
        "purpose": "equipment",
    }

    id: UUID = Field(description="apply with it")
    occupation: str = Field(description="as declared")
    purpose: str = Field(description="as declared")


class ApplicationRequest(ApiRequest):
    """How much for how long, for what was declared."""

    example: ClassVar[Example] = {
        "declaration_id": DECLARATION_ID,
        "amount_fen": 5_000_000,
        "tenor_months": 12,
    }

    declaration_id: UUID = Field(description="the declaration that the loan is for")
    amount_fen: int = Field(gt=0, description="integer fen, within `loan` of `GET /meta`")
    tenor_months: int = Field(gt=0, description="one of `tenors_months` in `GET /meta`")


class OfferResponse(ApiResponse):
    """Terms that stand until `expires_at`."""

    example: ClassVar[Example] = {
        "id": OFFER_ID,
        "principal_fen": 5_000_000,
        "tenor_months": 12,
        "annual_rate_bp": 960,
        "instalment_fen": 438_593,
        "expires_at": "2026-12-05T04:10:00Z",
        "accepted_at": None,
    }

    id: UUID = Field(description="accept it with this id")
    principal_fen: int = Field(description="the amount lent, fen")
    tenor_months: int = Field(description="months, as many instalments")
    annual_rate_bp: int = Field(description="annual rate, hundredths of a percent")
    instalment_fen: int = Field(description="each month's equal instalment, fen")
    expires_at: datetime = Field(description="it can be accepted until then")
    accepted_at: datetime | None = Field(description="when it was accepted")


class ApplicationResponse(ApiResponse):
    """An application and its offer; null where it was declined."""

    example: ClassVar[Example] = {
        "id": APPLICATION_ID,
        "state": "offered",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "offer": OfferResponse.example,
    }

    id: UUID = Field(description="its id")
    state: ApplicationState = Field(description="where it stands")
    amount_fen: int = Field(description="the amount applied for, fen")
    tenor_months: int = Field(description="the tenor applied for, months")
    offer: OfferResponse | None = Field(default=None, description="the terms offered")


class AcceptanceRequest(ApiRequest):
    """The owner's verified voice."""

    example: ClassVar[Example] = {"verification_id": VERIFICATION_ID}

    verification_id: UUID | None = Field(
        default=None, description="a verification for the purpose `offer`, verified and unused"
    )
