"""What purposes in words and names of payees say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.declaration.told import read_payees, read_purpose, things_in, trades_of, usual_in


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("给店员发3个月工资", 3),
        ("十二名工人两个月的工钱", 2),
        ("半年房租", 6),
        ("一年租金", 12),
        ("进货", None),
    ],
)
def test_months_are_read_from_words_and_digits(text: str, months: int | None) -> None:
    assert read_purpose(text).months == months


@pytest.mark.parametrize(
    ("name", "concept"),
    [
        ("张某（个人账户）", "person"),
        ("员工代发名单（6人）", "staff"),
        ("本人储蓄卡", "self"),
        ("待定", "undecided"),
    ],
)
def test_a_payees_name_says_what_it_stands_for(name: str, concept: str) -> None:
    assert concept in read_payees([name]).concepts


def test_what_is_told_of_a_reading_names_nobody() -> None:
    told = read_purpose("王建国口头说好，还表弟李小明垫的货款")
    assert {"spoken", "debt"} <= told.concepts.keys()
    shown = " ".join((*told.concepts.values(), *read_payees(["王建国（表弟）"]).concepts.values()))
    assert "王" not in shown
    assert "李" not in shown


def test_a_trade_uses_its_own_things_and_those_of_all() -> None:
    clinic = trades_of({"84"}, "样例口腔门诊部 口腔科")
    (chair,) = things_in("牙椅")
    (dye,) = things_in("染膏")
    (computer,) = things_in("电脑")
    assert usual_in(chair, clinic)
    assert usual_in(computer, clinic)
    assert not usual_in(dye, clinic)


def test_a_shop_sells_what_it_names_and_a_general_store_anything() -> None:
    (dye,) = things_in("染膏")
    assert not usual_in(dye, trades_of({"52"}, "样例水果店 水果零售"))
    assert usual_in(dye, trades_of({"52"}, "样例百货店 日用百货零售"))
    assert usual_in(dye, trades_of({"52"}, "样例商行"))


@given(st.text(max_size=80), st.lists(st.text(max_size=30), max_size=4))
def test_anything_can_be_read(text: str, names: list[str]) -> None:
    assert read_purpose(text) == read_purpose(text)
    assert read_payees(names).count == len(names)
