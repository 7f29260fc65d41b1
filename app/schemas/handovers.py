"""An onboarding goes on on another device."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example
from app.schemas.onboardings import ID
from app.schemas.sign_in import InCookie, TokensResponse

TOKEN = "mJ0cVv7uU1yq8zQ2r5tXw9kLhN3pBfS6dGaRoEiTzYs"  # noqa: S105 (an example)

HandoverToken = Annotated[
    str,
    Field(
        min_length=1,
        max_length=128,
        description="what the link carries behind `#handover=`, which browsers send to nobody",
    ),
]


class HandoverResponse(ApiResponse):
    """A link to go on on another device: good once, and for some minutes."""

    example: ClassVar[Example] = {
        "link": f"https://kaihu.example/capture#handover={TOKEN}",
        "qr_svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 45 45">…</svg>',
        "expires_at": "2026-11-28T04:10:00Z",
    }

    link: str = Field(description="show it to nobody but the owner: it opens this onboarding")
    qr_svg: str = Field(description="the same as a QR code")
    expires_at: datetime = Field(description="until when it may be opened")


class HandoverRequest(ApiRequest):
    """The link that was opened."""

    example: ClassVar[Example] = {"token": TOKEN}

    token: HandoverToken


class HandoverOwnerResponse(ApiResponse):
    """Whose onboarding a link goes on with: ask whether that is the person who holds the device."""

    example: ClassVar[Example] = {"phone": "138****0001", "expires_at": "2026-11-28T04:10:00Z"}

    phone: str = Field(description="the number of the account, masked")
    expires_at: datetime = Field(description="until when the link may be used")


class HandoverSessionRequest(HandoverRequest):
    """The link that is used up."""

    cookie: InCookie = False


class HandoverSessionResponse(TokensResponse):
    """Tokens of a session for one onboarding, until its time is over."""

    example: ClassVar[Example] = {**TokensResponse.example, "onboarding_id": ID}

    onboarding_id: UUID = Field(description="the onboarding to go on with")
