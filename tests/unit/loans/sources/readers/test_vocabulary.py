"""Names of columns and words of direction."""

from __future__ import annotations

import pytest

from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import Direction


def test_traditional_characters_are_simplified() -> None:
    assert plain("帳戶 結餘：") == "帐户结余"
    assert plain("Ｂalance") == "balance"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("結餘", "balance"), ("對方名稱", "counterparty"), ("提取", "expense"),
        ("支/收", "direction"), ("付/收", "direction"), ("取/存", "direction"),
        ("余额方向", "ignored"), ("对方科目", "ignored"), ("起息日", "value_date"),
        ("单据日期", "recorded"), ("商家应收款(元)", "amount_received"), ("交易本金", "amount"),
        ("支出(借)", "expense"), ("转入账户", "second_account"), ("某栏", None),
    ],
)  # fmt: skip
def test_roles(name: str, role: str | None) -> None:
    assert vocabulary().role(name) == role


@pytest.mark.parametrize(
    ("words", "direction"),
    [
        ("缴费支出", Direction.OUT), ("红包收入", Direction.IN), ("退货", Direction.IN),
        ("支付宝转入", Direction.IN), ("收款退款", None), ("转账", None), ("消费收入", None),
    ],
)  # fmt: skip
def test_types_of_trade(words: str, direction: Direction | None) -> None:
    assert vocabulary().type_direction(words) is direction


def test_a_transfer_is_neither_only_in_books_of_ones_own_accounts() -> None:
    known = vocabulary()
    assert known.direction("转账") is None
    assert known.direction("转账", own_accounts=True) is Direction.NEUTRAL
    assert known.direction("收入", own_accounts=True) is Direction.IN
