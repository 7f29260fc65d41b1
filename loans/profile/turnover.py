"""Monthly income of a business, each sale counted once whichever sources saw it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from core.money import Fen
from loans.profile.invoiced import Held, Issued, hold_against, issued_by
from loans.profile.policy import BASIS_POINTS_A_UNIT, TurnoverRules
from loans.profile.sales import Key, Receipt, receipts_of, unexplained_of, without_mirrors
from loans.profile.settlements import paid_out_sales
from loans.sources.categories import CategorisedAccount, Category, KnownOwner
from loans.sources.invoices import Invoice
from loans.sources.moments import day_of
from loans.sources.rows import Direction
from loans.sources.vocabulary import is_collector

DAYS_A_MONTH = 365 / 12


class Deduction(StrEnum):
    """Why money that came in, or was invoiced, is not counted (again) as business income."""

    SAME_ROW = "same_row"  # in several files of one account
    SAME_ORDER = "same_order"  # one order number in two accounts
    SAME_AMOUNT_AND_TIME = "same_amount_and_time"
    SETTLEMENT = "settlement"  # paid out for sales that a merchant account shows
    WITHIN_PAYOUTS = "within_payouts"  # sales of an account that are a part of what is paid out
    INVOICE_PAID = "invoice_paid"  # the payment is counted
    INVOICE_IN_TAKINGS = "invoice_in_takings"  # within the month's takings from unnamed payers
    INVOICE_CANCELLED = "invoice_cancelled"  # void, or taken back by a red one
    OWN_TRANSFER = "own_transfer"
    REFUND = "refund"  # given back to who had paid, or got back from a seller
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
    sales: int  # how many were counted


@dataclass(frozen=True)
class Turnover:
    """Business income by month from the first to the last month known, and what was taken out."""

    months: tuple[MonthTurnover, ...] = ()  # none missing between the first and the last
    deductions: Mapping[Deduction, Deducted] = field(default_factory=dict)
    first_day: date | None = None  # that any source covers
    last_day: date | None = None
    receipts: tuple[Receipt, ...] = ()  # that are counted; what is invoiced and owed is none
    received: tuple[MonthTurnover, ...] = ()  # the months by receipts alone, no payer above a share

    @property
    def mean_monthly_fen(self) -> Fen:
        """By the days that are covered, in fen; 0 where nothing is known."""
        return self._mean(self.months)

    @property
    def mean_received_fen(self) -> Fen:
        """What may be lent by: the same, of `received`."""
        return self._mean(self.received)

    @property
    def newest_sale(self) -> date | None:
        """The day of the last receipt; None without any."""
        return max((one.day for one in self.receipts if one.fen > 0), default=None)

    def _mean(self, months: Sequence[MonthTurnover]) -> Fen:
        if self.first_day is None or self.last_day is None:
            return Fen(0)
        days = (self.last_day - self.first_day).days + 1
        total = sum(month.fen for month in months)
        return Fen(max(0, round(total / max(days / DAYS_A_MONTH, 1))))


def turnover(
    accounts: Sequence[CategorisedAccount],
    invoices: Sequence[Invoice],
    owner: KnownOwner,
    rules: TurnoverRules,
) -> Turnover:
    """The income of a business, each sale once; the order of what is given does not matter.

    Invoices that `owner` did not issue are passed over. Cash that reaches no source is not counted,
    nor is cash that is paid into an account: it proves no sale. Of days to come nothing may be
    given (`loans.sources.days`).
    """
    mirrored = without_mirrors(receipts_of(accounts), rules)
    taken_out = (*mirrored.same_order, *mirrored.same_time)
    paid_out = paid_out_sales(mirrored.kept, taken_out, rules)
    twice = {receipt.key for receipt in (*paid_out.settlements, *paid_out.sales)}
    receipts = [receipt for receipt in mirrored.kept if receipt.key not in twice]
    unexplained = unexplained_of(accounts)
    issued, cancelled = issued_by(owner, invoices)
    held = hold_against(issued, [*receipts, *unexplained], rules)
    proven = [receipt for receipt in unexplained if receipt.key in held.payments]
    months = _Months()
    counted = (*receipts, *proven)
    for receipt in counted:
        months.add(receipt.day, receipt.fen)
    for one, owed in held.owed:
        months.add(one.day, owed)
    tally = _Tally()
    tally.accounts(accounts, held.payments)
    tally.receipts(Deduction.SAME_ORDER, mirrored.same_order)
    tally.receipts(Deduction.SAME_AMOUNT_AND_TIME, mirrored.same_time)
    tally.receipts(Deduction.SETTLEMENT, paid_out.settlements)
    tally.receipts(Deduction.WITHIN_PAYOUTS, paid_out.sales)
    tally.invoices(Deduction.INVOICE_PAID, held.paid)
    tally.invoices(Deduction.INVOICE_CANCELLED, cancelled)
    _add_open(held, receipts, months, tally)
    first, last = _period(accounts, issued)
    received = _received(counted, rules).filled(first, last)
    return Turnover(months.filled(first, last), tally.deductions(), first, last, counted, received)


def _received(counted: Iterable[Receipt], rules: TurnoverRules) -> _Months:
    """Receipts by month, where no payer whose name is known makes up more than a share.

    Who collects for the business pays out what many customers paid, and has no such bound: by its
    name, for any payer may write that a payment is a settlement.
    """
    by_month: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    months = _Months()
    for receipt in counted:
        payer = "" if receipt.merchant else receipt.payer
        by_month[_month(receipt.day)][payer] += receipt.fen
    for month, paid in by_month.items():
        months.add(month, _bounded(paid, rules.max_payer_share_bp))
    return months


def _bounded(paid: Mapping[str, int], share_bp: int) -> int:
    """What was paid by name (empty: by many), the largest payer at most a share of what counts.

    The share is half or more, so that one payer at most exceeds it.
    """
    by_size = sorted(paid.items(), key=lambda each: each[1], reverse=True)
    largest = next((fen for payer, fen in by_size if payer and not is_collector(payer)), 0)
    others = max(0, sum(paid.values()) - largest)
    return others + min(largest, others * share_bp // (BASIS_POINTS_A_UNIT - share_bp))


def _add_open(held: Held, receipts: Sequence[Receipt], months: _Months, tally: _Tally) -> None:
    """Invoices to who never pays by name: of a month, what exceeds its takings without a name."""
    takings: dict[date, int] = defaultdict(int)
    for receipt in receipts:
        if receipt.key not in held.payments:
            takings[_month(receipt.day)] += receipt.fen
    open_ones: dict[date, list[Issued]] = defaultdict(list)
    for one in held.open:
        open_ones[_month(one.day)].append(one)
    for month, invoices in open_ones.items():
        invoiced, taken = sum(one.fen for one in invoices), max(0, takings[month])
        if invoiced > taken:
            months.add(month, invoiced - taken)
        tally.add(Deduction.INVOICE_IN_TAKINGS, len(invoices), min(invoiced, taken))


def _month(day: date) -> date:
    return day.replace(day=1)


class _Months:
    """Adds up sales by month."""

    def __init__(self) -> None:
        self._fen: dict[date, int] = defaultdict(int)
        self._sales: dict[date, int] = defaultdict(int)

    def add(self, day: date, fen: int) -> None:
        """A sale, or what was given back."""
        self._fen[_month(day)] += fen
        self._sales[_month(day)] += fen > 0

    def filled(self, first: date | None, last: date | None) -> tuple[MonthTurnover, ...]:
        """Every month of a period, also those without a sale; none is below 0."""
        months = []
        month = _month(first) if first else None
        while month is not None and last is not None and month <= last:
            fen = Fen(max(0, self._fen[month]))
            months.append(MonthTurnover(month, fen, self._sales[month]))
            month = _month(month + timedelta(days=31))
        return tuple(months)


_LEFT_OUT = {
    Category.OWN_TRANSFER: Deduction.OWN_TRANSFER,
    Category.REFUND: Deduction.REFUND,
    Category.LOAN_IN: Deduction.LOAN,
    Category.PRIVATE: Deduction.PRIVATE,
    Category.FORBIDDEN: Deduction.PRIVATE,
    Category.UNKNOWN: Deduction.UNKNOWN,
}


class _Tally:
    """Counts what is taken out, and why."""

    def __init__(self) -> None:
        self._found: dict[Deduction, tuple[int, int]] = defaultdict(lambda: (0, 0))

    def add(self, why: Deduction, count: int, fen: int) -> None:
        """So many, which add up to so much."""
        before = self._found[why]
        self._found[why] = (before[0] + count, before[1] + fen)

    def accounts(self, accounts: Sequence[CategorisedAccount], proven: Container[Key]) -> None:
        """Money that came in for something else, and rows that several files held."""
        for place, account in enumerate(accounts):
            self.add(Deduction.SAME_ROW, account.duplicates, account.duplicates_fen)
            for at, each in enumerate(account.rows):
                why = _LEFT_OUT.get(each.category)
                gave_back = each.category is Category.REFUND
                came = each.row.direction is Direction.IN or gave_back
                if why is not None and came and (place, at) not in proven:
                    self.add(why, 1, abs(each.row.amount_fen))

    def receipts(self, why: Deduction, receipts: Iterable[Receipt]) -> None:
        """Receipts that are counted elsewhere."""
        for receipt in receipts:
            self.add(why, 1, receipt.fen)

    def invoices(self, why: Deduction, invoices: Iterable[Issued]) -> None:
        """Invoices whose sale is counted elsewhere, or is none."""
        for one in invoices:
            self.add(why, 1, one.fen)

    def deductions(self) -> dict[Deduction, Deducted]:
        """All of which there are any."""
        return {
            why: Deducted(count, Fen(fen))
            for why, (count, fen) in sorted(self._found.items())
            if count
        }


def _period(
    accounts: Sequence[CategorisedAccount], issued: Sequence[Issued]
) -> tuple[date | None, date | None]:
    """The first and the last day that any source covers."""
    days = [day_of(each.row) for account in accounts for each in account.rows]
    days += [one.day for one in issued]
    for statement in (file for account in accounts for file in account.statements):
        days += filter(None, (statement.first_day, statement.last_day))
    return (min(days), max(days)) if days else (None, None)
