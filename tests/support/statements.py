"""Statements of people whom nobody knows, as bytes: so many receipts a day, so much each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from demo.statements import bank_statement, wallet_file, wallet_row

__all__ = ["bank_statement", "wallet_bill"]


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
            rows.append(wallet_row(at, f"顾客{day}_{sale}", fen, len(rows)))
        if day % 7 == 0:
            at = moment + timedelta(hours=7)
            rows.append(wallet_row(at, "利民蔬菜批发部", -9 * takings_fen, len(rows)))
    return wallet_file(owner, first, days, rows)
