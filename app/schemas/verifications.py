"""Verifications, of callers by voice and of owners by voice or face."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiResponse, Example
from kyc.verification.states import Means, VerificationState

VERIFICATION_ID = "01990f45-3e21-7a90-9c3d-1b7f5d8e4a44"


class CallerVerificationResponse(ApiResponse):
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


class OwnVerificationResponse(ApiResponse):
    """What the owner is to read or to do, and how it ended; never a score.

    Of a face `asked` is what a face challenge asks: `{"cues": [{"action", "at", "until"}]}`.
    """

    example: ClassVar[Example] = {
        "id": VERIFICATION_ID,
        "means": "face",
        "digits": None,
        "asked": {"cues": [{"action": "turn_left", "at": 0.8, "until": 2.4}]},
        "state": "asked",
        "advice": [],
        "expires_at": "2026-11-28T04:05:00Z",
    }

    id: UUID = Field(description="its id")
    means: Means = Field(description="by voice or by face")
    digits: str | None = Field(description="by voice: read them aloud one by one, in this order")
    asked: dict[str, Any] | None = Field(description="by face: the actions, each at its time")
    state: VerificationState = Field(description="`again` needs a new one, see `advice`")
    advice: list[str] = Field(description="what to do next, in words; empty where nothing")
    expires_at: datetime = Field(description="the recording must have arrived before")
