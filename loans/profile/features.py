"""Features of a business out of what was read of it. Pure.

What is not known is left out, never zero. No feature names a person. Start reading at
`business_features`; each group of features has a module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from loans.profile.account_features import account_features
from loans.profile.catalogue import catalogue
from loans.profile.cost_features import cost_features
from loans.profile.feature import Feature, Source
from loans.profile.sales_features import sales_features
from loans.profile.turnover import Turnover
from loans.profile.turnover_features import turnover_features
from loans.sources.categories import CategorisedAccount
from loans.sources.moments import day_of
from loans.sources.rows import AccountKind

WINDOW = timedelta(days=365)
WEEKS, DAYS_A_WEEK = 52, 7


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
    turnover: Turnover = field(default_factory=Turnover)
    reviews: Reviews | None = None


def business_features(records: BusinessRecords) -> dict[str, Feature]:
    """The features that the catalogue describes, as far as sources tell them.

    They are as of the newest day that any statement or invoice covers.
    `loans.credit.features` has those of a licence and of the amount that is asked for,
    `loans.profile.invoice_features` those of invoices.
    """
    features = _reviews(records.reviews)
    as_of = records.turnover.last_day
    if as_of is None:
        return features
    recent = _recent(records.accounts, as_of)
    values: dict[str, int | float] = {
        **turnover_features(records.turnover),
        **sales_features(records.turnover, as_of - WINDOW),
        **(cost_features(recent, records.turnover, as_of - WINDOW) if recent else {}),
        **(account_features(recent) if recent else {}),
    }
    values |= _balance_to_costs(values)
    coverage = coverage_of(records.accounts, as_of) if recent else 1.0
    main = _main_source(records.accounts)
    for name, value in values.items():
        source = main if main in catalogue()[name].sources else catalogue()[name].sources[0]
        features[name] = Feature(_rounded(value), source, as_of, round(coverage, 3))
    return features


def coverage_of(accounts: Sequence[CategorisedAccount], as_of: date) -> float:
    """The share of the 52 weeks up to a day in which accounts have rows, 0..1.

    A period that a file prints covers nothing.
    """
    ages = {(as_of - day_of(each.row)).days for account in accounts for each in account.rows}
    weeks = {age // DAYS_A_WEEK for age in ages}
    return len(weeks & set(range(WEEKS))) / WEEKS


def _recent(accounts: Sequence[CategorisedAccount], as_of: date) -> tuple[CategorisedAccount, ...]:
    """Accounts with their rows of the last twelve months; none without any."""
    found = []
    for account in accounts:
        rows = tuple(one for one in account.rows if as_of - WINDOW < day_of(one.row) <= as_of)
        if rows:
            found.append(CategorisedAccount(account.statements, rows))
    return tuple(found)


_SOURCE_OF: Mapping[AccountKind, Source] = {
    AccountKind.MERCHANT: Source.ACQUIRING,
    AccountKind.WALLET: Source.WALLET,
}


def source_of(account: CategorisedAccount) -> Source:
    """The source that an account's statements are of."""
    return _SOURCE_OF.get(account.kind, Source.BANK)


def _main_source(accounts: Sequence[CategorisedAccount]) -> Source:
    """The source with most money; invoices where there is no account."""
    moved = dict.fromkeys(Source, 0)
    for account in accounts:
        moved[source_of(account)] += sum(abs(each.row.amount_fen) for each in account.rows)
    best = max(moved, key=lambda source: moved[source])
    return best if moved[best] else Source.INVOICES


def _balance_to_costs(values: Mapping[str, int | float]) -> dict[str, float]:
    costs = sum(values.get(f"{cost}_monthly", 0) for cost in _COSTS)
    if not costs or "balance_mean" not in values:
        return {}
    return {"balance_to_costs": values["balance_mean"] / costs}


_COSTS = ("purchases", "wages", "rent", "tax", "fees")


def _rounded(value: int | float) -> int | float:
    return value if isinstance(value, int) else round(value, 4)


def _reviews(reviews: Reviews | None) -> dict[str, Feature]:
    if reviews is None:
        return {}
    values = {
        "review_stars": reviews.stars,
        "reviews": reviews.count,
        "complaints": reviews.complaints_90d,
    }
    return {
        name: Feature(value, Source.REVIEWS, reviews.as_of)
        for name, value in values.items()
        if value is not None
    }
