"""Statements and invoices that nobody published, as bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

WALLET_HEADER = (
    "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
)


def wallet_bill(
    owner: str, first: date, days: int, takings_fen: int = 12_000, a_day: int = 3
) -> bytes:
    """A bill of WeChat Pay: so many receipts by code a day, and a purchase a week, as CSV."""
    rows: list[str] = []
    for day in range(days):
        moment = datetime.combine(first + timedelta(days=day), datetime.min.time())
        for sale in range(a_day):
            at = moment + timedelta(hours=9 + sale * 3, minutes=(day * 7 + sale) % 60)
            fen = takings_fen + 100 * ((day + sale) % 9)
            rows.append(_row(at, "二维码收款", f"顾客{day}_{sale}", "收入", fen, len(rows)))
        if day % 7 == 0:
            at = moment + timedelta(hours=7)
            rows.append(_row(at, "商户消费", "利民蔬菜批发部", "支出", 9 * takings_fen, len(rows)))
    last = first + timedelta(days=days - 1)
    head = [
        "微信支付账单明细,,,,,,,,",
        f"微信昵称：[{owner}],,,,,,,,",
        f"起始时间：[{first} 00:00:00] 终止时间：[{last} 23:59:59],,,,,,,,",
        "----------------------微信支付账单明细列表--------------------,,,,,,,,",
        WALLET_HEADER,
    ]
    return ("\ufeff" + "\r\n".join([*head, *rows]) + "\r\n").encode()


def bank_statement(owner: str, movements: Iterable[tuple[date, int, str]], opening: int) -> bytes:
    """A statement of a debit account as CSV in GB18030, with balances that carry forward."""
    balance, rows = opening, list[str]()
    for day, fen, other in movements:
        balance += fen
        came, went = (f"{fen / 100:.2f}", "") if fen > 0 else ("", f"{-fen / 100:.2f}")
        rows.append(f"{day},{came},{went},{balance / 100:.2f},{other},转账")
    head = [
        f"户名:{owner}",
        "账号:6222****1234",
        "交易日期,收入金额,支出金额,账户余额,对方户名,摘要",
    ]
    return ("\n".join([*head, *rows]) + "\n").encode("gb18030")


def _row(at: datetime, kind: str, other: str, direction: str, fen: int, number: int) -> str:
    order = f"10000{at:%Y%m%d}{number:08d}"
    return (
        f"{at:%Y-%m-%d %H:%M:%S},{kind},{other},收款,{direction},¥{fen / 100:.2f},零钱,"
        f"已存入零钱,{order},/,/"
    )
