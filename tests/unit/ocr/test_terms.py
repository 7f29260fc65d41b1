"""Terms with an end, without one, and cut off."""

from __future__ import annotations

from datetime import date

import pytest

from ocr.terms import read_term

BEGIN = date(2019, 7, 1)


@pytest.mark.parametrize(
    "end",
    [
        "******",
        "-----",
        "——",
        "一一一",
        "/",
        "长期",
        "永久",
        "无固定期限",
        "不约定期限",
        "**年**月**日",
    ],
)
def test_words_and_signs_for_no_end(end: str) -> None:
    term = read_term(f"2019年07月01日至{end}")
    assert term is not None
    assert (term.begin, term.end, term.is_open, term.latest_end) == (BEGIN, None, True, None)


@pytest.mark.parametrize("end", ["", ".", "年月日", "见章程"])
def test_an_end_that_was_not_read_is_no_open_one(end: str) -> None:
    term = read_term(f"2019年07月01日至{end}")
    assert term is not None
    assert (term.is_open, term.end, term.latest_end) == (False, None, None)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2019年07月01日至2039年06月30日", date(2039, 6, 30)),
        ("自2019年07月01日起至2039年06月30日止", date(2039, 6, 30)),
        ("2019-07-01至2039-6-3", date(2039, 6, 3)),
        ("2019.07.01-2039.06.30", date(2039, 6, 30)),
        ("二〇一九年七月一日至二〇三九年十二月二十一日", date(2039, 12, 21)),
        ("二○一九年七月一日至二零三九年十月三十日", date(2039, 10, 30)),
    ],
)
def test_both_days(text: str, end: date) -> None:
    term = read_term(text)
    assert term is not None
    assert (term.begin, term.end, term.latest_end) == (BEGIN, end, end)


@pytest.mark.parametrize(
    ("cut", "latest"),
    [
        ("2024年", date(2024, 12, 31)),
        ("2024年02月", date(2024, 2, 29)),
        ("2024年02月1", date(2024, 2, 29)),  # the first digit of 1, or of 10 to 19
        ("二〇二四年十", date(2024, 12, 31)),  # of 十月, 十一月 or 十二月
        ("二〇二四年三月二十", date(2024, 3, 31)),
    ],
)
def test_the_latest_day_of_an_end_that_is_cut_off(cut: str, latest: date) -> None:
    term = read_term(f"2019年07月01日至{cut}")
    assert term is not None
    assert (term.end, term.latest_end) == (None, latest)


def test_an_end_counts_also_where_the_beginning_was_not_read() -> None:
    term = read_term("20年7月1日至2024年01月02日")
    assert term is not None
    assert (term.begin, term.end) == (None, date(2024, 1, 2))


def test_what_is_no_term_is_none() -> None:
    assert read_term("幸福面馆") is None
