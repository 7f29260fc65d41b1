"""The owner's own account."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Attempt, Example, OneTimeCode, Phone
from app.schemas.verifications import VERIFICATION_ID
from kyc.verification.states import Means, VerificationPurpose
from privacy.kinds import ConsentKind


class VerificationRequest(ApiRequest):
    """What the owner confirms, and by which means."""

    example: ClassVar[Example] = {"purpose": "offer", "means": "face"}

    purpose: Literal[
        VerificationPurpose.OFFER, VerificationPurpose.DRAW, VerificationPurpose.PHONE
    ] = Field(description="accept an offer, confirm a draw, or change the phone number")
    means: Means = Field(
        default=Means.VOICE, description="`voice`: read digits; `face`: a video with actions"
    )


class ConsentInForceResponse(ApiResponse):
    """A consent that is in force."""

    onboarding_id: UUID
    kind: ConsentKind
    version: str
    given_at: datetime


class OwnAccountResponse(ApiResponse):
    """The owner's own account, masked: the export has everything."""

    example: ClassVar[Example] = {
        "id": "01990f3e-7a5c-7c1a-9f52-2f6b7d1f0a11",
        "phone": "139****0002",
        "name": "林**",
        "created_at": "2026-11-28T04:00:00Z",
        "consents": [
            {
                "onboarding_id": "01990f3e-7a5c-7c1a-9f52-2f6b7d1f0a12",
                "kind": "biometric",
                "version": "2026-11-28",
                "given_at": "2026-11-28T04:00:10Z",
            }
        ],
    }

    id: UUID = Field(description="the account's id")
    phone: str = Field(description="the phone number, masked")
    name: str | None = Field(description="the verified name, masked; null before there is one")
    created_at: datetime = Field(description="when the account was made")
    consents: list[ConsentInForceResponse] = Field(description="those that were not withdrawn")


class ClosedAccountResponse(ApiResponse):
    """What became of a closed account."""

    example: ClassVar[Example] = {
        "closed_at": "2026-11-28T04:00:00Z",
        "records_until": "2036-11-28T04:00:00Z",
        "erased": False,
    }

    closed_at: datetime = Field(description="since when the account is closed")
    records_until: datetime = Field(description="until then the law has records kept, locked")
    erased: bool = Field(description="whether nothing had to be kept, and nothing is")


class PhoneChangeRequest(ApiRequest):
    """The new number, the code that it shows, and the owner's verified voice."""

    example: ClassVar[Example] = {
        "attempt": "q2c0Vn1mT8mB3fZx9LwA7g",
        "phone": "13900000002",
        "code": "731904",
        "verification_id": VERIFICATION_ID,
    }

    attempt: Attempt
    phone: Phone
    code: OneTimeCode = Field(description="sent to the new number by `POST /auth/codes`")
    verification_id: UUID | None = Field(
        default=None, description="a verification for the purpose `phone`, verified and unused"
    )
