"""Chinese numerals, counted and spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.numerals import count, spelt


@pytest.mark.parametrize(("numeral", "number"), [("二十一", 21), ("十", 10), ("叁仟", 3000)])
def test_counted(numeral: str, number: int) -> None:
    assert count(numeral) == number


@given(st.integers(1000, 9999))
def test_digits_one_by_one_make_the_number(number: int) -> None:
    assert spelt("".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))) == number
    assert spelt(str(number)) == number


@pytest.mark.parametrize("text", ["", "十二", "长期"])
def test_what_names_no_digits_spells_none(text: str) -> None:
    assert spelt(text) is None
