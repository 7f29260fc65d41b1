"""What three sources of a made-up firm show, and how much of its sales left a trace in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from evaluation.simulation.noise import bank_noise, wallet_noise
from evaluation.simulation.papers import Paper, invoices_of, papers_of
from evaluation.simulation.sales import BEGIN, END, Channel, Firm, Sale
from loans.sources.invoices import Invoice
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement

ACQUIRERS = (
    ("拉卡拉支付股份有限公司", "商户结算款"),
    ("财付通支付科技有限公司", "商户资金结算"),
    ("支付宝（中国）网络技术有限公司", "商家结算"),
    ("银联商务股份有限公司", "POS清算"),
    ("通联支付网络服务股份有限公司", "T1入账"),
    ("随行付支付有限公司客户备付金", "跨行转账"),
)
PLATFORMS = ("北京三快在线科技有限公司", "拉扎斯网络科技（上海）有限公司")


@dataclass(frozen=True)
class Habits:
    """How the sources of one firm record: what differs from firm to firm."""

    second: str  # the source beside the bank and `third`
    third: str
    fee_bp: int
    acquirer: tuple[str, str]
    days_to_settle: int
    cut_hour: int  # of the evening, from which sales count to the next day
    weekend_in_one: bool  # Friday to Sunday are paid out on Monday
    bank_has_times: bool
    without_order: float  # share of rows whose order number is missing
    shows_fees: bool


@dataclass
class SimulatedFirm:
    """What is handed in, and the truth, in fen by month."""

    firm: Firm
    statements: list[Statement]
    invoices: list[Invoice]
    traced_fen: dict[str, int]  # by month, `2026-03`
    all_sales_fen: int
    sources: tuple[str, ...]


@dataclass
class _Books:
    """Rows of each account as they come about."""

    bank: list[Row] = field(default_factory=list)
    acquirer: list[Row] = field(default_factory=list)
    merchant: list[Row] = field(default_factory=list)  # the wallet's own bill of the same sales
    wallet: list[Row] = field(default_factory=list)


_AT_A_COUNTER = (
    ("acquirer", "wallet"),
    ("acquirer", "invoices"),
    ("acquirer", "merchant"),
    ("merchant", "wallet"),  # a bill of a part of what the acquirer pays out
)
_COMBINATIONS = {
    "shop": _AT_A_COUNTER,
    "restaurant": _AT_A_COUNTER,
    "wholesaler": (("wallet", "invoices"),),
    "workshop": (("wallet", "invoices"), ("acquirer", "invoices")),
    "service": (("wallet", "acquirer"), ("wallet", "invoices")),
}


def simulate(firm: Firm, seed: int) -> SimulatedFirm:
    """Three sources of a firm: its bank, and two of acquirer, wallet, merchant bill, invoices."""
    draw = Random(f"records-{seed}-{firm.number}")
    habits = _habits(draw, firm)
    papers = papers_of(draw, firm)
    books = _Books()
    for sale in firm.sales:
        _record(draw, sale, habits, books)
    _settle(draw, firm.sales, habits, books)
    _pay_out_platform(draw, firm.sales, books)
    bank_noise(draw, firm, books.bank)
    wallet_noise(draw, books.wallet, books.bank)
    sources = ("bank", habits.second, habits.third)
    return SimulatedFirm(
        firm=firm,
        statements=list(_statements(draw, firm, habits, books, sources)),
        invoices=invoices_of(draw, firm, papers) if "invoices" in sources else [],
        traced_fen=_traced(firm.sales, papers if "invoices" in sources else [], sources),
        all_sales_fen=sum(s.fen - s.refund_fen for s in firm.sales if BEGIN <= s.at < END),
        sources=sources,
    )


def _habits(draw: Random, firm: Firm) -> Habits:
    second, third = draw.choice(_COMBINATIONS[firm.trade.kind])
    return Habits(
        second=second,
        third=third,
        fee_bp=draw.choice((20, 25, 30, 38, 38, 60)),
        acquirer=draw.choice(ACQUIRERS),
        days_to_settle=draw.choice((1, 1, 1, 2)),
        cut_hour=draw.choice((24, 24, 23, 22)),
        weekend_in_one=draw.random() < 0.3,
        bank_has_times=draw.random() < 0.5,
        without_order=draw.choice((0, 0, 0.05, 0.3, 1)),
        shows_fees=draw.random() < 0.5,
    )


def _record(draw: Random, sale: Sale, habits: Habits, books: _Books) -> None:
    if sale.channel is Channel.CODE:
        _record_code(draw, sale, habits, books)
    elif sale.channel is Channel.WALLET:
        books.wallet.extend(_wallet_rows(draw, sale))
    elif sale.channel is Channel.BANK and sale.customer is not None:
        memo = draw.choice(("货款", "", "转账", "货款", "往来款", "材料款", "跨行汇款"))
        for part in sale.parts:
            yuan_in = _row(part.at, part.fen, RowKind.OTHER, sale.customer.payer, memo)
            books.bank.append(yuan_in)


def _record_code(draw: Random, sale: Sale, habits: Habits, books: _Books) -> None:
    order = f"{sale.at:%Y%m%d}{sale.number:012d}"
    wechat = draw.random() < 0.65
    fee = round(sale.fen * habits.fee_bp / 10_000) if habits.shows_fees else None
    for book, is_in in ((books.acquirer, True), (books.merchant, wechat)):
        if not is_in:
            continue
        own = None if draw.random() < habits.without_order else order
        at = sale.at + timedelta(seconds=draw.randint(0, 4))
        memo = draw.choice(("微信支付", "扫码支付", "JSAPI")) if wechat else "支付宝"
        book.append(_row(at, sale.fen, RowKind.PAYMENT, None, memo, own, fee))
        if sale.refund_fen and sale.refund_at:
            gone = sale.refund_at + timedelta(seconds=draw.randint(0, 4))
            book.append(_row(gone, -sale.refund_fen, RowKind.REFUND, None, "退款", own))


def _wallet_rows(draw: Random, sale: Sale) -> Iterator[Row]:
    dear = sale.fen > 50_000
    payer = f"客户{draw.randint(1, 40 if dear else 400)}"  # who buys for much buys again
    if draw.random() < (0.4 if dear else 0.85):
        memo = draw.choice(("二维码收款", "收款方备注:二维码收款", "扫二维码付款"))
    else:
        memo = draw.choice(("转账", "转账备注:微信转账", "转账备注:货款", "转账备注:订金尾款"))
    order = f"1000{sale.at:%Y%m%d}{sale.number:010d}"
    yield _row(sale.at, sale.fen, RowKind.PAYMENT, payer, memo, order)
    if sale.refund_fen and sale.refund_at:
        yield _row(sale.refund_at, -sale.refund_fen, RowKind.REFUND, payer, "退款", order)


def _settle(draw: Random, sales: Sequence[Sale], habits: Habits, books: _Books) -> None:
    """What the acquirer pays to the bank: a day's sales less fees and refunds."""
    by_day: dict[datetime, int] = defaultdict(int)
    for sale in sales:
        if sale.channel is not Channel.CODE:
            continue
        net = sale.fen - round(sale.fen * habits.fee_bp / 10_000)
        by_day[_paid_out(sale.at, habits)] += net
        if sale.refund_fen and sale.refund_at:
            by_day[_paid_out(sale.refund_at, habits)] -= sale.refund_fen
    payer, memo = habits.acquirer
    carried = 0
    for day in sorted(by_day):
        carried += by_day[day]
        if carried > 0:
            at = day + timedelta(hours=draw.randint(6, 11), minutes=draw.randint(0, 59))
            books.bank.append(_row(at, carried, RowKind.OTHER, payer, memo))
            carried = 0


