"""Tables that sum trades up are no statements, and add no rows to the statement beside them."""

from __future__ import annotations

import io

import openpyxl
import pytest

from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.statement import read_statement
from tests.support.statement_files import LIMITS, Cell

Rows = list[list[Cell]]
TRADES: Rows = [
    ["商户号", "交易时间", "交易类型", "交易金额", "手续费"],
    ["M1", "2026-03-01 10:00:00", "消费", 100, 0.6],
    ["M1", "2026-03-01 11:00:00", "消费", 50, 0.3],
    ["M1", "2026-03-02 11:00:00", "消费", 50, 0.3],
]
DAYS: Rows = [["2026-03-01", 2, 150, 0.9], ["2026-03-02", 1, 50, 0.3]]
SUMMARIES: list[tuple[str, Rows]] = [
    ("s", [["日期", "笔数", "金额", "手续费"], *DAYS, ["合计", 3, 200, 1.2]]),
    ("s", [["交易日期", "交易笔数", "交易金额", "手续费"], *DAYS]),
    ("s", [["日期", "订单数", "收款金额", "手续费"], *DAYS]),
    ("s", [["日期", "金额", "手续费"], ["2026-03-01至2026-03-02", 200, 1.2]]),
    ("s", [["结算日期", "结算金额", "手续费"], ["2026.03.01-2026.03.02", 198.8, 1.2]]),
    ("日汇总", [["日期", "收款金额", "手续费"], *([day, fen, fee] for day, _, fen, fee in DAYS)]),
    ("s", [["门店日报"], ["日期", "收款金额", "手续费"], ["2026-03-01", 150, 0.9]]),
]


def book(*sheets: tuple[str, Rows]) -> bytes:
    """A workbook of sheets with their names."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("summary", SUMMARIES)
def test_a_summary_beside_the_trades_adds_no_rows(summary: tuple[str, Rows]) -> None:
    name, rows = summary
    for sheets in (
        [("明细", TRADES), (f"{name}.", rows)],
        [(name, rows), ("明细", TRADES)],
        [(name, [*TRADES, [], *rows])],
    ):
        found = read_statement(book(*sheets), "a.xlsx", None, LIMITS)
        assert [row.amount_fen for row in found.rows] == [10_000, 5_000, 5_000]
        assert not found.refused


@pytest.mark.parametrize("summary", SUMMARIES)
def test_a_summary_alone_is_asked_for_its_trades(summary: tuple[str, Rows]) -> None:
    with pytest.raises(StatementRefused) as caught:
        read_statement(book(summary), "a.xlsx", None, LIMITS)
    assert (caught.value.code, caught.value.missing) == (RefusalCode.UNKNOWN_LAYOUT, ("trades",))


@pytest.mark.parametrize("numbers", [(57, 58), (2, 1), (1, 2)])
def test_a_passbook_numbers_its_lines(numbers: tuple[int, int]) -> None:
    header: list[Cell] = ["笔数", "日期", "摘要", "支出", "存入", "结余"]
    first: list[Cell] = [numbers[0], "2026-03-01", "现存", "", "100.00", "100.00"]
    second: list[Cell] = [numbers[1], "2026-03-02", "转支", "50.00", "", "50.00"]
    found = read_statement(book(("s", [header, first, second])), "a.xlsx", None, LIMITS)
    assert [row.amount_fen for row in found.rows] == [10_000, -5_000]
