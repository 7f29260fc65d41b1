"""Headers of two rows: what the upper one adds to the lower."""

from __future__ import annotations

import pytest

from loans.sources.readers.statement import read_statement
from loans.sources.rows import RowKind
from tests.support.statement_files import LIMITS

HEADER = """序号,交易信息,,,金额（{}）,,交易结果
,交易时间,订单号,业务类型,收入,支出,
"""
ROWS = """1,2026-03-01 10:00:00,A1,收款,100.00,,成功
2,2026-03-01 11:00:00,A2,收款,,50.00,已撤销
"""


@pytest.mark.parametrize(
    ("unit", "fen", "currency"),
    [("元", 10_000, "CNY"), ("分", 100, "CNY"), ("万元", 10**8, "CNY"), ("美元", 10_000, "USD")],
)
def test_amounts_are_in_the_unit_that_stands_over_them(unit: str, fen: int, currency: str) -> None:
    found = read_statement((HEADER.format(unit) + ROWS).encode(), "a.csv", None, LIMITS)
    assert (found.rows[0].amount_fen, found.rows[0].currency) == (fen, currency)


def test_a_column_that_only_the_upper_row_names_is_read() -> None:
    found = read_statement((HEADER.format("元") + ROWS).encode(), "a.csv", None, LIMITS)
    assert [row.kind for row in found.rows] == [RowKind.PAYMENT, RowKind.CLOSED]


def test_both_rows_are_known_on_the_next_page() -> None:
    page = HEADER.format("元") + ROWS
    found = read_statement((page + page.replace("A", "B")).encode(), "a.csv", None, LIMITS)
    assert [row.kind for row in found.rows] == [RowKind.PAYMENT, RowKind.CLOSED] * 2
    assert not found.refused
