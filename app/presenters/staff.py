"""Accounts of staff as administrators see them."""

from __future__ import annotations

from collections.abc import Sequence

from access.staff import StaffAccount
from app.schemas.staff import StaffAccountResponse, StaffAccountsResponse


def present_staff(accounts: Sequence[StaffAccount]) -> StaffAccountsResponse:
    """All accounts."""
    return StaffAccountsResponse(accounts=[present_staff_account(one) for one in accounts])


def present_staff_account(account: StaffAccount) -> StaffAccountResponse:
    """One account."""
    return StaffAccountResponse.model_validate(account)
