"""Which columns hold the amounts and the balances of rows, and in which unit."""

from __future__ import annotations

from collections.abc import Sequence

from loans.sources.readers.amounts import FEN_A_YUAN
from loans.sources.readers.header import AMOUNTS, TIMES, Header
from loans.sources.readers.legend import Legend, unit_in_name
from loans.sources.readers.records import Cell
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
TRADED, ORDERED = "amount", "amount_order"
SETTLED = ("amount_received", "amount_posted")
NO_CHARGE = ("消费", "费率", "扣率")
CHARGES = ("费", "佣", "扣点", "抽成", "fee", "commission")
SHOPS = ("商户", "商家", "店铺", "门店", "卖家")
DISCOUNTS = ("补贴", "优惠", "活动", "红包", "券", "折扣", "立减", "满减", "让利")
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
    if account is AccountKind.MERCHANT and (net := _settled_otherwise(sample, full)) is not None:
        full = [net, *(at for at in full if at != net)]
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


def _settled_otherwise(sample: Sample, amounts: list[int]) -> int | None:
    """The column of what was settled, where more than fees was taken off the amounts.

    What a shop itself gave off, as 商户补贴, it never took: the price of its goods is no turnover.
    Of an order nothing but fees may be missing; of a trade, what columns say that the shop gave.
    """
    roles = sample.header.roles
    if not amounts or roles[amounts[0]] not in (TRADED, ORDERED):
        return None
    fees, given = _columns_of(sample, CHARGES), _given_off(sample)
    for net in (at for at in amounts if roles[at] in SETTLED):
        off = [
            (row, abs(gross.fen) - abs(rest.fen))
            for row in sample.rows
            if (gross := sample.amount(row, amounts[0])) and (rest := sample.amount(row, net))
        ]
        if not any(fen for _, fen in off) or any(
            _make_up(sample, off, places) for places in (fees, *([at] for at in fees))
        ):
            continue
        if roles[amounts[0]] == ORDERED or _make_up(sample, off, [*fees, *given]):
            return net
    return None


def _columns_of(sample: Sample, words: tuple[str, ...]) -> list[int]:
    names = [plain(name) for name in sample.header.names]
    other = [at for at, name in enumerate(names) if any(word in name for word in NO_CHARGE)]
    return [
        at
        for at, name in enumerate(names)
        if at not in other and any(word in name for word in words)
    ]


def _given_off(sample: Sample) -> list[int]:
    """Columns of what the shop itself gave off; what a platform gave was settled with it."""
    own = set(_columns_of(sample, SHOPS))
    return [at for at in _columns_of(sample, DISCOUNTS) if at in own]


def _make_up(sample: Sample, off: list[tuple[Sequence[Cell], int]], places: Sequence[int]) -> bool:
    """Whether columns add up to what was taken off in nearly all rows."""
    equal = sum(
        sum(abs(part.fen) for at in places if (part := sample.amount(row, at))) == fen
        for row, fen in off
    )
    return equal >= NEARLY_ALL * len(off)


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
