"""Firms that are made up, and what they sell in half a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 3, 1, tzinfo=CHINA)
END = datetime(2026, 9, 1, tzinfo=CHINA)
EARLIER = timedelta(days=60)  # sales before the period, of which payments fall into it


class Channel(StrEnum):
    """How a sale is paid."""

    CODE = "code"  # the acquirer's code on the counter
    WALLET = "wallet"  # the owner's own code, or a transfer to the owner
    BANK = "bank"  # a transfer by a customer with a name
    PLATFORM = "platform"  # a delivery platform, which pays out by week
    CASH = "cash"


@dataclass(frozen=True)
class Trade:
    """What a kind of business is like: sales a day, what one comes to, how they are paid."""

    kind: str
    sales_a_day: tuple[float, float]
    median_yuan: tuple[float, float]
    spread: float  # of the logarithm of what a sale comes to
    channels: dict[Channel, float]
    invoiced: float  # share of sales, beside those of customers with an account
    opens_at: tuple[int, int]


TRADES = (
    Trade(
        "shop",
        (4, 14),
        (25, 120),
        0.8,
        {Channel.CODE: 0.72, Channel.WALLET: 0.16, Channel.CASH: 0.09, Channel.BANK: 0.03},
        0.04,
        (8, 21),
    ),
    Trade(
        "restaurant",
        (6, 16),
        (30, 90),
        0.6,
        {Channel.CODE: 0.6, Channel.PLATFORM: 0.2, Channel.WALLET: 0.12, Channel.CASH: 0.08},
        0.06,
        (10, 23),
    ),
    Trade(
        "wholesaler",
        (0.8, 3),
        (900, 4000),
        0.9,
        {Channel.BANK: 0.6, Channel.WALLET: 0.3, Channel.CASH: 0.05, Channel.CODE: 0.05},
        0.1,
        (6, 18),
    ),
    Trade(
        "workshop",
        (0.15, 0.6),
        (6000, 30000),
        0.7,
        {Channel.BANK: 0.9, Channel.WALLET: 0.06, Channel.CASH: 0.04},
        0.1,
        (8, 18),
    ),
    Trade(
        "service",
        (1, 5),
        (80, 500),
        0.7,
        {Channel.WALLET: 0.45, Channel.CODE: 0.3, Channel.BANK: 0.15, Channel.CASH: 0.1},
        0.08,
        (9, 20),
    ),
)
KINDS = ("shop", "restaurant", "wholesaler", "workshop", "service")
FREQUENCY = (0.32, 0.2, 0.24, 0.1, 0.14)

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉建国志红春梅"
_TOWNS = ("临江", "宁河", "东阳", "安丘", "长乐", "博兴", "永康", "荣昌", "宜都", "通城")
_SIGNS = ("顺达", "恒源", "金鑫", "瑞丰", "鸿运", "佳美", "永盛", "百和", "兴隆", "华泰", "新禾")
_TRADES = ("商贸", "食品", "建材", "餐饮管理", "五金制品", "服装", "科技", "机电设备", "电子商务")


@dataclass(frozen=True)
class Customer:
    """A customer who buys again, by transfer: what the bank shows, and what invoices show."""

    payer: str
    buyer: str
    invoicing: str  # each | before | monthly | never
    days_to_pay: tuple[int, int]


@dataclass(frozen=True)
class Part:
    """A payment for a sale."""

    at: datetime
    fen: int


@dataclass(frozen=True)
class Sale:
    """One sale: the truth. `parts` are how it was paid; `refund_fen` is what was given back."""

    number: int
    at: datetime
    fen: int
    channel: Channel
    customer: Customer | None
    parts: tuple[Part, ...]
    refund_fen: int = 0
    refund_at: datetime | None = None
    invoiced: bool = False


@dataclass(frozen=True)
class Firm:
    """A business, its owner and its sales."""

    number: int
    trade: Trade
    name: str
    owner: str
    code: str
    sales: tuple[Sale, ...]


def draw_firm(number: int, seed: int) -> Firm:
    """A firm by its number; the same number and seed draw the same firm."""
    draw = Random(f"firm-{seed}-{number}")
    kind = draw.choices(KINDS, FREQUENCY)[0]
    trade = next(trade for trade in TRADES if trade.kind == kind)
    customers = [_customer(draw) for _ in range(draw.randint(3, 12))]
    return Firm(
        number=number,
        trade=trade,
        name=company(draw),
        owner=person(draw),
        code=f"92{draw.randrange(10**15):015d}X",
        sales=tuple(_sales(draw, trade, customers)),
    )


def person(draw: Random) -> str:
    """A name that means nobody."""
    return draw.choice(_SURNAMES) + "".join(draw.choices(_GIVEN, k=draw.choice((1, 2, 2))))


def company(draw: Random) -> str:
    """The name of a firm that is none."""
    form = draw.choice(("有限公司", "有限公司", "经营部", "商行", "有限责任公司"))
    return draw.choice(_TOWNS) + draw.choice(_SIGNS) + draw.choice(_TRADES) + form


def _customer(draw: Random) -> Customer:
    buyer = company(draw) if draw.random() < 0.8 else person(draw)
    by_themselves = draw.random() < 0.9  # some firms pay from their owner's account
    payer = buyer if by_themselves else person(draw)
    invoicing = draw.choices(("each", "before", "monthly", "never"), (0.35, 0.15, 0.25, 0.25))[0]
    first = draw.choice((0, 0, 3, 15, 30))
    return Customer(payer, buyer, invoicing, (first, first + draw.choice((0, 5, 20))))


def _sales(draw: Random, trade: Trade, customers: list[Customer]) -> Iterator[Sale]:
    a_day = draw.uniform(*trade.sales_a_day)
    median = draw.uniform(*trade.median_yuan)
    weights = {c: w * draw.lognormvariate(0, 0.35) for c, w in trade.channels.items()}
    weekend = draw.uniform(0.6, 1.5)
    growth = draw.uniform(-0.004, 0.006)
    number, day = 0, BEGIN - EARLIER
    while day < END:
        busy = a_day * (weekend if day.weekday() > 4 else 1) * (1 + growth * (day - BEGIN).days)
        for _ in range(_poisson(draw, max(busy, 0.02))):
            number += 1
            channel = draw.choices(list(weights), list(weights.values()))[0]
            yield _sale(draw, number, day, trade, median, channel, customers)
        day += timedelta(days=1)


def _sale(
    draw: Random,
    number: int,
    day: datetime,
    trade: Trade,
    median: float,
    channel: Channel,
    customers: list[Customer],
) -> Sale:
    at = day + timedelta(seconds=draw.randint(trade.opens_at[0] * 3600, trade.opens_at[1] * 3600))
    customer = draw.choice(customers) if channel is Channel.BANK else None
    larger = 3 if customer and trade.kind in ("shop", "service") else 1
    fen = max(100, round(median * larger * draw.lognormvariate(0, trade.spread) * 100))
    if draw.random() < 0.55:  # prices are round more often than not
        fen = max(100, round(fen, -3 if fen > 100_000 else -2))
    returned = draw.random() < 0.012
    refund = draw.choice((fen, fen, fen // 2)) if returned and customer is None else 0
    return Sale(
        number=number,
        at=at,
        fen=fen,
        channel=channel,
        customer=customer,
        parts=tuple(_parts(draw, at, fen, customer)),
        refund_fen=refund if channel in (Channel.CODE, Channel.WALLET) else 0,
        refund_at=at + timedelta(minutes=draw.randint(3, 4000)),
        invoiced=draw.random() < trade.invoiced,
    )


def _parts(draw: Random, at: datetime, fen: int, customer: Customer | None) -> Iterator[Part]:
    if customer is None:
        yield Part(at, fen)
        return
    paid = at + timedelta(days=draw.randint(*customer.days_to_pay), minutes=draw.randint(1, 300))
    if draw.random() < 0.12:  # a deposit, the rest later
        deposit = round(fen * 0.3)
        yield Part(at, deposit)
        yield Part(paid + timedelta(days=draw.randint(1, 15)), fen - deposit)
    else:
        yield Part(paid, fen)


def _poisson(draw: Random, mean: float) -> int:
    """By Knuth's method; means are small."""
    limit, product, count = 2.718281828459045**-mean, draw.random(), 0
    while product > limit:
        product *= draw.random()
        count += 1
    return count
