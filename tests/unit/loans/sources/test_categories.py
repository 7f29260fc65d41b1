"""What movements of money were for."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.policy import LoanPolicy
from loans.sources.categories import (
    Categorised,
    CategorisedAccount,
    Category,
    Why,
    categorise,
    sure_share,
)
from loans.sources.rows import Row, RowKind, Statement
from tests.support.policy import POLICY
from tests.support.statement_values import OWNER, at, bank, merchant, row, wallet

RULES = POLICY.section(LoanPolicy).profiles.categories


def told(*statements: Statement) -> list[Categorised]:
    return [each for account in categorised(*statements) for each in account.rows]


def categorised(*statements: Statement) -> tuple[CategorisedAccount, ...]:
    return categorise(statements, OWNER, RULES)


@pytest.mark.parametrize(
    ("fen", "party", "memo", "category"),
    [
        (900, "王*", "二维码收款", Category.BUSINESS_INCOME),
        (900, "赵六", "货款尾款", Category.BUSINESS_INCOME),
        (900, "通联支付网络服务股份有限公司", "", Category.BUSINESS_INCOME),
        (900, "财付通支付科技有限公司", "商户结算款 T+1", Category.BUSINESS_INCOME),
        (900, "北京小桔科技有限公司", "司机提现", Category.BUSINESS_INCOME),
        (900, "财付通支付科技有限公司", "微信零钱提现", Category.OWN_TRANSFER),
        (-900, "天弘基金管理有限公司", "余额宝-自动转入", Category.OWN_TRANSFER),
        (900, "某公司", "代发工资", Category.PRIVATE),
        (900, "孙某", "微信红包", Category.PRIVATE),
        (900, "孙某", "转账红包 货款", Category.BUSINESS_INCOME),
        (900, "孙某", "转账红包", Category.UNKNOWN),
        (-900, "国家电网", "生活服务", Category.PURCHASE),
        (-900, "蚂蚁消金", "信用借还", Category.LOAN_REPAYMENT),
        (900, "中国人寿保险股份有限公司", "理赔款", Category.PRIVATE),
        (900, "微众银行", "微粒贷放款", Category.LOAN_IN),
        (900, None, "个人经营性贷款发放", Category.LOAN_IN),
        (-900, None, "贷款本息", Category.LOAN_REPAYMENT),
        (-900, "重庆蚂蚁消费金融有限公司", "花呗自动还款", Category.LOAN_REPAYMENT),
        (-900, "王五", "3月工资", Category.WAGES),
        (-900, "李四", "转账-备注:3月房租", Category.RENT),
        (-900, "国家金库某市支库", "实时扣税", Category.TAX),
        (-900, "正大农牧食品有限公司", "货款", Category.PURCHASE),
        (-900, None, "跨行手续费", Category.FEE),
        (-900, "中信证券股份有限公司", "银证转账", Category.FORBIDDEN),
        (-900, "某某体育彩票投注站", "", Category.FORBIDDEN),
        (-900, "陌生人", "usdt", Category.FORBIDDEN),
        (-900, "李明", "出借", Category.FORBIDDEN),
        (-900, "中国移动", "话费", Category.PRIVATE),
        (900, "某商贸有限公司", "退货款", Category.REFUND),
        (900, None, "现金存入", Category.UNKNOWN),
        (900, "顾客", "转账", Category.UNKNOWN),
    ],
)
def test_words(fen: int, party: str | None, memo: str, category: Category) -> None:
    (each,) = told(bank(row(at(3, 1), fen, party, memo)))
    assert each.category is category


@pytest.mark.parametrize(
    ("fen", "kind", "category"),
    [
        (900, RowKind.REFUND, Category.REFUND),
        (-900, RowKind.TRANSFER, Category.OWN_TRANSFER),
        (900, RowKind.INTEREST, Category.PRIVATE),
        (900, RowKind.LOAN, Category.LOAN_IN),
        (-900, RowKind.LOAN, Category.LOAN_REPAYMENT),
        (-900, RowKind.FEE, Category.FEE),
    ],
)
def test_what_the_publisher_says_comes_before_words(
    fen: int, kind: RowKind, category: Category
) -> None:
    (each,) = told(bank(row(at(3, 1), fen, "某公司", "货款", kind=kind)))
    assert (each.category, each.sure, each.why) == (category, True, Why.PUBLISHER)


def test_what_is_neither_in_nor_out_is_no_income() -> None:
    (each,) = told(wallet(row(at(3, 1), 900, "某店", "货款", neutral=True)))
    assert each.category is Category.UNKNOWN


def test_a_merchant_account_receives_sales() -> None:
    (each,) = told(merchant(row(at(3, 1), 900, None, "JSAPI", kind=RowKind.PAYMENT)))
    assert (each.category, each.why) == (Category.BUSINESS_INCOME, Why.MERCHANT_ACCOUNT)


@pytest.mark.parametrize("name", ["张小梅", "张小梅(6217****1234)", "临江张记面馆"])
def test_the_owners_own_names_are_transfers(name: str) -> None:
    (each,) = told(bank(row(at(3, 1), 900, name, "货款")))
    assert (each.category, each.why) == (Category.OWN_TRANSFER, Why.OWN_NAME)


def test_what_leaves_one_account_as_it_reaches_another_is_a_transfer() -> None:
    out = row(at(3, 1, 12), -100_000, "李四", "转出")
    came = row(at(3, 1, 12, 1), 100_000, "银行卡", "转入")
    sent, got = told(bank(out), wallet(came))
    assert {sent.why, got.why} == {Why.OWN_ACCOUNTS}


def test_equal_amounts_in_one_minute_are_no_transfer_without_its_words() -> None:
    bought = row(at(3, 1, 12), -100_000, "正大食品有限公司", "货款")
    sold = row(at(3, 1, 12, 1), 100_000, "某饭店", "货款")
    assert {each.category for each in told(bank(bought), wallet(sold))} == {
        Category.PURCHASE,
        Category.BUSINESS_INCOME,
    }


def test_a_card_that_pays_for_a_wallet_spends_once() -> None:
    spent = row(at(3, 1, 12), -8_800, "五金批发部", "材料")
    funded = row(at(3, 1, 12, 0, 3), -8_800, "财付通", "快捷支付")
    in_bank, in_wallet = told(bank(funded), wallet(spent))
    assert in_bank.category is Category.OWN_TRANSFER
    assert in_wallet.category is Category.PURCHASE


def test_many_small_payments_without_words_are_takings() -> None:
    few = [row(at(3, day), 1_850 + day, f"客{day}", "转账") for day in range(1, 4)]
    many = [row(at(4, day), 1_850 + day, f"客{day}", "转账") for day in range(1, 12)]
    by_month = {each.row.at: each for each in told(wallet(*few, *many))}
    assert by_month[at(4, 11)].category is Category.BUSINESS_INCOME
    assert not by_month[at(4, 11)].sure
    alone = told(wallet(*few))
    assert {each.category for each in alone} == {Category.UNKNOWN}


def test_hundreds_of_yuan_without_words_stay_unknown() -> None:
    many = [row(at(4, day), 1_850 + day, f"客{day}", "转账") for day in range(1, 12)]
    family = row(at(4, 20), 200_000, "张父", "转账")
    each = next(one for one in told(wallet(*many, family)) if one.row == family)
    assert each.category is Category.UNKNOWN


def test_equal_payments_to_a_person_at_the_turn_of_months_are_wages() -> None:
    paid = [row(at(month, 10), -450_000, "陈小红", "转账") for month in (3, 4, 5)]
    assert {each.category for each in told(bank(*paid))} == {Category.WAGES}
    once = told(bank(paid[0]))
    assert once[0].category is Category.UNKNOWN


def test_the_sure_share_is_by_money() -> None:
    accounts = categorised(bank(row(at(3, 1), 300, "甲", "货款"), row(at(3, 2), 100, "乙", "")))
    assert sure_share(accounts) == 0.75
    assert sure_share(()) is None


PARTIES = st.sampled_from((None, "李四", "某商贸有限公司", "财付通", "张小梅"))
MEMOS = st.sampled_from(("", "转账", "货款", "提现", "工资", "二维码收款"))
ROWS = st.lists(
    st.builds(
        row,
        st.builds(at, st.integers(3, 5), st.integers(1, 28), st.integers(0, 23)),
        st.integers(-50, 50).filter(bool).map(lambda yuan: yuan * 100),
        PARTIES,
        MEMOS,
    ),
    max_size=25,
)


@given(ROWS, ROWS, st.integers())
def test_neither_the_order_of_rows_nor_a_file_twice_matters(
    in_bank: list[Row], in_wallet: list[Row], seed: int
) -> None:
    one, other = bank(*in_bank), wallet(*in_wallet)
    draw = Random(seed)
    mixed = bank(*draw.sample(one.rows, len(one.rows)))
    first, second = categorised(one, other), categorised(other, mixed, one)
    assert [account.rows for account in first] == [account.rows for account in second]
