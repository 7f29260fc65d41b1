"""Features of a business out of what was read of it. Pure.

What is not known is left out, never zero. No feature names a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loans.profile.feature import Feature
from loans.profile.turnover import Turnover
from loans.sources.categories import CategorisedAccount


@dataclass(frozen=True)
class Reviews:
    """What a platform shows of a shop, by consent."""

    stars: float | None  # mean, 1..5
    count: int
    complaints_90d: int
    as_of: date


@dataclass(frozen=True)
class BusinessRecords:
    """All that features are made from; what was not read is empty or None."""

    accounts: tuple[CategorisedAccount, ...] = ()
    turnover: Turnover | None = None
    reviews: Reviews | None = None
    asked_fen: int | None = None  # the amount applied for


def business_features(records: BusinessRecords, today: date) -> dict[str, Feature]:
    """The features that `catalogue` describes, but for those of a licence and of invoices.

    `loans.credit.features.known_features` has the former, `invoice_features` the latter.
    """
    raise NotImplementedError


def coverage_of(accounts: Sequence[CategorisedAccount], today: date) -> float:
    """The share of the last twelve months that accounts cover, 0..1."""
    raise NotImplementedError
