"""Amounts in capital words, as the People's Bank writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import BasisPoints, Fen
from loans.terms.words import MAX_FEN, in_chinese, in_percent, in_words, in_yuan

DIGITS = {word: digit for digit, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (50, "人民币伍角整"),
        (100, "人民币壹元整"),
        (1000, "人民币壹拾元整"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (168_032, "人民币壹仟陆佰捌拾元零叁角贰分"),
        (10_700_053, "人民币壹拾万零柒仟元零伍角叁分"),
        (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (32_504, "人民币叁佰贰拾伍元零肆分"),
        (8_000_000, "人民币捌万元整"),
        (10_000_100, "人民币壹拾万零壹元整"),
        (100_000_000_000, "人民币壹拾亿元整"),
        (10_000_000_500, "人民币壹亿零伍元整"),
        (10_001_000_000, "人民币壹亿零壹万元整"),
        (100_000_000_000_000, "人民币壹万亿元整"),
    ],
)
def test_examples(fen: int, words: str) -> None:
    """Of 《正确填写票据和结算凭证的基本规定》 where it has them."""
    assert in_words(Fen(fen)) == words


@given(st.integers(0, MAX_FEN))
def test_words_say_the_amount(fen: int) -> None:
    words = in_words(Fen(fen))
    assert read_back(words) == fen
    assert "零零" not in words
    assert "零元" not in words or fen < 100


@pytest.mark.parametrize("fen", [-1, MAX_FEN + 1])
def test_what_no_contract_is_about(fen: int) -> None:
    with pytest.raises(ValueError, match="no contract"):
        in_words(Fen(fen))


def test_digits() -> None:
    assert in_yuan(Fen(123_456_789)) == "1,234,567.89"
    assert in_yuan(Fen(5)) == "0.05"
    assert in_percent(BasisPoints(1205)) == "12.05%"
    assert in_chinese(date(2026, 3, 1)) == "2026年3月1日"


def read_back(words: str) -> int:
    """The amount in fen, by another way round."""
    text = words.removeprefix("人民币").removesuffix("整")
    yuan_text, _, rest = text.partition("元") if "元" in text else ("", "", text)
    jiao = rest.partition("角")[0] if "角" in rest else ""
    single = rest.partition("角")[2] if "角" in rest else rest
    return (
        100 * number(yuan_text)
        + 10 * DIGITS.get(jiao[-1:], 0)
        + DIGITS.get(single.removesuffix("分")[-1:], 0)
    )


def number(text: str) -> int:
    for unit, value in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if unit in text:
            head, _, tail = text.partition(unit)
            return number(head) * value + number(tail)
    total, digit = 0, 0
    for word in text:
        if word in PLACES:
            total, digit = total + digit * PLACES[word], 0
        else:
            digit = DIGITS[word]
    return total + digit
