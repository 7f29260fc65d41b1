"""What single receipts tell: how many, when, from whom. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from statistics import median

from loans.profile.sales import Receipt
from loans.profile.turnover import Turnover

NIGHT_FROM_H, NIGHT_TO_H = 22, 6
SATURDAY = 5
MIN_SALES = 10  # fewer have no shape


def sales_features(turnover: Turnover, after: date) -> dict[str, int | float]:
    """Features of what was received after a day; nothing below ten receipts."""
    recent = [one for one in turnover.receipts if one.day > after]
    sales = [one for one in recent if one.fen > 0]
    if len(sales) < MIN_SALES:
        return {}
    total = sum(one.fen for one in sales)
    given_back = -sum(one.fen for one in recent if one.fen < 0)
    return {
        "sale_median": round(median(one.fen for one in sales)),
        "largest_sale_share": max(one.fen for one in sales) / total,
        "refund_share": given_back / total,
        "weekend_share": _share([one for one in sales if one.day.weekday() >= SATURDAY], total),
        "acquiring_share": _share([one for one in sales if one.merchant or one.settlement], total),
        **_days(sales),
        **_night(sales),
        **_payers([one for one in sales if one.payer and not one.settlement], total),
    }


def _share(some: Sequence[Receipt], total: int) -> float:
    return sum(one.fen for one in some) / total


def _days(sales: Sequence[Receipt]) -> dict[str, int | float]:
    days = sorted({one.day for one in sales})
    span = (days[-1] - days[0]).days + 1
    return {
        "sales_a_day": len(sales) / span,
        "active_days_share": len(days) / span,
        "longest_pause_days": max((b - a).days - 1 for a, b in pairwise(days)) if days[1:] else 0,
    }


def _night(sales: Sequence[Receipt]) -> dict[str, int | float]:
    """By receipts of customers that have a time; when a settlement comes tells nothing."""
    timed = [
        (one.row.at.hour, one.fen)
        for one in sales
        if isinstance(one.row.at, datetime) and not one.settlement
    ]
    if len(timed) < MIN_SALES:
        return {}
    night = sum(fen for hour, fen in timed if hour >= NIGHT_FROM_H or hour < NIGHT_TO_H)
    return {"night_share": night / sum(fen for _, fen in timed)}


def _payers(named: Sequence[Receipt], total: int) -> dict[str, int | float]:
    if not named:
        return {}
    paid: dict[str, int] = defaultdict(int)
    months: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for one in named:
        paid[one.payer] += one.fen
        months[one.payer].add((one.day.year, one.day.month))
    by_name = sum(paid.values())
    return {
        "payers": len(paid),
        "largest_payer_share": max(paid.values()) / total,
        "payer_concentration": sum((fen / by_name) ** 2 for fen in paid.values()),
        "returning_payer_share": sum(len(seen) > 1 for seen in months.values()) / len(months),
    }
