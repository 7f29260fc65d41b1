"""Which columns hold the amounts and the balances of rows, and in which unit."""

from __future__ import annotations

import re

from loans.sources.readers.amounts import FEN_A_YUAN
from loans.sources.readers.header import AMOUNTS, Header
from loans.sources.readers.sample import Sample, first_of
from loans.sources.rows import AccountKind

USUAL_AMOUNT_ROLES = (
    "amount_posted", "amount_paid", "amount", "amount_order", "amount_other", "income", "expense",
)  # fmt: skip
AMOUNT_ROLES = {
    AccountKind.MERCHANT: (
        "amount_paid",
        "amount",
        "amount_order",
        "amount_other",
        "amount_posted",
        "income",
    ),
    AccountKind.SECURITIES: ("amount", "amount_posted", "amount_order", "amount_other"),
}
TEN_THOUSAND_YUAN = re.compile(r"[(（/]?(?:单位[:：]?)?万元?[)）]?$")
FEN = re.compile(r"[(（](?:单位[:：]?)?分[)）]$")


def units_of(header: Header) -> dict[int, int]:
    """What one of the unit of each column of money is worth in fen."""
    return {at: _unit(header.names[at]) for at in header.places(*AMOUNTS, "balance", "fee")}


def _unit(name: str) -> int:
    if TEN_THOUSAND_YUAN.search(name.strip()):
        return FEN_A_YUAN * 10_000
    return 1 if FEN.search(name.strip()) else FEN_A_YUAN


def pair_columns(sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Columns of income and of expense: those with the most amounts, posted before traded."""
    names = sample.header.names
    income = sample.fullest(sample.header.places("income"))
    expense = sample.fullest(sample.header.places("expense"))
    if not income or not expense:
        return (), ()
    if sample.rows and not sample.amounts(income[0]) and not sample.amounts(expense[0]):
        return (), ()
    posted = [
        (ins, outs)
        for ins in income
        for outs in expense
        if _posted(names[ins]) and _posted(names[outs])
    ]
    if posted and any(sample.amounts(at) for at in posted[0]):
        return (posted[0][0],), (posted[0][1],)
    return (income[0],), (expense[0],)


def amount_columns(sample: Sample, account: AccountKind) -> tuple[int, ...]:
    """Columns of one amount: in the account's currency first, a merchant's before fees."""
    header = sample.header
    places = header.places(*AMOUNT_ROLES.get(account, USUAL_AMOUNT_ROLES))
    places += [at for at in header.places("direction") if sample.mostly_amounts(at)]
    rows = len(sample.rows)
    full = [at for at in places if not rows or len(sample.amounts(at)) * 2 >= rows]
    return tuple(full or [at for at in places if sample.amounts(at)])


def balance_column(sample: Sample) -> int | None:
    """The column of balances, if most of its cells hold one; some publishers mask them."""
    for at in sample.fullest(sample.header.places("balance")):
        if not sample.rows or len(sample.amounts(at)) * 2 > len(sample.column(at)):
            return at
    return None


def always_owes(sample: Sample) -> bool:
    """Whether every balance is below zero: accounts for deposits are not overdrawn in China."""
    at = balance_column(sample)
    return (
        at is not None
        and all(amount.fen < 0 for amount in sample.amounts(at))
        and bool(sample.rows)
    )


def currency_column(sample: Sample, amounts: tuple[int, ...]) -> int | None:
    """The currency of the amount that is read: the nearest column, to its right if any is."""
    names = sample.header.names
    places = sorted(sample.header.places("currency"))
    if not places or not amounts:
        return first_of(places)
    at = amounts[0]
    if len(places) == 1:
        return places[0]
    posted = [place for place in places if _posted(names[place]) == _posted(names[at])]
    places = posted or places
    return min(places, key=lambda place: (place < at, abs(place - at)))


def _posted(name: str) -> bool:
    return any(word in name for word in ("记账", "记帐", "入账", "结算", "清算"))
