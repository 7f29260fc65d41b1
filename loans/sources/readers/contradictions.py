"""Columns that hold what their names do not say, as where a row of names is shifted by a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from loans.sources.readers.amounts import AmountUnreadable, read_amount
from loans.sources.readers.header import AMOUNTS, TIMES, Header
from loans.sources.readers.records import Cell
from loans.sources.readers.times import looks_like_a_date

ENOUGH = 2  # columns; one alone may be masked, or called by a name of the publisher's own
NAMES = ("counterparty", "payer", "payee", "place", "type", "status", "description")
NUMBERS = ("order_no", "merchant_no", "refund_no")
DECIMAL = re.compile(r"[-+¥￥`]?\d[\d,]*\.\d\d?$")
FINEST = 10**6  # fen of 10,000 yuan: the unit with the most decimals
MONEY = re.compile(r"(?:[-+¥￥]\d|\d{3}|\d{1,3},)[\d,]*\.\d\d?$")
ANY_DIGIT = re.compile(r"\d")


def contradicted(header: Header, rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """The names of columns in most of whose cells something else stands; none for a single one."""
    found = []
    for at, role in enumerate(header.roles):
        test = _test_of(role)
        cells = [row[at] for row in rows if at < len(row) and str(row[at] or "").strip()]
        if test is not None and cells and sum(map(test, cells)) * 2 > len(cells):
            found.append(header.names[at])
    return tuple(found) if len(found) >= ENOUGH else ()


def _test_of(role: str | None) -> Callable[[Cell], bool] | None:
    """What a cell of a column cannot be."""
    if role in AMOUNTS or role in {"balance", "fee"}:
        return _is_no_amount
    if role in TIMES:
        return _is_no_time
    if role in NAMES:
        return looks_like_a_date
    if role in NUMBERS:
        return _is_decimal_or_day
    if role == "direction":
        return _is_decimal_or_day
    return None


def _is_no_amount(cell: Cell) -> bool:
    if looks_like_a_date(cell):
        return True
    try:
        read_amount(cell, FINEST)
    except AmountUnreadable:
        return True
    return False


def _is_no_time(cell: Cell) -> bool:
    """Whether a cell holds words, or an amount that is no 12.31 either."""
    if not isinstance(cell, str):
        return False
    return ANY_DIGIT.search(cell) is None or MONEY.match(cell.strip()) is not None


def _is_decimal_or_day(cell: Cell) -> bool:
    if isinstance(cell, float):
        return cell != int(cell)
    text = str(cell).strip("\t `'\"")
    return bool(DECIMAL.match(text)) or ("-" in text[:8] and looks_like_a_date(text))
