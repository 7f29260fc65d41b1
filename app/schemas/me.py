"""The owner's own account."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, Attempt, Example, OneTimeCode, Phone
from app.schemas.voice_verifications import VERIFICATION_ID
from kyc.verification.states import VerificationPurpose


class VerificationRequest(ApiRequest):
    """What the owner's voice is to confirm."""

    example: ClassVar[Example] = {"purpose": "offer"}

    purpose: Literal[VerificationPurpose.OFFER, VerificationPurpose.PHONE] = Field(
        description="accept an offer, or change the phone number"
    )


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
