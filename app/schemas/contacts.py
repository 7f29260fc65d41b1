"""How an owner is contacted about products."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example
from loans.reach.signals import Channel
from loans.reach.states import ContactState

CONTACT_ID = "01990f4c-70af-7a41-8c55-9e1d3f7b2c11"


class ContactPreferencesRequest(ApiRequest):
    """Channels and hours; or no contact at all."""

    example: ClassVar[Example] = {
        "channels": ["app", "sms"],
        "from_hour": 10,
        "until_hour": 18,
        "opted_out": False,
    }

    channels: list[Channel] = Field(
        max_length=len(Channel), description="on which contacts are wanted; none: on no channel"
    )
    from_hour: int = Field(ge=0, le=23, description="from this hour on, in China")
    until_hour: int = Field(ge=1, le=24, description="before this hour, in China")
    opted_out: bool = Field(description="true: no contact at all, at once")


class ContactResponse(ApiResponse):
    """A contact that was made."""

    example: ClassVar[Example] = {
        "id": CONTACT_ID,
        "channel": "app",
        "product": "working_capital",
        "state": "made",
        "at": "2026-11-28T06:10:00Z",
    }

    id: UUID = Field(description="say no to it with this id")
    channel: Channel = Field(description="on which channel")
    product: str = Field(description="the product that it was about")
    state: ContactState = Field(description="`declined`: one said no to it")
    at: datetime = Field(description="when")


class ContactPreferencesResponse(ApiResponse):
    """What is in force, and the contacts of thirty days."""

    example: ClassVar[Example] = {
        "channels": ["app", "sms"],
        "from_hour": 10,
        "until_hour": 18,
        "opted_out": False,
        "changed_at": "2026-11-28T04:10:00Z",
        "contacts": [ContactResponse.example],
    }

    channels: list[Channel] = Field(description="on which contacts are wanted, where agreed to")
    from_hour: int = Field(description="from this hour on, in China")
    until_hour: int = Field(description="before this hour, in China")
    opted_out: bool = Field(description="true: no contact at all")
    changed_at: datetime | None = Field(description="when this was set; null: never")
    contacts: list[ContactResponse] = Field(description="of thirty days, the newest first")
