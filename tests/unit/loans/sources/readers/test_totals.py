"""Totals that files print: those that agree are no fault, those that do not are told."""

from __future__ import annotations

import pytest

from loans.sources.readers.statement import read_statement
from tests.support.statement_files import LIMITS

PAIRED = """日期,摘要,收入,支出,余额
2026-03-01,货款,100.00,,100.00
2026-03-02,货款,50.00,,150.00
2026-03-03,房租,,30.00,120.00
"""
REVERSED = PAIRED + "2026-03-04,冲正,,-30.00,150.00\n"
IN_10_000 = (
    PAIRED.replace("收入", "收入(万元)").replace("支出", "支出(万元)").replace("余额", "余额(万元)")
)
ONE = """商户号,交易时间,交易类型,交易金额,手续费,结算金额
1,2026-03-01 10:00:00,消费,100.00,1.00,99.00
1,2026-03-01 11:00:00,消费,50.00,0.50,49.50
1,2026-03-01 12:00:00,退货,-30.00,0.00,-30.00
"""
ORDERS = """店铺名称,订单号,下单时间,订单类型,订单金额,服务费,结算金额
某店,A1,2026-03-01 10:00:00,订单,100.00,1.00,99.00
某店,A2,2026-03-01 11:00:00,订单,50.00,0.50,49.50
某店,A3,2026-03-01 12:00:00,提现,,,-40.00
"""


@pytest.mark.parametrize(
    ("table", "totals", "off"),
    [
        (PAIRED, "合计,,150.00,30.00,", False),
        (PAIRED, "合计,,150.00,31.00,", True),
        (PAIRED, "本月合计,,50.00,30.00,", False),  # of the last month only
        (PAIRED, "收入合计：150.00元 支出合计：30.00元", False),
        (PAIRED, "收入总额 150.00 支出总额 40.00", True),
        (PAIRED, "收入2笔 支出1笔", False),
        (PAIRED, "收入2笔 支出2笔", True),
        (PAIRED, "收入 2 笔 150.00 元 支出 1 笔 30.00 元", False),
        (PAIRED, "收入 2 笔 150.00 元 支出 1 笔 31.00 元", True),
        (IN_10_000, "合计,,150.00,30.00,", False),
        (IN_10_000, "合计,,150.00,20.00,", True),
        (REVERSED, "合计,,150.00,0.00,", False),
        (REVERSED, "合计,,140.00,0.00,", True),
        (ONE, "合计,,,120.00,,", False),
        (ONE, "合计,,,150.00,,", False),
        (ONE, "合计,,,110.00,,", True),
        (ORDERS, "合计,,,,150.00,1.50,108.50", False),  # withdrawals stand in another column
    ],
)
def test_totals(table: str, totals: str, off: bool) -> None:
    found = read_statement((table + totals + "\n").encode(), "a.csv", None, LIMITS)
    assert not found.refused
    assert found.totals_off is off
