"""Amounts as statements print them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.sources.readers.amounts import (
    Amount,
    AmountUnreadable,
    printed_currency,
    read_amount,
)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("¥1,234.50", 123_450),
        ("￥12", 1_200),
        ("１，２３４．５０", 123_450),
        ("`145.03", 14_503),
        ("1234.5\t", 123_450),
        ("-0.50", -50),
        ("123.45-", -12_345),
        ("(1,234.50)", -123_450),
        ("支出12.00", -1_200),
        ("收入12.00", 1_200),
        ("12.00借", -1_200),
        ("12.00 CR", 1_200),
        ("99.00(已全额退款)", 9_900),
        ("3.90(CN)", 390),
        ("CNY 123.00", 12_300),
        ("123.00元", 12_300),
        ("人民币123.00", 12_300),
        ("0.87000", 87),
        (67.0, 6_700),
        (2176.9100000000003, 217_691),
        ("2176.9100000000003", 217_691),
        (3, 300),
    ],
)
def test_reads(cell: object, fen: int) -> None:
    amount = read_amount(cell)
    assert amount is not None
    assert amount.fen == fen


@pytest.mark.parametrize("cell", ["", "-", "--", "/", "——", None, " \t", "¥", "无"])
def test_nothing_is_no_amount(cell: object) -> None:
    assert read_amount(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["1.2.2354.32", "约208.33", "12,34.00", "1.234", "xx,yyyy.zz", "1e5", True, 0.001, "1-2", "٣"],
)
def test_never_guesses(cell: object) -> None:
    with pytest.raises(AmountUnreadable):
        read_amount(cell)


def test_units() -> None:
    assert read_amount("1.5", 1_000_000) == Amount(1_500_000, signed=False)
    assert read_amount("150", 1) == Amount(150, signed=False)


def test_a_currency_beside_the_amount() -> None:
    assert printed_currency("USD 12.00") == "USD"
    assert printed_currency("12.00") is None


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_reads_back_what_was_printed(fen: int) -> None:
    for text in (f"{fen / 100:.2f}", f"¥{abs(fen) / 100:,.2f}"):
        amount = read_amount(text)
        assert amount is not None
        assert abs(amount.fen) == abs(fen)


@given(st.text())
def test_any_text_is_an_amount_nothing_or_unreadable(text: str) -> None:
    with suppress(AmountUnreadable):
        read_amount(text)
