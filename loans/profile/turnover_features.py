"""What the turnover by month tells: level, growth, season, gaps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean, pstdev

from loans.profile.turnover import MonthTurnover, Turnover

MONTHS_A_YEAR, MONTHS_A_QUARTER, MAX_MONTHS = 12, 3, 24


def turnover_features(turnover: Turnover) -> dict[str, int | float]:
    """Features of the last 24 months; of months covered in part only whether any.

    Nothing where nothing was sold.
    """
    months = turnover.months[-MAX_MONTHS:]
    mean = turnover.mean_monthly_fen
    if mean <= 0:
        return {}
    found: dict[str, int | float] = {
        "turnover_months": sum(month.fen > 0 for month in months),
        "turnover_monthly": mean,
    }
    return {**found, **_by_month(whole_months(turnover.months, turnover)[-MAX_MONTHS:])}


def whole_months(months: Sequence[MonthTurnover], turnover: Turnover) -> Sequence[MonthTurnover]:
    """Those of `months` of which every day is covered."""
    first, last = turnover.first_day, turnover.last_day
    if first is None or last is None:
        return ()
    return [month for month in months if month.month >= first and _last_day(month) <= last]


def _last_day(month: MonthTurnover) -> date:
    following = (month.month + timedelta(days=31)).replace(day=1)
    return following - timedelta(days=1)


def _by_month(months: Sequence[MonthTurnover]) -> dict[str, int | float]:
    sums = [month.fen for month in months]
    year = sums[-MONTHS_A_YEAR:]
    mean = fmean(year) if year else 0
    if mean <= 0:
        return {}
    sold = [place for place, fen in enumerate(sums) if fen > 0]
    found: dict[str, int | float] = {
        "turnover_empty_months": sold[-1] - sold[0] + 1 - len(sold),
    }
    if len(year) >= MONTHS_A_QUARTER:
        found["turnover_recent"] = round(fmean(year[-MONTHS_A_QUARTER:]))
        found["turnover_variation"] = pstdev(year) / mean
        found["turnover_lowest_month"] = min(year) / mean
        found["turnover_highest_month"] = max(year) / mean
    found |= _ratio("turnover_trend", sums, MONTHS_A_QUARTER)
    found |= _ratio("turnover_growth", sums, MONTHS_A_YEAR)
    if len(year) == MONTHS_A_YEAR:
        last_year = months[-MONTHS_A_YEAR:]
        peak = max(last_year, key=lambda month: (month.fen, month.month))
        found["turnover_peak"] = peak.month.month
        found["turnover_season"] = sum(sorted(year)[-MONTHS_A_QUARTER:]) / sum(year)
    return found


def _ratio(name: str, sums: Sequence[int], months: int) -> dict[str, float]:
    """The last months over as many before, where there are so many, and sold anything."""
    before = sum(sums[-2 * months : -months])
    if len(sums) < 2 * months or before <= 0:
        return {}
    return {name: sum(sums[-months:]) / before}
