"""Accounts as customer service sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.schemas.common import ApiRequest, ApiResponse, Example, QueryRequest, Text
from app.schemas.loans import ApplicationResponse
from app.schemas.onboardings import OnboardingResponse
from app.schemas.verifications import VERIFICATION_ID
from kyc.accounts.models import AccessReason
from kyc.onboarding.states import Decision
from kyc.verification.states import VerificationState

# As typed: the index ignores width of characters, white space and case; empty is not given.
Searched = Annotated[
    Annotated[Text, Field(max_length=64)] | None, BeforeValidator(lambda v: v or None)
]
PhoneEnd = Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None
NumberEnd = Annotated[str, Field(pattern=r"^[0-9]{3}[0-9Xx]$")] | None

ACCOUNT_ID = "01990f3d-52f0-7d6a-bb0c-9a8f3c1e2e88"
WHY = "why the account is looked for or at"


class AccountSearchQuery(QueryRequest):
    """Whom to look for; the number counts where both are given."""

    example: ClassVar[Example] = {"phone": "13800000001"}

    phone: Searched = Field(default=None, description="the whole mobile number")
    name: Searched = Field(default=None, description="the whole name")
    reason: AccessReason | None = Field(default=None, description=WHY)


class AccountSearchRequest(ApiRequest):
    """Whom to look for, and why; all that is given must fit."""

    example: ClassVar[Example] = {"name": "林知夏", "number_end": "421X", "reason": "call"}

    phone: Searched = Field(default=None, description="the whole mobile number")
    name: Searched = Field(default=None, description="the whole name")
    credit_code: Searched = Field(default=None, description="the firm's whole credit code")
    phone_end: PhoneEnd = Field(default=None, description="last four digits of the phone number")
    number_end: NumberEnd = Field(
        default=None, description="last four characters of the identity number"
    )
    reason: AccessReason = Field(description=WHY)


class AccountQuery(QueryRequest):
    """Why the account is read."""

    example: ClassVar[Example] = {"reason": "call"}

    reason: AccessReason = Field(description=WHY)


class UnmaskRequest(ApiRequest):
    """Why the values of an account are needed."""

    example: ClassVar[Example] = {
        "reason": "correction",
        "note": "The caller says that the name on the account is wrong.",
    }

    reason: AccessReason = Field(description=WHY)
    note: Text = Field(min_length=10, max_length=500, description="why, for later readers")


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
    """A few accounts; where `more` is true, ask the caller for another value and search again."""

    example: ClassVar[Example] = {"accounts": [AccountResponse.example], "more": False}

    accounts: list[AccountResponse] = Field(description="those that were found, a few at most")
    more: bool = Field(default=False, description="whether others fit too")


class CallResponse(ApiResponse):
    """A verification of a caller, whoever asked for it."""

    example: ClassVar[Example] = {
        "id": VERIFICATION_ID,
        "state": "verified",
        "asked_at": "2026-11-28T04:02:00Z",
        "advice": [],
    }

    id: UUID = Field(description="its id")
    state: VerificationState = Field(description="how it ended, or stands")
    asked_at: datetime = Field(description="when the digits were drawn")
    advice: list[str] = Field(description="what customer service should do, in words")


class AccountViewResponse(ApiResponse):
    """An account: what happened, and what to tell its owner."""

    example: ClassVar[Example] = {
        "id": ACCOUNT_ID,
        "phone": "138****0001",
        "name": "王**",
        "caller_verified": False,
        "onboardings": [OnboardingResponse.example],
        "applications": [ApplicationResponse.example],
        "calls": [CallResponse.example],
    }

    id: UUID = Field(description="its id")
    phone: str = Field(description="masked until `caller_verified`")
    name: str | None = Field(description="masked until `caller_verified`; null before documents")
    caller_verified: bool = Field(
        description="whether you verified the caller by voice a short while ago"
    )
    onboardings: list[OnboardingResponse] = Field(
        description="the newest first, with `advice` for the owner"
    )
    applications: list[ApplicationResponse] = Field(description="for loans, the newest first")
    calls: list[CallResponse] = Field(description="verifications of callers, the newest first")


class UnmaskedAccountResponse(ApiResponse):
    """The values of an account, as its documents say them."""

    example: ClassVar[Example] = {
        "id": ACCOUNT_ID,
        "phone": "13800000001",
        "name": "王芳",
        "identity_number": "11010119880314421X",
        "firm": "王芳面馆",
        "credit_code": "92110101MA00000000",
    }

    id: UUID = Field(description="its id")
    phone: str = Field(description="the mobile number")
    name: str | None = Field(description="null before documents are read")
    identity_number: str = Field(description="empty where no document says it")
    firm: str = Field(description="empty where no document says it")
    credit_code: str = Field(description="empty where no document says it")
