"""Verifications by voice, of callers and of owners."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiResponse, Example
from kyc.verification.states import VerificationState

VERIFICATION_ID = "01990f45-3e21-7a90-9c3d-1b7f5d8e4a44"


class VoiceVerificationResponse(ApiResponse):
    """Digits to read aloud, and how it ended; never a score."""

    example: ClassVar[Example] = {
        "id": VERIFICATION_ID,
        "digits": "59038264",
        "state": "asked",
        "advice": [],
        "expires_at": "2026-11-28T04:05:00Z",
    }

    id: UUID = Field(description="its id")
    digits: str = Field(description="read them aloud one by one, in this order")
    state: VerificationState = Field(description="`again` needs new digits, see `advice`")
    advice: list[str] = Field(description="what to do next, in words; empty where nothing")
    expires_at: datetime = Field(description="the recording must have arrived before")
