"""Signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Attempt, Example, OneTimeCode, Phone

MAX_TOKEN = 128

DeviceName = Annotated[
    str | None,
    Field(
        pattern=r"^[\w-]{16,128}$",
        description="the app's own stable name for this device: 16 to 128 letters, digits, - or _",
    ),
]
InCookie = Annotated[
    bool, Field(description="for pages: keep the refresh token in a cookie that no script reads")
]


class CodeRequest(ApiRequest):
    """Whom to send a one-time code."""

    example: ClassVar[Example] = {"phone": "13800000001"}

    phone: Phone


class CodeResponse(ApiResponse):
    """An attempt to sign in, whose code is on its way."""

    example: ClassVar[Example] = {"done": True, "attempt": "q2c0Vn1mT8mB3fZx9LwA7g"}

    done: bool = Field(default=True, description="always true")
    attempt: str = Field(description="names this attempt: send it with the code, show it to nobody")


class SignInRequest(ApiRequest):
    """An attempt with its phone number, and the code that the phone shows."""

    example: ClassVar[Example] = {
        "attempt": "q2c0Vn1mT8mB3fZx9LwA7g",
        "phone": "13800000001",
        "code": "482913",
        "device": "0b7c9b5e-4f9d-4e0e",
    }

    attempt: Attempt
    phone: Phone
    code: OneTimeCode
    device: DeviceName = None
    cookie: InCookie = False


class RefreshRequest(ApiRequest):
    """A refresh token that was not used yet; empty where a cookie holds it."""

    example: ClassVar[Example] = {"refresh": "8jXk3Zr0v2pQm1yLw5sTn7uBd9eFh4gA6cRiKoJxWzE"}

    refresh: str | None = Field(
        default=None, max_length=MAX_TOKEN, description="the newest refresh token; used once"
    )


class TokensResponse(ApiResponse):
    """What further requests are authorised with: `DPoP <access>`, of staff `Bearer <access>`."""

    example: ClassVar[Example] = {
        "access": "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTk4In0.c2lnbmF0dXJl",
        "refresh": "8jXk3Zr0v2pQm1yLw5sTn7uBd9eFh4gA6cRiKoJxWzE",
        "expires_in": 900,
    }

    access: str = Field(description="access token")
    refresh: str | None = Field(
        description="for the next tokens, once; null where there are none or a cookie holds it"
    )
    expires_in: int = Field(description="seconds for which the access token is valid")


class SessionResponse(ApiResponse):
    """A session in force."""

    example: ClassVar[Example] = {
        "id": "01990f3d-52f0-7d6a-bb0c-9a8f3c1e2e88",
        "created_at": "2026-11-28T02:00:00Z",
        "last_seen_at": "2026-11-28T02:15:00Z",
        "expires_at": "2026-12-28T02:00:00Z",
        "address_prefix": "203.0.113.0/24",
        "current": True,
    }

    id: UUID = Field(description="for `DELETE /me/sessions/{id}`")
    created_at: datetime = Field(description="when it began")
    last_seen_at: datetime = Field(description="when it was last used, to some minutes")
    expires_at: datetime = Field(description="when its holder has to sign in again")
    address_prefix: str = Field(description="the network that it began from; empty: unknown")
    current: bool = Field(description="whether this request came in it")


class SessionsResponse(ApiResponse):
    """Sessions, the newest first."""

    example: ClassVar[Example] = {"sessions": [SessionResponse.example]}

    sessions: list[SessionResponse] = Field(description="those in force")
