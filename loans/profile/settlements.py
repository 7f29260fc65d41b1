"""What an acquirer pays out, held against the sales that a merchant account shows. Pure.

An acquirer pays the sales of a day some days later, less its fee and what was given back; some pay
a weekend at once, some cut the day before midnight. So weeks are compared, not payments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from loans.profile.policy import BASIS_POINTS_A_UNIT, TurnoverRules
from loans.profile.sales import Receipt

DAYS_A_WEEK = 7
MIN_WEEKS = 2


def paid_out_sales(
    receipts: Sequence[Receipt], mirrored: Sequence[Receipt], rules: TurnoverRules
) -> list[Receipt]:
    """Settlements that pay out sales which a merchant account shows.

    `mirrored` are sales that were taken out because another account has them: a merchant account
    is compared with all that it showed.
    """
    shown: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in (*receipts, *mirrored):
        if receipt.merchant and not receipt.settlement:
            shown[receipt.key[0]].append(receipt)
    paid: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if receipt.settlement:
            paid[receipt.payer].append(receipt)
    found: list[Receipt] = []
    for payer in sorted(paid):
        for account in sorted(shown):
            covered = _covered(paid[payer], shown[account], rules)
            if covered is not None:
                found += covered
                break
    return found


def _covered(
    paid: Sequence[Receipt], sold: Sequence[Receipt], rules: TurnoverRules
) -> list[Receipt] | None:
    """The settlements of the days that an account shows; None where they pay for other sales."""
    first, last = min(r.day for r in sold), max(r.day for r in sold)
    lag = _best_lag(paid, sold, rules)
    if lag is None:
        return None
    begin, end = first - timedelta(days=1), last + timedelta(days=rules.settled_within_days)
    return [receipt for receipt in paid if begin <= receipt.day <= end]


def _best_lag(paid: Sequence[Receipt], sold: Sequence[Receipt], rules: TurnoverRules) -> int | None:
    """After how many days sales are paid out, where that explains enough weeks; else None."""
    shares = {
        lag: _agreement(_by_week(paid, lag), _by_week(sold, 0), rules)
        for lag in range(rules.settled_within_days + 1)
    }
    best = max(shares, key=lambda lag: (shares[lag], -lag))
    return best if shares[best] * BASIS_POINTS_A_UNIT >= rules.settlement_weeks_bp else None


def _by_week(receipts: Iterable[Receipt], lag: int) -> Mapping[date, int]:
    weeks: dict[date, int] = defaultdict(int)
    for receipt in receipts:
        day = receipt.day - timedelta(days=lag)
        weeks[day - timedelta(days=day.weekday())] += receipt.fen
    return weeks


def _agreement(paid: Mapping[date, int], sold: Mapping[date, int], rules: TurnoverRules) -> float:
    """Of the whole weeks in which both are, the share in which they agree but for the fee."""
    inner = sorted(week for week in paid.keys() & sold.keys() if sold[week] > 0)
    inner = [week for week in inner if min(sold) < week < max(sold)]
    if len(inner) < MIN_WEEKS:
        return 0.0
    return sum(_agrees(paid[week], sold[week], rules) for week in inner) / len(inner)


def _agrees(paid: int, sold: int, rules: TurnoverRules) -> bool:
    lost = (sold - paid) * BASIS_POINTS_A_UNIT
    tolerance = rules.settlement_tolerance_bp
    return -tolerance * sold <= lost <= (rules.max_fee_bp + tolerance) * sold
