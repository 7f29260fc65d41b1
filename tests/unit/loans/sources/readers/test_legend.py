"""What notes above a table say of its amounts."""

from __future__ import annotations

import pytest

from loans.sources.readers.legend import CREDIT, DEBIT, MINUS, PLUS, legend_of, unit_in_name
from loans.sources.readers.notes import Note
from loans.sources.readers.times import DayOrder
from loans.sources.rows import Direction

IN, OUT = Direction.IN, Direction.OUT


def note(text: str) -> Note:
    return Note(1, text, tuple(text.split("|")))


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("单位：万元", 1_000_000),
        ("（金额单位：人民币千元）", 100_000),
        ("币别：人民币　　钞汇：　　单位：元", 100),
        ("金额单位：分", 1),
    ],
)
def test_the_unit_of_all_amounts(text: str, fen: int) -> None:
    assert legend_of([note(text)], ()).units == {fen}


@pytest.mark.parametrize(
    "text",
    ["往来单位：万元商贸", "注册资本（单位：万元）：500", "单位名称：某某公司", "核算单位：分公司"],
)
def test_what_is_no_unit_of_the_table(text: str) -> None:
    assert legend_of([note(text)], ()).units == frozenset()


@pytest.mark.parametrize(
    ("name", "fen"),
    [("金额(万元)", 1_000_000), ("收入（万元，含税）", 1_000_000), ("余额/元", 100),
     ("变动金额(分)", 1), ("金额千元", 100_000), ("积分", None), ("金额", None)],
)  # fmt: skip
def test_the_unit_in_a_name(name: str, fen: int | None) -> None:
    assert unit_in_name(name) == fen


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("借贷标志：D为支出，C为收入", {DEBIT: OUT, CREDIT: IN}),
        ("借=支取|贷=存入", {DEBIT: OUT, CREDIT: IN}),
        ("注：本账借方登记银行存款增加，贷方登记减少", {DEBIT: IN, CREDIT: OUT}),
        ("金额为正表示消费、取现及费用，金额为负表示还款、退货", {PLUS: OUT, MINUS: IN}),
        ("收入为正数，支出为负数", {PLUS: IN, MINUS: OUT}),
        ("正数表示支出，负数也表示支出", {}),
        ("更正为支出；负责人：收入部；实付金额=订单金额-优惠金额", {}),
    ],
)
def test_what_marks_mean(text: str, marks: dict[str, Direction]) -> None:
    assert legend_of([note(text)], ()).marks == marks


def test_currency_and_the_order_of_days() -> None:
    legend = legend_of([note("貨幣|港元 (HKD)"), note("日期格式：日/月/年")], ())
    assert (legend.currency, legend.order) == ("HKD", DayOrder.DAY_FIRST)
    both = legend_of([note("日/月/年"), note("MM/DD/YYYY"), note("币种：全部")], ())
    assert (both.currency, both.order) == (None, None)


def test_whose_book_it_is() -> None:
    bank = legend_of([note("户名：周某某")], ("日期", "凭证号", "借方", "贷方"))
    firm = legend_of([note("银行存款日记账")], ("日期", "凭证字号", "借方", "贷方"))
    other = legend_of([note("应收账款")], ("日期", "凭证字号", "借方", "贷方"))
    assert [(book.own_books, book.of_money) for book in (bank, firm, other)] == [
        (False, False), (True, True), (True, False),
    ]  # fmt: skip