def _paid_out(at: datetime, habits: Habits) -> datetime:
    day = (at + timedelta(hours=24 - habits.cut_hour)).replace(hour=0, minute=0, second=0)
    day += timedelta(days=habits.days_to_settle)
    while habits.weekend_in_one and day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _pay_out_platform(draw: Random, sales: Sequence[Sale], books: _Books) -> None:
    payer, keeps = draw.choice(PLATFORMS), PLATFORM_KEEPS
    weeks: dict[datetime, int] = defaultdict(int)
    for sale in sales:
        if sale.channel is Channel.PLATFORM:
            weeks[_platform_day(sale)] += sale.fen
    for day, fen in weeks.items():
        memo = draw.choice(("结算款", "商家提现", "美团外卖结算"))
        books.bank.append(_row(day, round(fen * (1 - keeps)), RowKind.OTHER, payer, memo))


PLATFORM_KEEPS = 0.18


def _platform_day(sale: Sale) -> datetime:
    monday = sale.at - timedelta(days=sale.at.weekday())
    return monday.replace(hour=9, minute=30, second=0) + timedelta(days=9)


def _traced(
    sales: Sequence[Sale], papers: Sequence[Paper], sources: Sequence[str]
) -> dict[str, int]:
    """By month of the first trace: what any source shows of each sale, less what was given back."""
    on_paper = {number: paper.at for paper in papers for number in paper.sales}
    months: dict[str, int] = defaultdict(int)
    for sale in sales:
        shown = 0
        for at, fen in _shown_payments(sale, sources):
            if BEGIN <= at < END:
                months[f"{at:%Y-%m}"] += fen
                shown += fen
        paper_at = on_paper.get(sale.number)
        if paper_at is not None and BEGIN <= paper_at < END and shown < sale.fen:
            months[f"{paper_at:%Y-%m}"] += sale.fen - shown
    return dict(months)


