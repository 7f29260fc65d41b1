"""What accounts tell beside their movements: balances, and how well they could be read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import fmean

from loans.sources.categories import CategorisedAccount, Category, sure_share
from loans.sources.moments import day_of, order_of

LOW_FEN = 100_000  # 1,000 yuan


def account_features(accounts: Sequence[CategorisedAccount]) -> dict[str, int | float]:
    """Features of accounts with their rows; balances only of those that print them."""
    days = [day_of(each.row) for account in accounts for each in account.rows]
    files = [file for account in accounts for file in account.statements]
    found: dict[str, int | float] = {
        "accounts": len(accounts),
        "statement_days": (max(days) - min(days)).days + 1,
        "balance_breaks": sum(len(file.balance_breaks) for file in files),
        "refused_rows": sum(len(file.refused) for file in files),
    }
    return {**found, **_certainty(accounts), **_balances(accounts)}


def _certainty(accounts: Sequence[CategorisedAccount]) -> dict[str, float]:
    sure = sure_share(accounts)
    if sure is None:
        return {}
    rows = [each for account in accounts for each in account.rows]
    moved = sum(abs(each.row.amount_fen) for each in rows)
    unknown = sum(abs(e.row.amount_fen) for e in rows if e.category is Category.UNKNOWN)
    return {"sure_share": sure, "unknown_share": unknown / moved}


def _balances(accounts: Sequence[CategorisedAccount]) -> dict[str, int | float]:
    by_account = [balances for account in accounts if (balances := _ends_of_days(account))]
    if not by_account:
        return {}
    main = max(by_account, key=lambda ends: (len(ends), sum(ends.values())))
    ends = list(main.values())
    return {
        "balance_mean": round(sum(fmean(each.values()) for each in by_account)),
        "balance_min": min(ends),
        "balance_low_share": sum(fen < LOW_FEN for fen in ends) / len(ends),
    }


def _ends_of_days(account: CategorisedAccount) -> dict[date, int]:
    """The balance after the last row of each day; of a day without times, by the file's lines."""
    rows = [each.row for each in account.rows if each.row.balance_fen is not None]
    ends: dict[date, int] = {}
    turn = -1 if _is_newest_first(account) else 1
    for row in sorted(rows, key=lambda row: (order_of(row)[:2], turn * row.line)):
        ends[day_of(row)] = row.balance_fen or 0
    return ends


def _is_newest_first(account: CategorisedAccount) -> bool:
    rows = sorted((each.row for each in account.rows), key=lambda row: row.line)
    return bool(rows) and day_of(rows[0]) > day_of(rows[-1])
