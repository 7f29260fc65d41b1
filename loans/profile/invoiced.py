"""Invoices that a business issued, held against what was paid. Pure.

An invoice and its payment are one sale. They are of one party, or of one amount; an invoice may be
for many payments, a payment for many invoices. What stays open of invoices to a party that pays is
owed; what is issued to parties who never pay by name is compared with the takings of the month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from loans.profile.policy import TurnoverRules
from loans.profile.sales import Key, Receipt
from loans.sources.categories import KnownOwner
from loans.sources.invoices import Invoice
from loans.sources.vocabulary import name_of

ALIAS_PAYMENTS = 2  # one of an equal amount may be chance


@dataclass(frozen=True)
class Issued:
    """An invoice that counts: day, buyer and what it comes to with tax, in fen."""

    day: date
    buyer: str
    fen: int
    number: str


@dataclass
class Held:
    """What came of the comparison."""

    paid: list[Issued] = field(default_factory=list)  # a payment is there
    owed: list[tuple[Issued, int]] = field(default_factory=list)  # and how much of it
    open: list[Issued] = field(default_factory=list)  # of parties who never pay by name
    payments: set[Key] = field(default_factory=set)  # receipts of who gets invoices


def issued_by(owner: KnownOwner, invoices: Iterable[Invoice]) -> tuple[list[Issued], list[Issued]]:
    """The invoices that an owner issued, and those among them that void or red ones cancel.

    The same invoice read twice counts once; a red one takes back the newest of its amount to the
    same buyer, and where there is none it is kept, negative.
    """
    names = frozenset(filter(None, map(name_of, (owner.person, *owner.businesses))))
    distinct: dict[tuple[str, str], Invoice] = {}
    for invoice in invoices:
        own_number = invoice.seller.number is not None and invoice.seller.number in owner.codes
        if own_number or name_of(invoice.seller.name) in names:
            distinct[invoice.code or "", invoice.number] = invoice
    good = [_issued(invoice) for invoice in distinct.values() if not invoice.void]
    cancelled = [_issued(invoice) for invoice in distinct.values() if invoice.void]
    good.sort(key=lambda one: (one.day, one.number))
    for red in [one for one in good if one.fen < 0]:
        taken_back = [
            one
            for one in good
            if (one.buyer, one.fen) == (red.buyer, -red.fen) and one.day <= red.day
        ]
        if taken_back:
            good.remove(red)
            good.remove(taken_back[-1])
            cancelled += [red, taken_back[-1]]
    return good, cancelled


def _issued(invoice: Invoice) -> Issued:
    return Issued(invoice.day, name_of(invoice.buyer.name), invoice.gross_fen, invoice.number)


def hold_against(
    issued: Sequence[Issued], receipts: Sequence[Receipt], rules: TurnoverRules
) -> Held:
    """Compare invoices with receipts; the same ones in any order give the same."""
    held = Held()
    named: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if receipt.payer and receipt.fen > 0 and not receipt.merchant and not receipt.settlement:
            named[receipt.payer].append(receipt)
    buyers: dict[str, list[Issued]] = defaultdict(list)
    for one in issued:
        buyers[one.buyer].append(one)
    payers = {buyer: buyer for buyer in buyers if buyer in named}
    payers |= _aliases(buyers, named, payers, rules)
    for buyer, payer in sorted(payers.items()):
        _hold_party(buyers[buyer], named[payer], held, rules)
    others = [one for buyer in sorted(buyers.keys() - payers.keys()) for one in buyers[buyer]]
    free = [r for r in receipts if r.key not in held.payments and not r.settlement and r.fen > 0]
    pairs = _equal_amounts(others, [r for r in free if r.fen >= rules.min_invoice_fen], rules)
    for one, receipt in pairs:
        held.paid.append(one)
        held.payments.add(receipt.key)
    paid = {one.number for one, _ in pairs}
    held.open += [one for one in others if one.number not in paid]
    return held


def _aliases(
    buyers: dict[str, list[Issued]],
    named: dict[str, list[Receipt]],
    known: dict[str, str],
    rules: TurnoverRules,
) -> dict[str, str]:
    """Buyers whose invoices somebody of another name pays, by equal amounts, more than once."""
    by_amount: dict[int, list[Receipt]] = defaultdict(list)
    for payer in sorted(named.keys() - known.values()):
        for row in named[payer]:
            by_amount[row.fen].append(row)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for buyer in sorted(buyers.keys() - known.keys()):
        near = Counter(row.payer for _, _, row in _candidates(buyers[buyer], by_amount, rules))
        often = [payer for payer, count in near.items() if count >= ALIAS_PAYMENTS]
        equal = {
            payer: len(_equal_amounts(buyers[buyer], named[payer], rules))
            for payer in often
            if payer not in taken
        }
        best = max(equal, key=lambda payer: (equal[payer], payer), default=None)
        if best is not None and equal[best] >= ALIAS_PAYMENTS:
            found[buyer] = best
            taken.add(best)
    return found


def _hold_party(
    invoices: Sequence[Issued], payments: Sequence[Receipt], held: Held, rules: TurnoverRules
) -> None:
    """Equal amounts first, then sums of several, then what is left by age."""
    bills = sorted((one for one in invoices if one.fen > 0), key=lambda one: (one.day, one.number))
    rows = sorted(payments, key=lambda row: (row.day, row.fen, row.key))
    pairs = _equal_amounts(bills, rows, rules)
    paid = {one.number for one, _ in pairs}
    used = {row.key for _, row in pairs}
    for one in [one for one in bills if one.number not in paid]:
        run = _run_of(one, [row for row in rows if row.key not in used], rules)
        if run:
            paid.add(one.number)
            used |= {row.key for row in run}
    taken_back = -sum(one.fen for one in invoices if one.fen < 0)
    left = {row.key: row.fen for row in rows if row.key not in used}
    for one in [one for one in bills if one.number not in paid]:
        owed = max(0, one.fen - taken_back)
        taken_back = max(0, taken_back - one.fen)
        for row in rows:
            if row.key in left and _in_window(one, row, rules):
                part = min(owed, left[row.key])
                owed, left[row.key] = owed - part, left[row.key] - part
        if owed:
            held.owed.append((one, owed))
    held.paid += bills
    held.payments |= {row.key for row in rows}


def _run_of(one: Issued, rows: Sequence[Receipt], rules: TurnoverRules) -> list[Receipt]:
    """Payments that follow each other and add up to an invoice; none where there are none."""
    near = [row for row in rows if _in_window(one, row, rules)]
    for start in range(len(near)):
        total = 0
        for end in range(start, len(near)):
            total += near[end].fen
            if total == one.fen:
                return list(near[start : end + 1])
            if total > one.fen:
                break
    return []


def _equal_amounts(
    invoices: Sequence[Issued], rows: Sequence[Receipt], rules: TurnoverRules
) -> list[tuple[Issued, Receipt]]:
    """Pairs of an invoice and a payment of its amount, the nearest in time first, each once."""
    by_amount: dict[int, list[Receipt]] = defaultdict(list)
    for row in rows:
        by_amount[row.fen].append(row)
    candidates = sorted(
        _candidates(invoices, by_amount, rules),
        key=lambda found: (found[0], found[1].day, found[1].number, found[2].day, found[2].key),
    )
    pairs: list[tuple[Issued, Receipt]] = []
    bills: set[str] = set()
    taken: set[Key] = set()
    for _, one, row in candidates:
        if one.number not in bills and row.key not in taken:
            bills.add(one.number)
            taken.add(row.key)
            pairs.append((one, row))
    return pairs


def _candidates(
    invoices: Sequence[Issued], by_amount: dict[int, list[Receipt]], rules: TurnoverRules
) -> Iterator[tuple[int, Issued, Receipt]]:
    for one in invoices:
        for row in by_amount.get(one.fen, ()):
            if _in_window(one, row, rules):
                yield abs((row.day - one.day).days), one, row


def _in_window(one: Issued, row: Receipt, rules: TurnoverRules) -> bool:
    earliest = one.day - timedelta(days=rules.invoice_before_days)
    return earliest <= row.day <= one.day + timedelta(days=rules.invoice_after_days)
