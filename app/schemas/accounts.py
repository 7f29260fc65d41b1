"""Accounts as customer service sees them."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.schemas.common import ApiResponse, Example, QueryRequest, Text
from kyc.onboarding.states import Decision

# As typed: the index ignores width of characters, white space and case; empty is not given.
Searched = Annotated[
    Annotated[Text, Field(max_length=64)] | None, BeforeValidator(lambda v: v or None)
]

ACCOUNT_ID = "01990f3d-52f0-7d6a-bb0c-9a8f3c1e2e88"


class AccountSearchRequest(QueryRequest):
    """Whom to look for; the number counts where both are given."""

    example: ClassVar[Example] = {"phone": "13800000001"}

    phone: Searched = Field(default=None, description="the whole mobile number")
    name: Searched = Field(default=None, description="the whole name")


class AccountResponse(ApiResponse):
    """An account, its values masked."""

    example: ClassVar[Example] = {
        "id": ACCOUNT_ID,
        "phone": "138****0001",
        "name": "王**",
        "decision": "approved",
    }

    id: UUID = Field(description="its id")
    phone: str = Field(description="the first three and the last four digits")
    name: str | None = Field(description="the first character; null before documents are read")
    decision: Decision | None = Field(description="of the newest onboarding")


class AccountsResponse(ApiResponse):
    """At most twenty accounts."""

    example: ClassVar[Example] = {"accounts": [AccountResponse.example]}

    accounts: list[AccountResponse] = Field(description="those that were found")
