"""Accounts as customer service sees them, and tokens as callers receive them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from access.models import AccessSession, Applicant
from access.tokens import Tokens
from app.messages.words import Words
from app.presenters.loan import present_application
from app.presenters.onboarding import present_onboarding
from app.schemas.accounts import (
    AccountResponse,
    AccountsResponse,
    AccountViewResponse,
    CallResponse,
    UnmaskedAccountResponse,
)
from app.schemas.me import ClosedAccountResponse
from app.schemas.sign_in import SessionResponse, SessionsResponse, TokensResponse
from kyc.accounts.lookup import FoundAccounts
from kyc.accounts.unmask import UnmaskedAccount
from kyc.accounts.view import AccountView
from kyc.verification.models import Verification
from loans.credit.application import ApplicationView


def present_accounts(found: FoundAccounts) -> AccountsResponse:
    """Masked accounts."""
    accounts = [AccountResponse.model_validate(one) for one in found.accounts]
    return AccountsResponse(accounts=accounts, more=found.more)


def present_account(
    view: AccountView, applications: Sequence[ApplicationView], words: Words
) -> AccountViewResponse:
    """An account with what to tell its owner, in the caller's language."""
    return AccountViewResponse(
        id=view.id,
        phone=view.phone,
        name=view.name,
        caller_verified=view.caller_verified,
        onboardings=[present_onboarding(one, words) for one in view.onboardings],
        applications=[present_application(one, words) for one in applications],
        calls=[_call(one, words) for one in view.calls],
    )


def present_unmasked(account: UnmaskedAccount) -> UnmaskedAccountResponse:
    """The values of an account."""
    return UnmaskedAccountResponse.model_validate(account)


def present_sessions(rows: Sequence[AccessSession], current: UUID | None) -> SessionsResponse:
    """A caller's own sessions, and which of them the request came in."""
    return SessionsResponse(
        sessions=[
            SessionResponse(
                id=row.id,
                created_at=row.created_at,
                last_seen_at=row.last_seen_at,
                expires_at=row.expires_at,
                address_prefix=row.address_prefix,
                current=row.id == current,
            )
            for row in rows
        ]
    )


def present_tokens(tokens: Tokens) -> TokensResponse:
    """Fresh tokens."""
    return TokensResponse.model_validate(tokens)


def _call(row: Verification, words: Words) -> CallResponse:
    return CallResponse(
        id=row.id,
        state=row.state,
        asked_at=row.asked_at,
        advice=words.agent_advice(row.reasons or []),
    )


def present_closed(owner: Applicant) -> ClosedAccountResponse:
    """A closed account. Raises ValueError for one that is open."""
    if owner.closed_at is None or owner.records_until is None:
        raise ValueError("the account is open")
    return ClosedAccountResponse(
        closed_at=owner.closed_at,
        records_until=owner.records_until,
        erased=owner.erased_at is not None,
    )
