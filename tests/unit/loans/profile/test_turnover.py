"""Each sale counts once, whichever sources saw it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.policy import LoanPolicy
from loans.profile.turnover import Deduction, Turnover, turnover
from loans.sources.categories import categorise
from loans.sources.invoices import Invoice
from loans.sources.moments import day_of
from loans.sources.rows import Row, RowKind, Statement
from tests.support.policy import POLICY
from tests.support.statement_values import OWNER, at, bank, invoice, merchant, row, wallet

RULES = POLICY.section(LoanPolicy).profiles
ACQUIRER = "拉卡拉支付股份有限公司"


def found(*statements: Statement, invoices: list[Invoice] | None = None) -> Turnover:
    accounts = categorise(statements, OWNER, RULES.categories)
    return turnover(accounts, invoices or [], OWNER, RULES.turnover)


def total(of: Turnover) -> int:
    return sum(month.fen for month in of.months)


def counts(of: Turnover) -> dict[Deduction, int]:
    return {why: deducted.count for why, deducted in of.deductions.items()}


def sale(day: int, fen: int, order: str | None = None, *, month: int = 3, second: int = 0) -> Row:
    when = at(month, day, 12, 0, second)
    return row(when, fen, None, "扫码", kind=RowKind.PAYMENT, order=order)


def days_of_sales(days: int) -> list[Row]:
    """A sale a day from 2 March 2026, a Monday, each of another amount."""
    first = at(3, 2)
    return [
        row(first + timedelta(days=n), 10_000 + 137 * (n % 29), kind=RowKind.PAYMENT)
        for n in range(days)
    ]


def settlements(sales: list[Row], fee_bp: int = 38) -> list[Row]:
    return [
        row(
            one.at + timedelta(hours=20),
            one.amount_fen - one.amount_fen * fee_bp // 10_000,
            ACQUIRER,
            "T1结算",
        )
        for one in sales
    ]


def test_nothing_is_known_of_nothing() -> None:
    assert found() == Turnover()
    assert found().mean_monthly_fen == 0


def test_months_are_those_of_china_and_none_is_missing() -> None:
    months = found(merchant(sale(31, 100), sale(1, 300, month=5))).months
    assert [(month.month, month.fen, month.sales) for month in months] == [
        (date(2026, 3, 1), 100, 1),
        (date(2026, 4, 1), 0, 0),
        (date(2026, 5, 1), 300, 1),
    ]


def test_one_order_in_two_accounts_is_one_sale() -> None:
    sales = [sale(day, 1_000 + day, f"A{day}") for day in range(1, 11)]
    seen = found(merchant(*sales), merchant(*sales, publisher="wechat"))
    assert total(seen) == sum(one.amount_fen for one in sales)
    assert counts(seen) == {Deduction.SAME_ORDER: 10}


def test_one_amount_at_one_time_in_accounts_that_mirror_each_other_is_one_sale() -> None:
    sales = [sale(day, 1_000 + day) for day in range(1, 11)]
    later = [sale(day, 1_000 + day, second=4) for day in range(1, 11)]
    seen = found(merchant(*sales), merchant(*later, publisher="wechat"))
    assert total(seen) == sum(one.amount_fen for one in sales)
    assert counts(seen) == {Deduction.SAME_AMOUNT_AND_TIME: 10}


def test_one_equal_amount_in_accounts_of_other_customers_is_two_sales() -> None:
    sales = [sale(day, 1_000 + day) for day in range(1, 11)]
    others = [sale(day, 2_000 + day) for day in range(11, 20)]
    seen = found(merchant(*sales), merchant(*others, sales[0], publisher="wechat"))
    assert total(seen) == sum(one.amount_fen for one in [*sales, *others, sales[0]])


def test_what_an_acquirer_pays_out_is_no_second_sale() -> None:
    sales = days_of_sales(60)
    seen = found(merchant(*sales), bank(*settlements(sales)))
    assert total(seen) == sum(one.amount_fen for one in sales)
    assert counts(seen) == {Deduction.SETTLEMENT: 60}


def test_a_weekend_may_be_paid_out_on_monday() -> None:
    sales = days_of_sales(56)
    paid: dict[date, int] = {}
    for one in settlements(sales):
        day = day_of(one)
        while day.weekday() > 4:
            day += timedelta(days=1)
        paid[day] = paid.get(day, 0) + one.amount_fen
    rows = [row(day, fen, ACQUIRER, "结算") for day, fen in paid.items()]
    assert total(found(merchant(*sales), bank(*rows))) == sum(one.amount_fen for one in sales)


def test_what_an_acquirer_pays_out_counts_where_nobody_shows_its_sales() -> None:
    paid = settlements(days_of_sales(60))
    assert total(found(bank(*paid))) == sum(one.amount_fen for one in paid)


def test_a_bill_of_a_part_of_what_is_paid_out_is_not_counted_again() -> None:
    wechat, alipay = days_of_sales(60), days_of_sales(60)[::2]
    both = settlements([*wechat, *alipay])
    seen = found(merchant(*wechat, publisher="wechat"), bank(*both))
    assert total(seen) == sum(one.amount_fen for one in both)
    assert counts(seen) == {Deduction.WITHIN_PAYOUTS: 60}


def test_an_account_that_is_paid_out_elsewhere_counts_where_less_is_paid_out() -> None:
    sales = days_of_sales(60)
    other = [row(one.at, 3_300 + 7 * n, "银联商务", "清算") for n, one in enumerate(sales)]
    seen = found(merchant(*sales), bank(*other))
    assert total(seen) == sum(one.amount_fen for one in [*sales, *other])


def test_two_acquirers_are_told_apart_by_what_they_pay_out() -> None:
    sales = days_of_sales(60)
    other = [row(one.at, 33_300 + 7 * n, "银联商务", "清算") for n, one in enumerate(sales)]
    seen = found(merchant(*sales), bank(*settlements(sales), *other))
    assert total(seen) == sum(one.amount_fen for one in [*sales, *other])


def test_what_is_given_back_is_taken_off() -> None:
    back = row(at(3, 5), -400, None, "退款", kind=RowKind.REFUND)
    seen = found(merchant(sale(1, 1_000), back))
    assert total(seen) == 600
    assert counts(seen) == {Deduction.REFUND: 1}


@pytest.mark.parametrize(
    ("party", "memo", "why"),
    [
        ("张小梅", "转账", Deduction.OWN_TRANSFER),
        ("某银行", "贷款发放", Deduction.LOAN),
        ("某公司", "代发工资", Deduction.PRIVATE),
        ("李四", "", Deduction.UNKNOWN),
        (None, "现金存入", Deduction.UNKNOWN),
    ],
)
def test_what_came_for_something_else_is_left_out(
    party: str | None, memo: str, why: Deduction
) -> None:
    seen = found(bank(row(at(3, 1), 90_000, party, memo), row(at(3, 2), 100, "甲", "货款")))
    assert total(seen) == 100
    assert counts(seen) == {why: 1}


BUYER = "宁河恒源商贸有限公司"


def test_an_invoice_and_its_payment_are_one_sale() -> None:
    paid = row(at(4, 20), 500_000, BUYER, "")
    seen = found(bank(paid), invoices=[invoice(date(2026, 3, 5), 500_000, BUYER, "1")])
    assert total(seen) == 500_000
    assert counts(seen) == {Deduction.INVOICE_PAID: 1}


def test_one_invoice_for_many_payments_and_what_is_still_owed() -> None:
    paid = [row(at(3, day), 10_000 * day, BUYER, "货款") for day in (3, 9, 20)]
    month = invoice(date(2026, 4, 2), 320_000, BUYER, "1")
    open_one = invoice(date(2026, 6, 2), 70_000, BUYER, "2")
    seen = found(bank(*paid), invoices=[month, open_one])
    assert total(seen) == 390_000
    assert seen.months[-1].fen == 70_000


def test_an_invoice_without_a_payment_by_name_is_within_the_takings_of_its_month() -> None:
    takings = merchant(*[sale(day, 40_000) for day in range(1, 11)])
    inside = found(takings, invoices=[invoice(date(2026, 3, 9), 300_000, "某人", "1")])
    assert total(inside) == 400_000
    assert counts(inside) == {Deduction.INVOICE_IN_TAKINGS: 1}
    above = found(takings, invoices=[invoice(date(2026, 3, 9), 900_000, BUYER, "1")])
    assert total(above) == 900_000


def test_invoices_prove_what_a_payment_without_words_was_for() -> None:
    paid = row(at(3, 20), 500_000, "王五", "转账")
    assert total(found(bank(paid))) == 0
    seen = found(bank(paid), invoices=[invoice(date(2026, 3, 18), 500_000, BUYER, "1")])
    assert total(seen) == 500_000


def test_who_pays_for_a_firm_is_known_by_equal_amounts() -> None:
    bills = [invoice(date(2026, 3, day), 100_000 + day, BUYER, str(day)) for day in (1, 8, 15)]
    paid = [row(at(3, day + 2), 100_000 + day, "王五", "货款") for day in (1, 8)]
    assert total(found(bank(*paid), invoices=bills)) == 300_024


def test_void_red_repeated_and_foreign_invoices_are_no_sales() -> None:
    day = date(2026, 3, 9)
    invoices = [
        invoice(day, 500_000, BUYER, "1", void=True),
        invoice(day, 200_000, BUYER, "2"),
        invoice(day, -200_000, BUYER, "3"),
        invoice(day, 300_000, BUYER, "4"),
        invoice(day, 300_000, BUYER, "4"),
        invoice(day, 900_000, "某供应商", "5", ours=False),
    ]
    seen = found(invoices=invoices)
    assert total(seen) == 300_000
    assert counts(seen)[Deduction.INVOICE_CANCELLED] == 3


def test_the_mean_of_a_month_is_by_the_days_that_are_covered() -> None:
    statement = merchant(sale(1, 60_000))
    half = Statement(
        statement.publisher,
        statement.account,
        statement.rows,
        first_day=date(2026, 3, 1),
        last_day=date(2026, 4, 30),
    )
    assert found(half).mean_monthly_fen == round(60_000 / (61 / (365 / 12)))


def received(of: Turnover) -> list[int]:
    return [month.fen for month in of.received]


def test_what_is_only_invoiced_is_turnover_and_nothing_is_lent_by_it() -> None:
    seen = found(invoices=[invoice(date(2026, 3, 9), 900_000, BUYER, "1")])
    assert total(seen) == 900_000
    assert seen.mean_received_fen == 0
    assert seen.newest_sale is None


def test_no_payer_makes_up_more_than_half_of_a_month_that_is_lent_by() -> None:
    friend = row(at(3, 5), 9_000_000, "某某科技有限公司", "货款")
    customers = [row(at(3, day), 10_000, f"客{day}", "货款") for day in range(1, 11)]
    seen = found(bank(friend, *customers))
    assert total(seen) == 9_100_000
    assert received(seen) == [200_000]
    assert received(found(bank(friend))) == [0]


def test_a_payer_does_not_become_an_acquirer_by_what_it_writes() -> None:
    friend = row(at(3, 5), 9_000_000, "某某科技有限公司", "商户结算 支付宝 货款")
    assert received(found(bank(friend))) == [0]


def test_what_many_pay_through_an_acquirer_has_no_such_bound() -> None:
    paid = settlements(days_of_sales(30))
    seen = found(bank(*paid))
    assert seen.mean_received_fen == seen.mean_monthly_fen > 0
    assert seen.newest_sale == max(day_of(one) for one in paid)


ROWS = st.lists(
    st.builds(
        row,
        st.builds(at, st.integers(3, 4), st.integers(1, 28), st.integers(0, 23)),
        st.integers(-40, 40).filter(bool).map(lambda yuan: yuan * 1_000),
        st.sampled_from((None, "李四", BUYER, ACQUIRER)),
        st.sampled_from(("", "货款", "结算", "退款")),
        order=st.sampled_from((None, None, "A1", "A2", "A3")),
    ),
    max_size=20,
)
INVOICES = st.lists(
    st.builds(
        invoice,
        st.dates(date(2026, 3, 1), date(2026, 4, 28)),
        st.integers(-40, 40).filter(bool).map(lambda yuan: yuan * 1_000),
        st.sampled_from(("李四", BUYER, "另一家公司")),
        st.integers(1, 50).map(str),
    ),
    max_size=8,
    unique_by=lambda one: one.number,
)


@given(ROWS, ROWS, ROWS, INVOICES)
def test_the_order_of_what_is_given_and_giving_it_twice_change_nothing(
    in_bank: list[Row], in_wallet: list[Row], sold: list[Row], invoices: list[Invoice]
) -> None:
    one = found(bank(*in_bank), wallet(*in_wallet), merchant(*sold), invoices=invoices)
    again = found(
        merchant(*reversed(sold)),
        wallet(*in_wallet),
        bank(*reversed(in_bank)),
        merchant(*sold),
        invoices=[*reversed(invoices), *invoices],
    )
    assert one.months == again.months
    assert one.mean_monthly_fen == again.mean_monthly_fen


@given(ROWS, INVOICES)
def test_no_month_is_negative_and_no_more_is_counted_than_there_was(
    in_bank: list[Row], invoices: list[Invoice]
) -> None:
    seen = found(bank(*in_bank), invoices=invoices)
    most = sum(max(one.amount_fen, 0) for one in in_bank)
    most += sum(max(one.gross_fen, 0) for one in invoices)
    assert 0 <= total(seen) <= most
    assert 0 <= sum(received(seen)) <= sum(max(one.amount_fen, 0) for one in in_bank)
