"""What the columns of a header mean, decided by what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loans.sources.readers.amount_columns import (
    always_owes,
    amount_columns,
    balance_column,
    currency_column,
    pair_columns,
    units_of,
)
from loans.sources.readers.contradictions import contradicted
from loans.sources.readers.currencies import DOLLARS, currency_in_name
from loans.sources.readers.direction import (
    NAMED_SIGNS,
    Sign,
    direction_column,
    minus_repeats,
    minus_unclear,
    sign_of,
)
from loans.sources.readers.header import TIMES, Header
from loans.sources.readers.legend import Legend
from loans.sources.readers.records import Cell, Record
from loans.sources.readers.sample import Sample, first_of
from loans.sources.readers.sides import debit_is_in
from loans.sources.readers.summaries import is_summary
from loans.sources.readers.takings import refunds_apart, settled_after_fees
from loans.sources.readers.time_columns import days_in_two_orders, elsewhere, time_columns
from loans.sources.readers.times import DayOrder
from loans.sources.readers.unnamed import another_time, unnamed, unnamed_types
from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import CNY, AccountKind

SAMPLE = 200  # records after a header that decide what its columns mean
DIRECTION = "direction"
DAY_ORDER = "day_order"
UNIT = "unit"
MERCHANT = "商户"
MOST = 10**11  # fen; longer numbers are those of orders
TRADES = "trades"  # the table sums them up


@dataclass(frozen=True)
class Layout:
    """Where everything of a row stands, and how its amount is signed."""

    header: Header
    account: AccountKind
    sign: Sign
    times: tuple[int, ...]  # columns with a day, the best first; the next serves where one is empty
    clocks: tuple[int, ...]  # columns with a time of day
    amounts: tuple[int, ...]  # the best first
    income: tuple[int, ...]
    expense: tuple[int, ...]
    direction: int | None
    units: Mapping[int, int]  # fen of one of a column's unit
    cells: int  # fewest that a whole row has
    most_cells: int  # that a row may fill: more, and a name has a delimiter in it
    order: DayOrder | None = None
    year_month: tuple[int, int] | None = None
    minus_repeats: bool = False  # a minus only says again what the word or the column says
    balance: int | None = None
    counterparty: tuple[int, ...] = ()
    counterparty_id: int | None = None
    payer: int | None = None
    payee: int | None = None
    order_no: tuple[int, ...] = ()
    status: tuple[int, ...] = ()
    types: tuple[int, ...] = ()
    memo: tuple[int, ...] = ()
    currency: int | None = None
    currency_code: str = CNY  # where no column and no cell names one
    own_accounts: bool = False  # a book of several accounts of one person
    debit_in: bool = False  # 借 is in
    fee: int | None = None
    refund_amount: int | None = None
    refunds_apart: bool = False  # what was given back has rows of its own
    refund_no: int | None = None
    fund_state: int | None = None
    serial: int | None = None
    owner: int | None = None
    tail: int | None = None


@dataclass(frozen=True)
class Unclear:
    """What a layout lacks; it would have to be guessed."""

    missing: tuple[str, ...]


def resolved(
    header: Header,
    records: Sequence[Record],
    account: AccountKind,
    year_month: tuple[int, int] | None,
    legend: Legend,
    titles: Sequence[str] = (),
) -> Layout | Unclear:
    """The layout of a header, by the first records under it; or what cannot be known of it.

    `titles` are what the table is called.
    """
    if header.missing:
        return Unclear(header.missing)
    units = units_of(header, legend)
    if units is None:
        return Unclear((UNIT,))
    sample = Sample(header, [cells for _, cells in records], units, year_month, legend.order)
    if is_summary(sample, titles):
        return Unclear((TRADES,))
    if account is AccountKind.DEBIT and always_owes(sample):
        account = AccountKind.CREDIT
    if account is AccountKind.DEBIT and not header.places("balance") and settled_after_fees(sample):
        account = AccountKind.MERCHANT
    if contradicted(header, sample.records):
        return Unclear(("columns",))
    if _of_goods(header):
        return Unclear(("amount",))
    if elsewhere(sample):
        return Unclear(("time",))
    times, clocks = time_columns(sample)
    if not times:
        if days_in_two_orders(sample):
            return Unclear((DAY_ORDER,))
        if sample.rows:
            return Unclear(("time",))
        times = tuple(header.places(*TIMES))
    if another_time(sample, times[0]):
        return Unclear(("time",))
    return _signed(sample, account, legend, times, clocks)


def _signed(
    sample: Sample,
    account: AccountKind,
    legend: Legend,
    times: tuple[int, ...],
    clocks: tuple[int, ...],
) -> Layout | Unclear:
    """The layout with these columns of time; or what cannot be known of its amounts."""
    income, expense = pair_columns(sample)
    paired = bool(income and expense)
    amounts = () if paired else amount_columns(sample, account)
    direction = None if paired else direction_column(sample, account)
    if not amounts and not paired:
        return Unclear(("amount",))
    debit_in = debit_is_in(sample, account, legend, (income, expense), amounts, direction)
    if debit_in and paired:
        income, expense = expense, income
    sign = Sign.TWO_COLUMNS if paired else sign_of(sample, account, legend, amounts, direction)
    if debit_in is None or sign is None or (income and sample.mostly_negative(income[0])):
        return Unclear((DIRECTION,))
    if sign is Sign.WORD and minus_unclear(sample, amounts, direction):
        return Unclear((DIRECTION,))
    if sign in NAMED_SIGNS.values() and not _has_all_amounts(sample, amounts[0]):
        return Unclear(("amount",))
    header = sample.header
    places = header.places
    currency = _currency(sample, legend, (*amounts, *income))
    if currency is None:
        return Unclear((UNIT,))
    return Layout(
        header=header,
        account=account,
        sign=sign,
        times=times,
        clocks=clocks,
        amounts=amounts,
        income=income,
        expense=expense,
        direction=direction,
        units=sample.units,
        cells=_cells(sample),
        most_cells=_most_cells(sample),
        order=sample.order,
        year_month=sample.year_month,
        minus_repeats=minus_repeats(sample, amounts, expense, direction, sign),
        balance=balance_column(sample),
        counterparty=_counterparties(sample, account),
        counterparty_id=first_of(places("counterparty_id")),
        payer=first_of(places("payer")),
        payee=first_of(places("payee")),
        order_no=tuple(places("order_no", "merchant_no")),
        status=tuple(places("status", "refund_status")),
        types=_types(sample, direction, sign),
        memo=tuple(places("memo", "description", "place")),
        currency=currency_column(sample, amounts or income),
        currency_code=currency,
        own_accounts=bool(places("second_account")),
        debit_in=debit_in,
        fee=first_of(places("fee")),
        refund_amount=first_of(places("refund_amount")),
        refunds_apart=refunds_apart(sample, amounts),
        refund_no=first_of(places("refund_no")),
        fund_state=first_of(places("fund_state")),
        serial=first_of(places("serial")),
        owner=sample.same(_owners(sample, account)),
        tail=sample.same(places("account")),
    )


def _has_all_amounts(sample: Sample, at: int) -> bool:
    """Whether the only column of one direction has the amount of each row, and none beside it has.

    A shop's book has 微信, 支付宝 and 现金 for what came, beside 支出.
    """
    beside = any(
        sample.mostly_amounts(other) and all(abs(a.fen) < MOST for a in sample.amounts(other))
        for other in unnamed(sample)
    )
    return not beside and all(amount.fen for amount in sample.amounts(at))


def _of_goods(header: Header) -> bool:
    """Whether a table is of goods in a store or of what a meter counted."""
    words = vocabulary().notes["not_money"]
    return any(word in plain(name) for name in header.names for word in words)


def _currency(sample: Sample, legend: Legend, amounts: Sequence[int]) -> str | None:
    """The currency that a column's name or the notes tell; None for dollars of any country."""
    named = currency_in_name(sample.header.names[amounts[0]])
    if named == DOLLARS and not sample.header.places("currency"):
        return legend.currency
    return CNY if named == DOLLARS else named or legend.currency or CNY


