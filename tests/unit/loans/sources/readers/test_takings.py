"""What a merchant's customers did is no direction of the merchant's own."""

from __future__ import annotations

import pytest

from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.statement import read_statement
from loans.sources.rows import AccountKind, RowKind
from tests.support.statement_files import LIMITS

CHARGED = "终端号,交易时间,交易类型,交易金额,手续费,结算金额"


def amounts(text: str) -> list[int]:
    return [row.amount_fen for row in read_statement(text.encode(), "a.csv", None, LIMITS).rows]


def taken(header: str, *types: str) -> str:
    """A table of trades of 100 yuan, 60 fen of them a fee, each of another type."""
    rows = [
        f"A1,2026-03-01 10:00:{at:02},{said},100.00,0.60,99.40" for at, said in enumerate(types)
    ]
    return "\n".join([header, *rows])


@pytest.mark.parametrize(
    ("types", "fen"),
    [
        (("消费", "消费"), [10_000, 10_000]),
        (("消费", "消费", "退货"), [10_000, 10_000, -10_000]),
        (("消费", "消费", "消费撤销"), [10_000, 10_000, -10_000]),
        (("扫码支付", "扫码支付", "退款"), [10_000, 10_000, -10_000]),
        (("付款", "付款", "退款"), [10_000, 10_000, -10_000]),
        (("收款",) * 12 + ("退款",), [10_000] * 12 + [-10_000]),
        (("收入", "支出"), [10_000, -10_000]),
    ],
)
def test_what_customers_pay_comes_to_a_merchant(types: tuple[str, ...], fen: list[int]) -> None:
    assert amounts(taken(CHARGED, *types)) == fen
    assert amounts(taken(CHARGED.replace("交易类型", "收支类型"), *types)) == fen


def test_a_fee_taken_off_tells_a_merchant_whose_file_names_none() -> None:
    text = taken(CHARGED.replace("终端号", "渠道"), "消费", "消费", "退货")
    found = read_statement(text.encode(), "a.csv", None, LIMITS)
    assert found.account is AccountKind.MERCHANT
    assert [row.kind for row in found.rows] == [RowKind.PAYMENT, RowKind.PAYMENT, RowKind.REFUND]


def test_a_refund_that_was_undone_is_refused() -> None:
    text = taken(CHARGED, "消费", "消费", "退货撤销")
    found = read_statement(text.encode(), "a.csv", None, LIMITS)
    assert [(row.line, row.reason) for row in found.refused] == [(4, "direction")]


TRADES = """终端号,交易时间,交易类型,交易金额,交易状态
A1,2026-03-01 10:00:00,支付,100.00,成功
A1,2026-03-01 10:00:01,退款,20.00,成功"""


def test_a_table_addressed_to_a_merchant_is_of_takings() -> None:
    assert amounts(f"商户名称：某某面馆\n{TRADES}") == [10_000, -2_000]


@pytest.mark.parametrize("types", [("支付", "退款"), ("消费", "消费"), ("刷卡消费", "扫码消费")])
def test_who_paid_whom_is_not_guessed(types: tuple[str, str]) -> None:
    text = TRADES.replace("支付", types[0]).replace("退款", types[1])
    with pytest.raises(StatementRefused) as caught:
        read_statement(text.encode(), "a.csv", None, LIMITS)
    assert (caught.value.code, caught.value.missing) == (
        RefusalCode.UNKNOWN_LAYOUT,
        ("direction",),
    )


def test_what_a_merchant_drew_is_no_taking() -> None:
    header = "商户号,申请时间,提现金额,手续费,到账金额,状态"
    text = f"{header}\n1,2026-03-01 10:00:00,100.00,1.00,99.00,成功"
    with pytest.raises(StatementRefused) as caught:
        read_statement(text.encode(), "a.csv", None, LIMITS)
    assert caught.value.missing == ("direction",)


@pytest.mark.parametrize(
    ("header", "rows", "refused"),
    [
        ("收款时间,收款金额,状态", ("{},100.00,成功", "{},50.00,已退款"), [3]),
        (
            "商户号,交易时间,手续费,交易金额,状态",
            ("1,{},1.00,100.00,成功", "1,{},1.00,50.00,已全额退款"),
            [3],
        ),
        (
            "商户号,交易时间,手续费,订单金额,退款金额",
            ("1,{},1.00,100.00,0.00", "1,{},1.00,50.00,20.00"),
            [3],
        ),
        (
            "商户号,交易时间,交易类型,交易金额,手续费,状态",
            ("1,{},消费,100.00,1.00,成功", "1,{},消费,50,1.00,已退款", "1,{},退款,50,0.00,成功"),
            [],
        ),
    ],
)
def test_takings_that_were_given_back_are_told_where_no_row_is_of_it(
    header: str, rows: tuple[str, ...], refused: list[int]
) -> None:
    lines = [row.format(f"2026-03-01 10:00:0{at}") for at, row in enumerate(rows)]
    found = read_statement("\n".join([header, *lines]).encode(), "a.csv", None, LIMITS)
    assert [row.line for row in found.refused] == refused


@pytest.mark.parametrize(
    ("fen", "read"),
    [
        (("-5", "-3", "-4"), [-500, -300, -400]),
        (("5", "3", "4"), [-500, -300, -400]),
        (("5", "3", "4", "6", "7", "-2"), [-500, -300, -400, -600, -700, 200]),
        (("5", "-3"), None),
        (("5", "-3", "-4", "6"), None),
    ],
)
def test_a_minus_beside_a_word_for_out(fen: tuple[str, ...], read: list[int] | None) -> None:
    rows = [f"2026-03-0{at},支出,{amount},佣金" for at, amount in enumerate(fen, 1)]
    text = "\n".join(["日期,收支方向,金额,费用项", *rows])
    if read is None:
        with pytest.raises(StatementRefused):
            amounts(text)
    else:
        assert amounts(text) == read
