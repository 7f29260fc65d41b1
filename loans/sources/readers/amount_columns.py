"""Which columns hold the amounts and the balances of rows, and in which unit."""

from __future__ import annotations

from loans.sources.readers.amounts import FEN_A_YUAN
from loans.sources.readers.header import AMOUNTS, TIMES, Header
from loans.sources.readers.legend import Legend, unit_in_name
from loans.sources.readers.sample import Sample, first_of
from loans.sources.readers.unnamed import NEARLY_ALL, another_amount
from loans.sources.readers.vocabulary import plain
from loans.sources.rows import AccountKind

MONEY = (*AMOUNTS, "balance", "fee", "refund_amount")
USUAL_AMOUNT_ROLES = (
    "amount_posted", "amount_paid", "amount_received", "amount", "amount_order",
    "income", "expense", "amount_other",
)  # fmt: skip
AMOUNT_ROLES = {
    AccountKind.MERCHANT: (
        "amount_received",
        "amount_paid",
        "amount",
        "amount_order",
        "amount_other",
        "amount_posted",
        "income",
    ),
    AccountKind.SECURITIES: ("amount", "amount_posted", "amount_order", "amount_other"),
}
NOT_THE_LEDGER = ("可用", "可提", "可取", "可支配", "available", "冻结", "保留")


def units_of(header: Header, legend: Legend) -> dict[int, int] | None:
    """What one of the unit of each column of money is worth in fen; None where two are said.

    A column's own name says more than the notes do.
    """
    named = {at: unit_in_name(name) for at, name in enumerate(header.names) if name}
    if len(legend.units) > 1 and None in (named.get(at) for at in header.places(*MONEY)):
        return None
    usual = next(iter(legend.units), FEN_A_YUAN)
    return {at: own or usual for at, own in named.items()}


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
    full = full or [at for at in places if sample.amounts(at)]
    if account is AccountKind.MERCHANT and (gross := _before_fees(sample, full)) is not None:
        full = [gross, *(at for at in full if at != gross)]
    merchant = account is AccountKind.MERCHANT
    if full and (_several_unknown(sample, full) or another_amount(sample, full[0], merchant)):
        return ()
    return tuple(full)


def _before_fees(sample: Sample, amounts: list[int]) -> int | None:
    """The column of what was taken, where the amount is what is left of it after the fee.

    Its name need not be known: amount and fee make it up in nearly all rows.
    """
    header = sample.header
    fees = header.places("fee")
    if not fees or not amounts or header.roles[amounts[0]] not in ("amount_posted", "amount_other"):
        return None
    charged = []
    for row in sample.rows:
        net, fee = sample.amount(row, amounts[0]), sample.amount(row, fees[0])
        if net is not None and fee is not None and fee.fen and net.fen:
            charged.append((row, abs(net.fen) + abs(fee.fen)))
    for at in range(len(header.names)):
        if at in (amounts[0], fees[0]) or header.roles[at] in (*TIMES, "balance"):
            continue
        found = [sample.amount(row, at) for row, _ in charged]
        equal = sum(
            amount is not None and abs(amount.fen) == gross
            for amount, (_, gross) in zip(found, charged, strict=True)
        )
        if charged and equal >= NEARLY_ALL * len(charged):
            return at
    return None


def _several_unknown(sample: Sample, amounts: list[int]) -> bool:
    """Whether the amount is one of several that differ: of one name, or none of a known one."""
    roles, names = sample.header.roles, sample.header.names
    unknown = [
        at
        for at in amounts
        if roles[at] == roles[amounts[0]] == "amount_other" or names[at] == names[amounts[0]]
    ]
    return any(
        len({amount.fen for at in unknown if (amount := sample.amount(row, at))}) > 1
        for row in sample.rows
    )


def balance_column(sample: Sample) -> int | None:
    """The column of balances, if most of its cells hold one; some publishers mask them.

    What can be drawn of it is no balance that carries forward.
    """
    names = [plain(name) for name in sample.header.names]
    places = sample.fullest(sample.header.places("balance"))
    for at in sorted(places, key=lambda at: any(word in names[at] for word in NOT_THE_LEDGER)):
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