def _cells(sample: Sample) -> int:
    """Cells of a whole row: as many as the header has, or fewer where all rows have fewer."""
    width = sample.header.width
    return min(width, max(map(len, sample.rows), default=width))


def _most_cells(sample: Sample) -> int:
    """Cells that a row may fill: as many as the header has, or more where most rows do."""
    filled = sorted(_filled(row) for row in sample.rows)
    return max(sample.header.width, filled[len(filled) // 2] if filled else 0)


def _filled(row: Sequence[Cell]) -> int:
    return max((at + 1 for at, cell in enumerate(row) if str(cell or "").strip()), default=0)


def _types(sample: Sample, direction: int | None, sign: Sign) -> tuple[int, ...]:
    """Columns of types of trade; of takings also one called a direction that says none."""
    roles = ("type", "direction") if sign is Sign.TAKINGS else ("type",)
    named = (at for at in sample.header.places(*roles) if not sample.mostly_amounts(at))
    return tuple(at for at in named if at != direction) or unnamed_types(sample)


def _counterparties(sample: Sample, account: AccountKind) -> tuple[int, ...]:
    """Columns that name the other side; what a card's bill describes is the merchant."""
    header = sample.header
    roles = ["counterparty"]
    if account is AccountKind.CREDIT or not header.places("counterparty"):
        roles += ["place", "description"]
        if account is AccountKind.CREDIT:
            roles.append("type")
    elif account is AccountKind.DEBIT:
        roles.append("place")
    owners = _owners(sample, account)
    others = [at for at in header.places("owner") if at not in owners or sample.same([at]) != at]
    if account is AccountKind.MERCHANT:
        return (*header.places(*roles), *others)
    return tuple(dict.fromkeys((*header.places("counterparty"), *others, *header.places(*roles))))


def _owners(sample: Sample, account: AccountKind) -> list[int]:
    """Columns that may name the account's owner: a merchant only where the account is its own."""
    header = sample.header
    return [
        at
        for at in header.places("owner")
        if account is AccountKind.MERCHANT or MERCHANT not in header.names[at]
    ]
