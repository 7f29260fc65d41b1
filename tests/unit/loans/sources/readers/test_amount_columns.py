"""Which amount a merchant took, where columns say what was given off and what was charged."""

from __future__ import annotations

import pytest

from loans.sources.readers.statement import read_statement
from tests.support.statement_files import LIMITS

BEFORE, AFTER = [10_000, 5_000], [9_440, 4_970]


def amounts(header: str, *rows: str) -> list[int]:
    lines = [f"店铺名称,订单号,下单时间,订单类型,{header}"]
    lines += [f"某店,A{at},2026-03-0{at} 10:00:00,订单,{row}" for at, row in enumerate(rows, 1)]
    text = "\n".join(lines)
    return [row.amount_fen for row in read_statement(text.encode(), "a.csv", None, LIMITS).rows]


@pytest.mark.parametrize(
    ("header", "rows", "fen"),
    [
        ("订单金额,平台服务费,结算金额", ("100.00,-5.60,94.40", "50.00,-0.30,49.70"), BEFORE),
        ("订单金额,佣金,配送费,结算金额", ("100,5.00,0.60,94.40", "50,0.20,0.10,49.70"), BEFORE),
        ("交易金额,手续费,结算金额", ("100.00,5.60,94.40", "50.00,0.30,49.70"), BEFORE),
        ("交易金额,平台优惠,手续费,结算金额", ("100,5,5.60,94.40", "50,0,0.30,49.70"), BEFORE),
        (
            "订单金额,手续费费率,手续费,配送费,结算金额",
            ("100,0.38,5.00,0.60,94.40", "50,0.38,0.20,0.10,49.70"),
            BEFORE,
        ),
        ("商品金额,商户补贴,抽佣,结算金额", ("100,-5,-0.60,94.40", "50,0,-0.30,49.70"), AFTER),
        ("商品原价金额,结算金额", ("100.00,94.40", "50.00,49.70"), AFTER),
        ("交易金额,商家优惠,手续费,结算金额", ("100,5,0.60,94.40", "50,0,0.30,49.70"), AFTER),
        ("订单金额,满减活动,佣金,商家应收", ("100,5,0.60,94.40", "50,0,0.30,49.70"), AFTER),
    ],
)
def test_fees_are_taken_off_takings_and_discounts_are_none(
    header: str, rows: tuple[str, str], fen: list[int]
) -> None:
    assert amounts(header, *rows) == fen


def test_what_was_paid_out_stands_beside_what_was_settled() -> None:
    rows = ("100,-5,-0.60,94.40", "50,0,-0.30,49.70", "80,0,-0.50,79.50", ",,,-200.00")
    assert amounts("商品金额,商户补贴,抽佣,结算金额", *rows) == [9_440, 4_970, 7_950, -20_000]
