"""What kind a row is, by the publisher's words."""

from __future__ import annotations

import pytest

from loans.sources.readers.kinds import kind_of
from loans.sources.rows import AccountKind, Direction, RowKind

IN, OUT = Direction.IN, Direction.OUT


@pytest.mark.parametrize(
    ("account", "direction", "types", "kind"),
    [
        (AccountKind.DEBIT, IN, "退饲料", RowKind.REFUND),
        (AccountKind.DEBIT, IN, "退税", RowKind.PAYMENT),
        (AccountKind.DEBIT, IN, "退休金", RowKind.PAYMENT),
        (AccountKind.DEBIT, OUT, "退饲料", RowKind.PAYMENT),
        (AccountKind.DEBIT, OUT, "资金池上划", RowKind.TRANSFER),
        (AccountKind.WALLET, IN, "充钱包", RowKind.TRANSFER),
        (AccountKind.WALLET, IN, "银行卡充值", RowKind.TRANSFER),
        (AccountKind.WALLET, OUT, "话费充值", RowKind.PAYMENT),
        (AccountKind.WALLET, IN, "话费充值退款", RowKind.REFUND),
        (AccountKind.MERCHANT, IN, "消费撤销", RowKind.REFUND),
        (AccountKind.WALLET, OUT, "存银行", RowKind.TRANSFER),
        (AccountKind.MERCHANT, IN, "会员充值", RowKind.PAYMENT),
        (AccountKind.MERCHANT, OUT, "消费撤销", RowKind.REFUND),
        (AccountKind.MERCHANT, OUT, "平台服务费", RowKind.PAYMENT),
    ],
)
def test_kinds(account: AccountKind, direction: Direction, types: str, kind: RowKind) -> None:
    assert kind_of(account, direction, "", types, "") is kind
