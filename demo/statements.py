"""A wallet's bill and a bank's statement of a shop that nobody runs, as their publishers export.

What the shop earns is drawn from a seed; the layouts are those of WeChat Pay and of a bank's CSV.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

COLUMNS = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
BANK_COLUMNS = "交易日期,收入金额,支出金额,账户余额,对方户名,摘要"
FEN_A_YUAN = 100
OPENS_H, CLOSES_H = 7, 21


@dataclass(frozen=True)
class Trade:
    """What a shop takes in: so many sales a day, each of about so much, for so many days."""

    owner: str
    first: date
    days: int
    sale_fen: int = 4_000
    sales_a_day: int = 100
    seed: int = 1


def wallet_bill(trade: Trade) -> bytes:
    """The bill of WeChat Pay: receipts by code, and what was bought for the kitchen. UTF-8, CSV."""
    draw, rows = random.Random(trade.seed), list[str]()
    for day in range(trade.days):
        morning = datetime.combine(trade.first + timedelta(days=day), datetime.min.time())
        sales = range(trade.sales_a_day)
        minutes = sorted(draw.randrange(OPENS_H * 60, CLOSES_H * 60) for _ in sales)
        taken = 0
        for sale, minute in enumerate(minutes):
            fen = round(trade.sale_fen * draw.uniform(0.5, 1.5) / FEN_A_YUAN) * FEN_A_YUAN
            taken += fen
            at = morning + timedelta(minutes=minute, seconds=sale % 60)
            rows.append(wallet_row(at, f"顾客{day}x{sale}", fen, len(rows)))
        at = morning + timedelta(hours=CLOSES_H, minutes=30)
        rows.append(wallet_row(at, "样例市利民蔬菜批发部", -taken * 6 // 10, len(rows)))
    return wallet_file(trade.owner, trade.first, trade.days, rows)


def wallet_file(owner: str, first: date, days: int, rows: list[str]) -> bytes:
    """Rows of a bill with what WeChat Pay puts before them. UTF-8 with a mark, CSV."""
    last = first + timedelta(days=days - 1)
    head = [
        "微信支付账单明细,,,,,,,,",
        f"微信昵称：[{owner}],,,,,,,,",
        f"起始时间：[{first} 00:00:00] 终止时间：[{last} 23:59:59],,,,,,,,",
        "----------------------微信支付账单明细列表--------------------,,,,,,,,",
        COLUMNS,
    ]
    return ("\ufeff" + "\r\n".join([*head, *rows]) + "\r\n").encode()


def wallet_row(at: datetime, other: str, fen: int, number: int) -> str:
    """One row of a bill: received by code where `fen` is positive, else paid to a shop."""
    kind, way = ("二维码收款", "收入") if fen > 0 else ("商户消费", "支出")
    order = f"10000{at:%Y%m%d}{number:08d}"
    amount = f"¥{_yuan(abs(fen))}"
    return f"{at:%Y-%m-%d %H:%M:%S},{kind},{other},收款,{way},{amount},零钱,支付成功,{order},/,/"


def bank_statement(owner: str, movements: Iterable[tuple[date, int, str]], opening: int) -> bytes:
    """A statement of a debit account; its balances carry forward. GB18030, CSV."""
    balance, rows = opening, list[str]()
    for day, fen, other in movements:
        balance += fen
        came, went = (_yuan(fen), "") if fen > 0 else ("", _yuan(-fen))
        rows.append(f"{day},{came},{went},{_yuan(balance)},{other},转账")
    head = [f"户名:{owner}", "账号:6222****1234", BANK_COLUMNS]
    return ("\n".join([*head, *rows]) + "\n").encode("gb18030")


def rents(first: date, months: int, fen: int) -> list[tuple[date, int, str]]:
    """A shop's rent, paid every thirty days."""
    landlord = "样例市场管理有限公司房租"
    return [(first + timedelta(days=30 * n), -fen, landlord) for n in range(months)]


def deliveries(first: date, weeks: int, fen: int) -> list[tuple[date, int, str]]:
    """A shop's goods, paid every week."""
    supplier = "样例市粮油批发有限公司货款"
    return [(first + timedelta(days=7 * n), -fen, supplier) for n in range(weeks)]


def _yuan(fen: int) -> str:
    return f"{fen / FEN_A_YUAN:.2f}"
