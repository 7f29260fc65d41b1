"""Books with month and day in columns of their own: each day is right, or its row is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.split_days import whole_days
from loans.sources.readers.statement import read_statement
from loans.sources.rows import Statement
from tests.support.statement_files import LIMITS

ONE_ROW = "月,日,凭证字号,摘要,借方（收入）,贷方（支出）,余额"
TWO_ROWS = "2024年,,凭证,,摘要,借方,贷方,余额\n月,日,字,号,,,,"
OWN_YEAR = "年,月,日,凭证号,摘要,收入,支出,余额"


def read(*lines: str) -> Statement:
    text = "\n".join(["银行存款日记账", *lines])
    return read_statement(text.encode(), "a.csv", None, LIMITS)


def days(*lines: str) -> list[str]:
    return [str(row.at) for row in read(*lines).rows]


def test_the_year_stands_over_the_month() -> None:
    found = read(TWO_ROWS, "12,5,银收,1,货款,100.00,,100.00", "12,06,银付,2,房租,,50.00,50.00")
    assert [(row.at, row.amount_fen) for row in found.rows] == [
        (date(2024, 12, 5), 10_000),
        (date(2024, 12, 6), -5_000),
    ]
    assert not found.refused
    assert not found.balance_breaks


def test_the_year_stands_in_the_title() -> None:
    rows = (
        "1月,5日,收1,货款,100.00,,100.00",
        ",8,付2,房租,,50.00,50.00",
        "〃,〃,付3,水,,1.00,49.00",
    )
    assert days("2025年度", ONE_ROW, *rows) == ["2025-01-05", "2025-01-08", "2025-01-08"]


def test_the_year_has_a_column() -> None:
    rows = (
        "2024,12,5,1,货款,100.00,,100.00",
        ",,8,2,房租,,50.00,50.00",
        "2025,1,1,3,水,,1.00,49.00",
    )
    assert days(OWN_YEAR, *rows) == ["2024-12-05", "2024-12-08", "2025-01-01"]


def test_a_page_has_a_year_of_its_own() -> None:
    first = (TWO_ROWS, "12,5,银收,1,货款,100.00,,100.00", ",,,,过次页,100.00,,100.00")
    second = (TWO_ROWS.replace("2024", "2025"), ",,,,承前页,100.00,,100.00")
    rows = ("1,2,银付,2,房租,,50.00,50.00", "1,,,,本月合计,,50.00,50.00")
    found = read(*first, *second, *rows)
    assert [row.at for row in found.rows] == [date(2024, 12, 5), date(2025, 1, 2)]
    assert not found.refused


@pytest.mark.parametrize(
    ("title", "first", "second", "day"),
    [
        ("期间：2024年12月至2025年1月", "12,5", "1,2", "2025-01-02"),
        ("", "12,5", "1,2", None),
        ("", "11,5", "6,2", None),
        ("期间：2024年12月至2025年1月", "11,5", "10,30", None),
        ("", "12,5", ",", None),
        ("", "12,5", "12,", None),
        ("", "12,5", "13,1", None),
        ("", "11,5", "11,31", None),
    ],
)
def test_a_day_that_would_be_guessed_is_told(
    title: str, first: str, second: str, day: str | None
) -> None:
    rows = (f"{first},银收,1,货款,100.00,,100.00", f"{second},银付,2,房租,,50.00,50.00")
    found = read(title, TWO_ROWS, *rows)
    assert [str(row.at) for row in found.rows[1:]] == ([day] if day else [])
    assert [row.reason for row in found.refused] == ([] if day else ["time"])


@pytest.mark.parametrize("title", ["", "2024年至2025年"])
def test_a_year_that_is_not_said_is_asked(title: str) -> None:
    with pytest.raises(StatementRefused) as caught:
        read(title, ONE_ROW, "1,5,收1,货款,100.00,,100.00")
    assert (caught.value.code, caught.value.missing) == (RefusalCode.UNKNOWN_LAYOUT, ("time",))


CELLS = st.one_of(st.none(), st.integers(0, 40), st.sampled_from(["月", "2024年", "〃", "摘要"]))


@given(st.lists(st.lists(CELLS, max_size=6), max_size=12))
def test_records_without_such_columns_stay_as_they_are(records: list[list[object]]) -> None:
    numbered = list(enumerate(records, start=1))
    assert list(whole_days(iter(numbered))) == numbered


@given(st.lists(st.dates(date(2024, 1, 1), date(2024, 12, 31)), min_size=1, max_size=30), st.data())
def test_the_days_of_a_year_in_their_order(found: list[date], data: st.DataObject) -> None:
    ordered = sorted(found)
    upper: list[object] = ["2024年", None, "摘要", "收入", "支出", "余额"]
    records: list[list[object]] = [upper, ["月", "日", None, None, None, None]]
    month = None
    for day in ordered:
        goes_on = day.month == month and data.draw(st.booleans())
        records.append([None if goes_on else day.month, day.day, "货款", 1, None, 1])
        month = day.month
    _, *rows = whole_days(iter(enumerate(records, start=1)))
    assert [cells[0] for _, cells in rows] == [day.isoformat() for day in ordered]
