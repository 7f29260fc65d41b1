"""What each movement of money was for. Pure.

Words of the counterparty and the memo decide where they are clear; what remains is told by
structure: movements between a person's own accounts, equal payments to persons at the turn of the
month, many small receipts from many payers. What neither tells stays `unknown`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from loans.sources.rows import Row, Statement


class Category(StrEnum):
    """What a movement of money was for."""

    BUSINESS_INCOME = "business_income"
    PURCHASE = "purchase"
    WAGES = "wages"
    RENT = "rent"
    TAX = "tax"
    LOAN_IN = "loan_in"
    LOAN_REPAYMENT = "loan_repayment"
    OWN_TRANSFER = "own_transfer"
    PRIVATE = "private"
    FORBIDDEN = "forbidden"  # gambling, securities, lending on
    FEE = "fee"
    REFUND = "refund"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Which rule told a category."""

    WORDS = "words"
    PUBLISHER = "publisher"  # the publisher's own kind of row
    MERCHANT_ACCOUNT = "merchant_account"
    SETTLEMENT = "settlement"  # paid out by an acquirer or a wallet for sales
    OWN_NAME = "own_name"
    OWN_ACCOUNTS = "own_accounts"  # left one account as it reached another
    PAYROLL = "payroll"  # wages that the person receives from somebody else
    FORBIDDEN_USE = "forbidden_use"
    REGULAR_PAYMENTS = "regular_payments"  # equal ones to a person at the turn of the month
    MANY_PAYERS = "many_payers"
    COMPANY = "company"  # the counterparty is a business
    NOTHING = "nothing"


@dataclass(frozen=True)
class Categorised:
    """A row with what it was for; `sure` where words or structure leave no other reading."""

    row: Row
    category: Category
    sure: bool
    why: Why


@dataclass(frozen=True)
class KnownOwner:
    """By what names the owner of the statements may stand in them."""

    person: str | None
    businesses: tuple[str, ...] = ()


@dataclass(frozen=True)
class CategorisedAccount:
    """An account: its distinct rows with what they were for, by time.

    `statements` are the files that it was put together from, without any order.
    """

    statements: tuple[Statement, ...]
    rows: tuple[Categorised, ...]
    duplicates: int = 0  # rows that several files held


def categorise(
    statements: Sequence[Statement], owner: KnownOwner
) -> tuple[CategorisedAccount, ...]:
    """The accounts that statements are of, with what each movement was for.

    Files that overlap are joined; their order and the order of rows do not matter. Rows that were
    never paid (`closed`, `pending`) and rows of another currency are left out.
    """
    raise NotImplementedError


def sure_share(accounts: Sequence[CategorisedAccount]) -> float | None:
    """Of the money that moved, the share whose category is sure, 0..1; None where none moved."""
    raise NotImplementedError