def _shown_payments(sale: Sale, sources: Sequence[str]) -> Iterator[tuple[datetime, int]]:
    if sale.channel is Channel.PLATFORM:
        yield _platform_day(sale), round(sale.fen * (1 - PLATFORM_KEEPS))
        return
    in_wallet = sale.channel is Channel.WALLET and "wallet" in sources
    if sale.channel in (Channel.CODE, Channel.BANK) or in_wallet:
        for part in sale.parts:
            yield part.at, part.fen
        if sale.refund_fen and sale.refund_at:
            yield sale.refund_at, -sale.refund_fen


def _statements(
    draw: Random, firm: Firm, habits: Habits, books: _Books, sources: Sequence[str]
) -> Iterator[Statement]:
    yield _statement("icbc", AccountKind.DEBIT, firm.owner, books.bank, habits.bank_has_times)
    if "acquirer" in sources:
        yield _statement("acquirer", AccountKind.MERCHANT, firm.name, books.acquirer, True)
    if "merchant" in sources:
        yield _statement("wechat", AccountKind.MERCHANT, firm.name, books.merchant, True)
    if "wallet" in sources:
        wallet = _statement("wechat", AccountKind.WALLET, firm.owner, books.wallet, True)
        yield wallet
        if draw.random() < 0.2:  # sent twice, the second export with the last weeks only
            newest = tuple(row for row in wallet.rows if _day(row) >= END - timedelta(days=40))
            yield Statement("wechat", AccountKind.WALLET, newest, owner=firm.owner)


def _statement(
    publisher: str, account: AccountKind, owner: str, rows: list[Row], times: bool
) -> Statement:
    within = sorted((row for row in rows if BEGIN <= _day(row) < END), key=_day)
    shown = [row if times else _without_time(row) for row in within]
    return Statement(
        publisher,
        account,
        tuple(shown),
        owner=owner,
        first_day=BEGIN.date(),
        last_day=(END - timedelta(days=1)).date(),
    )


def _day(row: Row) -> datetime:
    if not isinstance(row.at, datetime):
        raise TypeError("rows that are drawn have a time")
    return row.at


def _without_time(row: Row) -> Row:
    return Row(
        row.line,
        _day(row).date(),
        row.amount_fen,
        row.direction,
        row.kind,
        row.counterparty,
        row.memo,
        row.order_no,
    )


def _row(
    at: datetime,
    fen: int,
    kind: RowKind,
    counterparty: str | None,
    memo: str,
    order: str | None = None,
    fee: int | None = None,
) -> Row:
    direction = Direction.IN if fen > 0 else Direction.OUT
    return Row(0, at, fen, direction, kind, counterparty, memo, order, fee_fen=fee)
