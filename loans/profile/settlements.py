"""What an acquirer pays out, held against the sales that a merchant account shows. Pure.

An acquirer pays the sales of a day some days later, less its fee and what was given back; some pay
a weekend at once, some cut the day before midnight. So weeks are compared, not payments.

Where an account's weeks agree with what is paid out, the payments are of its sales. Where they do
not, but in nearly every week more is paid out than the account shows, the account is taken for a
part of it (an acquirer's code takes several wallets, each with a bill of its own): in doubt a sale
is not counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from loans.profile.policy import BASIS_POINTS_A_UNIT, TurnoverRules
from loans.profile.sales import Receipt

MIN_WEEKS = 2

Weeks = Mapping[date, int]  # what a week came to in fen, by its Monday


@dataclass(frozen=True)
class PaidOut:
    """Settlements that pay out sales which an account shows, and sales that settlements hold."""

    settlements: tuple[Receipt, ...]
    sales: tuple[Receipt, ...]


def paid_out_sales(
    receipts: Sequence[Receipt], mirrored: Sequence[Receipt], rules: TurnoverRules
) -> PaidOut:
    """What is to be taken out of receipts so that nothing is counted as a sale and as its payout.

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
    settlements: list[Receipt] = []
    agreed: set[str] = set()
    explained: set[int] = set()
    for payer in sorted(paid):
        for account in sorted(shown):
            if _agree(paid[payer], shown[account], rules):
                settlements += _of_the_days(paid[payer], shown[account], rules)
                agreed.add(payer)
                explained.add(account)
                break
    others = [receipt for payer in sorted(paid.keys() - agreed) for receipt in paid[payer]]
    held = {
        account for account in shown.keys() - explained if _is_within(shown[account], others, rules)
    }
    sales = tuple(one for one in receipts if one.key[0] in held and not one.settlement)
    return PaidOut(tuple(settlements), sales)


def _of_the_days(
    paid: Sequence[Receipt], sold: Sequence[Receipt], rules: TurnoverRules
) -> list[Receipt]:
    """The settlements of the days that an account shows."""
    begin = min(receipt.day for receipt in sold) - timedelta(days=1)
    end = max(receipt.day for receipt in sold) + timedelta(days=rules.settled_within_days)
    return [receipt for receipt in paid if begin <= receipt.day <= end]


def _agree(paid: Sequence[Receipt], sold: Sequence[Receipt], rules: TurnoverRules) -> bool:
    """Whether what is paid out some days later is, in enough weeks, what was sold, less a fee."""
    sold_by_week = _by_week(sold, 0)
    return any(
        _share(_by_week(paid, lag), sold_by_week, rules, or_more=False) >= rules.settlement_weeks_bp
        for lag in range(rules.settled_within_days + 1)
    )


def _is_within(sold: Sequence[Receipt], paid: Sequence[Receipt], rules: TurnoverRules) -> bool:
    """Whether in nearly every week at least as much is paid out as was sold."""
    by_week = _by_week(paid, 1)
    return _share(by_week, _by_week(sold, 0), rules, or_more=True) >= rules.within_weeks_bp


def _by_week(receipts: Iterable[Receipt], lag: int) -> Weeks:
    weeks: dict[date, int] = defaultdict(int)
    for receipt in receipts:
        day = receipt.day - timedelta(days=lag)
        weeks[day - timedelta(days=day.weekday())] += receipt.fen
    return weeks


def _share(paid: Weeks, sold: Weeks, rules: TurnoverRules, *, or_more: bool) -> int:
    """Of the whole weeks in which anything was sold, those that agree, in basis points.

    A week in which nothing is paid out does not agree, but for those that are not covered: before
    the first and after the last payment.
    """
    if not paid:
        return 0
    first, last = max(min(paid), min(sold)), min(max(paid), max(sold))
    weeks = [week for week, fen in sold.items() if fen > 0 and first < week < last]
    if len(weeks) < MIN_WEEKS:
        return 0
    agreeing = sum(_agrees(paid.get(week, 0), sold[week], rules, or_more) for week in weeks)
    return agreeing * BASIS_POINTS_A_UNIT // len(weeks)


def _agrees(paid: int, sold: int, rules: TurnoverRules, or_more: bool) -> bool:
    lost = (sold - paid) * BASIS_POINTS_A_UNIT
    tolerance = rules.settlement_tolerance_bp
    return lost <= (rules.max_fee_bp + tolerance) * sold and (or_more or lost >= -tolerance * sold)
