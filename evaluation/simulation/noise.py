"""Movements of money in a made-up owner's accounts that are no sales."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from evaluation.simulation.sales import BEGIN, END, Firm, company, person
from loans.sources.rows import Direction, Row, RowKind


def bank_noise(draw: Random, firm: Firm, rows: list[Row]) -> None:
    """Costs, debts, private money and transfers between own accounts, in the bank's words."""
    month_fen = _month_of(firm)
    suppliers = [company(draw) for _ in range(draw.randint(2, 6))]
    staff = [
        (person(draw), draw.randint(30, 65) * 10_000) for _ in range(draw.choice((0, 0, 1, 3)))
    ]
    landlord, rent = person(draw), draw.randint(15, 90) * 10_000
    relatives = [person(draw) for _ in range(2)]
    salary = draw.randint(45, 110) * 10_000 if draw.random() < 0.12 else 0
    employer = company(draw)
    owes = draw.random() < 0.35
    for first in _months():
        for _ in range(draw.randint(2, 7)):
            spent = -round(month_fen * draw.uniform(0.04, 0.16))
            rows.append(_move(_in(draw, first), spent, draw.choice(suppliers), "货款"))
        for name, wage in staff:
            rows.append(
                _move(_in(draw, first, 8, 11), -wage, name, draw.choice(("工资", "转账", "")))
            )
        rows.append(
            _move(_in(draw, first, 1, 5), -rent, landlord, draw.choice(("房租", "租金", "转账")))
        )
        if salary:
            rows.append(_move(_in(draw, first, 9, 16), salary, employer, "代发工资"))
        if owes:
            rows.append(
                _move(_in(draw, first, 20, 22), -draw.randint(80, 400) * 1_000, None, "贷款还款")
            )
        if draw.random() < 0.3:
            fen = draw.choice((50_000, 100_000, 200_000, 300_000))
            rows.append(_move(_in(draw, first), fen, draw.choice(relatives), draw.choice(_FAMILY)))
        if draw.random() < 0.25:
            moved = draw.choice((500_000, 1_000_000, 2_000_000))
            rows.append(
                _move(
                    _in(draw, first), moved, firm.owner, draw.choice(("转账", "跨行转账", "本人"))
                )
            )
        if draw.random() < 0.15:
            rows.append(_move(_in(draw, first), draw.randint(1, 30) * 10_000, None, "ATM存款"))
        for _ in range(draw.randint(2, 9)):
            rows.append(_move(_in(draw, first), -draw.randint(1_000, 60_000), *draw.choice(_SPENT)))
        if first.month % 3 == 0:
            rows.append(_move(first + timedelta(days=20), draw.randint(50, 4_000), None, "结息"))
    if owes and draw.random() < 0.6:
        rows.append(_move(_in(draw, BEGIN), draw.randint(20, 100) * 100_000, None, "贷款发放"))


def wallet_noise(draw: Random, wallet: list[Row], bank: list[Row]) -> None:
    """Red packets, friends, spending, and what is moved between the wallet and the bank."""
    friends = [f"{person(draw)}" for _ in range(5)]
    taken = sum(row.amount_fen for row in wallet if row.amount_fen > 0)
    for first in _months():
        for _ in range(draw.randint(0, 4)):
            wallet.append(
                _move(_in(draw, first), draw.randint(100, 20_000), draw.choice(friends), "微信红包")
            )
        for _ in range(draw.randint(0, 2)):
            fen = draw.choice((5_000, 10_000, 20_000, 8_800, 50_000))
            wallet.append(_move(_in(draw, first), fen, draw.choice(friends), "转账备注:微信转账"))
        for _ in range(draw.randint(5, 25)):
            wallet.append(_move(_in(draw, first), -draw.randint(300, 30_000), *draw.choice(_SPENT)))
        out = int(taken / 8 * draw.uniform(0.3, 0.9)) // 10_000 * 10_000
        if out > 0:
            at = _in(draw, first)
            row = _move(at, out, "招商银行", "零钱提现")
            wallet.append(
                Row(0, at, out, Direction.NEUTRAL, RowKind.TRANSFER, row.counterparty, row.memo)
            )
            arrives = at + timedelta(seconds=draw.randint(1, 90))
            memo = draw.choice(("微信零钱提现", "提现", "财付通-提现"))
            bank.append(_move(arrives, out - round(out / 1000), "财付通支付科技有限公司", memo))


_FAMILY = ("转账", "", "生活费", "还款", "借款", "妈")
_SPENT = (
    ("沃尔玛", "消费"),
    ("中国石化加油站", "加油"),
    ("滴滴出行", "打车"),
    ("美团", "外卖订单"),
    ("中国移动", "话费充值"),
    ("幼儿园", "学费"),
    ("京东商城", "订单支付"),
)


def _month_of(firm: Firm) -> int:
    return sum(sale.fen for sale in firm.sales) // 8 + 100_000


def _months() -> Iterator[datetime]:
    first = BEGIN
    while first < END:
        yield first
        first = (first + timedelta(days=32)).replace(day=1)


def _in(draw: Random, first: datetime, low: int = 1, high: int = 28) -> datetime:
    day = draw.randint(low, high)
    return first + timedelta(days=day - 1, seconds=draw.randint(7 * 3600, 23 * 3600))


def _move(at: datetime, fen: int, counterparty: str | None, memo: str) -> Row:
    direction = Direction.IN if fen > 0 else Direction.OUT
    return Row(0, at, fen, direction, RowKind.OTHER, counterparty, memo)
