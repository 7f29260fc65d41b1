"""What money went out for, and what is owed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from loans.profile.turnover import DAYS_A_MONTH, Turnover
from loans.sources.categories import Categorised, CategorisedAccount, Category, Why
from loans.sources.moments import day_of
from loans.sources.rows import AccountKind, Direction
from loans.sources.vocabulary import name_of

COSTS = (Category.PURCHASE, Category.WAGES, Category.RENT, Category.TAX, Category.FEE)
_MONTHLY = {
    "purchases": Category.PURCHASE,
    "wages": Category.WAGES,
    "rent": Category.RENT,
    "tax": Category.TAX,
    "fees": Category.FEE,
    "repayments": Category.LOAN_REPAYMENT,
}


def cost_features(
    accounts: Sequence[CategorisedAccount], turnover: Turnover, after: date
) -> dict[str, int | float]:
    """Features of rows after a day. Merchant accounts alone tell nothing of costs.

    What no row shows is left out: rent that was not seen may be paid elsewhere.
    """
    if all(account.kind is AccountKind.MERCHANT for account in accounts):
        return {}
    rows = [each for account in accounts for each in account.rows]
    months = _months(rows, turnover, after)
    out = [each for each in rows if each.row.direction is Direction.OUT]
    spent = {name: _sum(out, category) for name, category in _MONTHLY.items()}
    costs = sum(_sum(out, category) for category in COSTS)
    income = [each for each in rows if each.row.direction is Direction.IN]
    payroll = sum(each.row.amount_fen for each in income if each.why is Why.PAYROLL)
    seen: dict[str, int | float] = {
        **{f"{name}_monthly": round(fen / months) for name, fen in spent.items()},
        "loans_received": _sum(income, Category.LOAN_IN),
        "rent_months": len({_month(each) for each in out if each.category is Category.RENT}),
        "private_in_monthly": round(_sum(income, Category.PRIVATE) / months),
        "payroll_in_monthly": round(payroll / months),
    }
    return {
        **{name: value for name, value in seen.items() if value},
        **_to_turnover(spent, costs, months, turnover),
        **_parties(out, rows),
        **_shares(out),
    }


@dataclass(frozen=True)
class MonthlyCosts:
    """A month's costs of the business and repayments of its loans, and loans not yet repaid."""

    costs_fen: int
    repayments_fen: int
    unpaid_loans_fen: int


def monthly_costs(
    accounts: Sequence[CategorisedAccount], turnover: Turnover, after: date
) -> MonthlyCosts:
    """Out of rows after a day; each 0 or more, in fen."""
    rows = [each for account in accounts for each in account.rows if day_of(each.row) > after]
    out = [each for each in rows if each.row.direction is Direction.OUT]
    months = _months(rows, turnover, after)
    repaid = _sum(out, Category.LOAN_REPAYMENT)
    return MonthlyCosts(
        costs_fen=round(sum(_sum(out, category) for category in COSTS) / months),
        repayments_fen=round(repaid / months),
        unpaid_loans_fen=max(0, _sum(rows, Category.LOAN_IN) - repaid),
    )


def _months(rows: Sequence[Categorised], turnover: Turnover, after: date) -> float:
    """Months that are covered after a day, at least one."""
    days = [day_of(each.row) for each in rows] or [after]
    first = max(min(days), after)
    last = max(days) if turnover.last_day is None else turnover.last_day
    return max(((last - first).days + 1) / DAYS_A_MONTH, 1.0)


def _sum(rows: Iterable[Categorised], category: Category) -> int:
    return sum(abs(each.row.amount_fen) for each in rows if each.category is category)


def _month(each: Categorised) -> tuple[int, int]:
    day = day_of(each.row)
    return day.year, day.month


def _to_turnover(
    spent: dict[str, int], costs: int, months: float, turnover: Turnover
) -> dict[str, int | float]:
    sold = turnover.mean_monthly_fen * months
    if sold <= 0:
        return {}
    ratios: dict[str, int | float] = {
        "purchases_to_turnover": spent["purchases"] / sold,
        "wages_to_turnover": spent["wages"] / sold,
        "rent_to_turnover": spent["rent"] / sold,
        "tax_to_turnover": spent["tax"] / sold,
        "costs_to_turnover": costs / sold,
        "debt_service": spent["repayments"] / sold,
    }
    free = round((sold - costs - spent["repayments"]) / months)
    return {name: ratio for name, ratio in ratios.items() if ratio} | {"free_cash_monthly": free}


def _parties(out: Sequence[Categorised], rows: Sequence[Categorised]) -> dict[str, int | float]:
    found: dict[str, int | float] = {}
    suppliers = _by_name(out, Category.PURCHASE)
    if suppliers:
        found["suppliers"] = len(suppliers)
        found["largest_supplier_share"] = max(suppliers.values()) / sum(suppliers.values())
    staff: dict[tuple[int, int], set[str]] = defaultdict(set)
    for each in out:
        if each.category is Category.WAGES and name_of(each.row.counterparty):
            staff[_month(each)].add(name_of(each.row.counterparty))
    if staff:
        found["employees"] = round(median(len(names) for names in staff.values()))
    lenders = (
        _by_name(rows, Category.LOAN_IN).keys() | _by_name(rows, Category.LOAN_REPAYMENT).keys()
    )
    if lenders:
        found["lenders"] = len(lenders)
    return found


def _by_name(rows: Iterable[Categorised], category: Category) -> dict[str, int]:
    paid: dict[str, int] = defaultdict(int)
    for each in rows:
        if each.category is category and name_of(each.row.counterparty):
            paid[name_of(each.row.counterparty)] += abs(each.row.amount_fen)
    return paid


def _shares(out: Sequence[Categorised]) -> dict[str, int | float]:
    left = [each for each in out if each.category is not Category.OWN_TRANSFER]
    total = sum(abs(each.row.amount_fen) for each in left)
    if not total:
        return {}
    return {
        "private_out_share": _sum(left, Category.PRIVATE) / total,
        "forbidden_out_share": _sum(left, Category.FORBIDDEN) / total,
        "forbidden_out_count": sum(each.category is Category.FORBIDDEN for each in left),
    }
