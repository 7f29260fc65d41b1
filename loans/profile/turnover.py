"""Monthly income of a business, each sale counted once whichever sources saw it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.money import Fen
from loans.profile.policy import TurnoverRules
from loans.sources.categories import CategorisedAccount, KnownOwner
from loans.sources.invoices import Invoice


class Deduction(StrEnum):
    """Why money that came in, or was invoiced, is not counted (again) as business income."""

    SAME_ROW = "same_row"  # in several files of one account
    SAME_ORDER = "same_order"  # one order number in two accounts
    SAME_AMOUNT_AND_TIME = "same_amount_and_time"
    SETTLEMENT = "settlement"  # paid out for sales that the merchant account shows
    INVOICE_PAID = "invoice_paid"  # the payment is counted
    INVOICE_IN_TAKINGS = "invoice_in_takings"  # within the month's takings from unnamed payers
    INVOICE_CANCELLED = "invoice_cancelled"  # void, or taken back by a red one
    OWN_TRANSFER = "own_transfer"
    REFUND = "refund"  # given back to who had paid
    LOAN = "loan"
    PRIVATE = "private"
    UNKNOWN = "unknown"  # what it was for is not known


@dataclass(frozen=True)
class Deducted:
    """How many movements or invoices, and how much they add up to, in fen."""

    count: int
    fen: Fen


@dataclass(frozen=True)
class MonthTurnover:
    """Business income of a month of China's calendar, in fen."""

    month: date  # its first day
    fen: Fen
    sales: int  # how many that were counted


@dataclass(frozen=True)
class Turnover:
    """Business income by month from the first to the last month known, and what was taken out."""

    months: tuple[MonthTurnover, ...]  # none missing between the first and the last
    deductions: Mapping[Deduction, Deducted]
    first_day: date | None = None  # covered by any source
    last_day: date | None = None

    @property
    def mean_monthly_fen(self) -> Fen:
        """Mean of the months, in fen; 0 where nothing is known."""
        if not self.months:
            return Fen(0)
        return Fen(sum(month.fen for month in self.months) // len(self.months))


def turnover(
    accounts: Sequence[CategorisedAccount],
    invoices: Sequence[Invoice],
    owner: KnownOwner,
    rules: TurnoverRules,
) -> Turnover:
    """The income of a business, each sale once.

    Invoices that `owner` did not issue are passed over.
    """
    raise NotImplementedError
