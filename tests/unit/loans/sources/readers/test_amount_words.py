from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Fen
from loans.sources.readers.amount_words import fen_of_words, words_in
from loans.terms.words import in_words
from tests.support.invoices import words_of

WRITTEN = {
    "壹仟壹佰叁拾圆整": 113_000,
    "（负数）伍万叁仟壹佰玖拾圆叁角伍分": -5_319_035,
    "(负数)陆佰元正": -60_000,
    "人民币贰佰肆拾陆圆零壹分": 24_601,
    "⊗贰佰圆整": 20_000,
    "壹拾万圆零伍角整": 10_000_050,
    "拾元整": 1_000,
    "玖角捌分": 98,
    "伍分": 5,
    "零圆整": 0,
    "叁亿零伍拾万圆整": 30_050_000_000,
}


@pytest.mark.parametrize(("words", "fen"), WRITTEN.items())
def test_words_name_an_amount(words: str, fen: int) -> None:
    assert fen_of_words(words) == fen


@pytest.mark.parametrize("words", ["", "整", "圆", "发票", "壹仟", "12元", "壹圆贰圆", "贰角壹圆"])
def test_what_names_no_amount(words: str) -> None:
    assert fen_of_words(words) is None


@given(st.integers(0, 10**13))
def test_words_say_what_was_written(fen: int) -> None:
    assert fen_of_words(in_words(Fen(fen))) == fen


@given(st.integers(1, 10**11))
def test_red_amounts_are_negative(fen: int) -> None:
    assert fen_of_words(words_of(-fen)) == -fen


@given(st.integers(1, 10**11), st.integers(1, 10**11))
def test_other_amounts_have_other_words(one: int, other: int) -> None:
    assert (fen_of_words(words_of(one)) == other) == (one == other)


def test_words_are_found_within_a_line() -> None:
    assert words_in("价税合计(大写)(负数)陆佰元正(小写)") == "(负数)陆佰元正"
    assert words_in("合计") is None
