"""Accounts as customer service sees them, and tokens as callers receive them."""

from __future__ import annotations

from collections.abc import Sequence

from access.tokens import Tokens
from app.schemas.accounts import AccountResponse, AccountsResponse
from app.schemas.sign_in import TokensResponse
from kyc.accounts.lookup import MaskedAccount


def present_accounts(found: Sequence[MaskedAccount]) -> AccountsResponse:
    """Masked accounts."""
    return AccountsResponse(accounts=[AccountResponse.model_validate(one) for one in found])


def present_tokens(tokens: Tokens) -> TokensResponse:
    """Fresh tokens."""
    return TokensResponse.model_validate(tokens)
