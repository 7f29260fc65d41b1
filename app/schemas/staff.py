"""Staff: signing in, and accounts as administrators see them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example, OneTimeCode, Text
from core.actors import Role

STAFF_ID = "01990f60-7b1a-7c3d-8e5f-1a2b3c4d5e99"


class StaffSignInRequest(ApiRequest):
    """What a member of staff proves themself with."""

    example: ClassVar[Example] = {
        "name": "wang.fang",
        "password": "seven lamps by the quiet harbour",
        "totp": "492039",
    }

    name: Text = Field(max_length=64, description="the account's name")
    password: str = Field(max_length=256, description="the account's password")
    totp: OneTimeCode = Field(description="what the authenticator shows (RFC 6238); used once")


class StepUpRequest(ApiRequest):
    """A fresh one-time code."""

    example: ClassVar[Example] = {"totp": "492039"}

    totp: OneTimeCode = Field(description="what the authenticator shows (RFC 6238); used once")


class StepUpResponse(ApiResponse):
    """How long the second factor counts as proven."""

    example: ClassVar[Example] = {"until": "2026-11-28T04:05:00Z"}

    until: datetime = Field(description="what is sensitive may be done before")


class StaffAccountResponse(ApiResponse):
    """A member of staff."""

    example: ClassVar[Example] = {
        "id": STAFF_ID,
        "name": "wang.fang",
        "role": "reviewer",
        "created_at": "2026-11-28T01:00:00Z",
        "disabled_at": None,
    }

    id: UUID = Field(description="its id")
    name: str = Field(description="the account's name")
    role: Role = Field(description="its one role")
    created_at: datetime = Field(description="when it was made")
    disabled_at: datetime | None = Field(description="since when it signs in no more")


class StaffAccountsResponse(ApiResponse):
    """Every account of staff, by name."""

    example: ClassVar[Example] = {"accounts": [StaffAccountResponse.example]}

    accounts: list[StaffAccountResponse] = Field(description="those that are disabled too")
