"""Days and times as statements print them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.sources.readers.times import (
    CHINA,
    DayOrder,
    TimeUnreadable,
    orders_of,
    read_time,
)

DAY = date(2026, 6, 5)
MOMENT = datetime(2026, 6, 5, 8, 3, 9, tzinfo=CHINA)


@pytest.mark.parametrize(
    "cell",
    ["2026-06-05", "2026/6/5", "2026.06.05", "20260605", "2026年6月5日", "`2026-06-05", 20260605],
)
def test_days(cell: object) -> None:
    assert read_time(cell) == DAY
    assert not isinstance(read_time(cell), datetime)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-06-05 08:03:09",
        "2026/6/5 8:03:09",
        "20260605080309",
        "20260605 08:03:09",
        "2026-06-05T08:03:09",
        "2026-06-05-08.03.09.123456",
        "2026年06月05日 08时03分09秒",
        "２０２６-０６-０５ ０８：０３：０９",
        datetime(2026, 6, 5, 8, 3, 9),
        datetime(2026, 6, 5, 8, 3, 8, 999_999),
        46178.33552083333,
        "46178.33552083333",
    ],
)
def test_moments_are_of_china(cell: object) -> None:
    assert read_time(cell) == MOMENT


@pytest.mark.parametrize(
    "cell", ["2026-02-30", "2026-13-01", "2026-06-05 25:00:00", "昨天", "12.50", 7]
)
def test_days_that_there_are_not(cell: object) -> None:
    with pytest.raises(TimeUnreadable):
        read_time(cell)


def test_a_day_without_a_year_is_not_after_its_bill() -> None:
    assert read_time("12/29", (2024, 1)) == date(2023, 12, 29)
    assert read_time("0102", (2024, 1)) == date(2024, 1, 2)
    with pytest.raises(TimeUnreadable):
        read_time("12/29")


def test_the_order_of_day_and_month_is_proved_or_asked() -> None:
    assert orders_of(["01/02/2026", "13/02/2026"]) == {DayOrder.DAY_FIRST}
    assert orders_of(["01/02/2026"]) == set()
    assert read_time("01/02/2026", order=DayOrder.DAY_FIRST) == date(2026, 2, 1)
    with pytest.raises(TimeUnreadable):
        read_time("01/02/2026")


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-01-05T16:03:09Z", datetime(2026, 1, 6, 0, 3, 9, tzinfo=CHINA)),
        ("2026-01-05T16:03:09.250+08:00", datetime(2026, 1, 5, 16, 3, 9, tzinfo=CHINA)),
        ("2026-01-05T03:03:09-05:00", datetime(2026, 1, 5, 16, 3, 9, tzinfo=CHINA)),
        ("2026/1/5 下午4:03:09", datetime(2026, 1, 5, 16, 3, 9, tzinfo=CHINA)),
        ("2026/1/5 上午12:03", datetime(2026, 1, 5, 0, 3, tzinfo=CHINA)),
        ("2026年1月5日 中午12:03", datetime(2026, 1, 5, 12, 3, tzinfo=CHINA)),
        ("05-Jan-2026", date(2026, 1, 5)),
        ("5 January 2026 16:03", datetime(2026, 1, 5, 16, 3, tzinfo=CHINA)),
        ("Jan 5, 2026", date(2026, 1, 5)),
        ("05JAN2026", date(2026, 1, 5)),
    ],
)
def test_zones_halves_of_a_day_and_months_in_letters(cell: str, moment: date) -> None:
    assert read_time(cell) == moment


@pytest.mark.parametrize(
    "cell", ["2026-01-05 10:00-11:00", "05-Mai-2026", "31-Feb-2026", "5 Jan", "12 Decor"]
)
def test_what_only_looks_like_them(cell: str) -> None:
    with pytest.raises(TimeUnreadable):
        read_time(cell)


def test_a_day_without_a_year_is_in_the_order_that_is_proved() -> None:
    assert orders_of(["13/04"]) == {DayOrder.DAY_FIRST}
    assert orders_of(["13/04", "04/13"]) == {DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST}
    assert read_time("03/04", (2026, 4), DayOrder.DAY_FIRST) == date(2026, 4, 3)
    assert read_time("03/04", (2026, 4)) == date(2026, 3, 4)
    assert read_time("3月4日", (2026, 4), DayOrder.DAY_FIRST) == date(2026, 3, 4)
    assert read_time("05 DEC", (2026, 1)) == date(2025, 12, 5)


@given(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2099, 12, 31)))
def test_reads_back_what_was_printed(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    expected = moment.replace(tzinfo=CHINA)
    for form in ("%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S"):
        assert read_time(moment.strftime(form)) == expected


@given(st.text())
def test_any_text_is_a_time_nothing_or_unreadable(text: str) -> None:
    with suppress(TimeUnreadable):
        read_time(text, (2026, 6), DayOrder.DAY_FIRST)
