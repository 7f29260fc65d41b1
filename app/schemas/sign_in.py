"""Signing in."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example, OneTimeCode, Phone

MAX_TOKEN = 128


class CodeRequest(ApiRequest):
    """Whom to send a one-time code."""

    example: ClassVar[Example] = {"phone": "13800000001"}

    phone: Phone


class SignInRequest(ApiRequest):
    """A phone number, and the code that it shows."""

    example: ClassVar[Example] = {
        "phone": "13800000001",
        "code": "482913",
        "device": "0b7c9b5e-4f9d-4e0e",
    }

    phone: Phone
    code: OneTimeCode
    device: str | None = Field(
        default=None,
        pattern=r"^[\w-]{16,128}$",
        description="the app's own stable name for this device: 16 to 128 letters, digits, - or _",
    )


class RefreshRequest(ApiRequest):
    """A refresh token that was not used yet."""

    example: ClassVar[Example] = {"refresh": "8jXk3Zr0v2pQm1yLw5sTn7uBd9eFh4gA6cRiKoJxWzE"}

    refresh: str = Field(max_length=MAX_TOKEN, description="the newest refresh token; used once")


class TokensResponse(ApiResponse):
    """What further requests are authorised with: `Authorization: Bearer <access>`."""

    example: ClassVar[Example] = {
        "access": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTk4In0.c2lnbmF0dXJl",
        "refresh": "8jXk3Zr0v2pQm1yLw5sTn7uBd9eFh4gA6cRiKoJxWzE",
        "expires_in": 900,
    }

    access: str = Field(description="access token")
    refresh: str | None = Field(description="for the next tokens, once")
    expires_in: int = Field(description="seconds for which the access token is valid")
