"""Features out of statements and turnover."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.policy import LoanPolicy
from loans.profile.catalogue import require_valid
from loans.profile.feature import Feature, Source
from loans.profile.features import BusinessRecords, Reviews, business_features, coverage_of
from loans.profile.turnover import turnover
from loans.sources.categories import categorise
from loans.sources.invoices import Invoice
from loans.sources.rows import Row, RowKind, Statement
from tests.support.policy import POLICY
from tests.support.statement_values import OWNER, at, bank, invoice, merchant, row, wallet

RULES = POLICY.section(LoanPolicy).profiles


def records(*statements: Statement, invoices: list[Invoice] | None = None) -> BusinessRecords:
    accounts = categorise(statements, OWNER, RULES.categories)
    known = turnover(accounts, invoices or [], OWNER, RULES.turnover)
    return BusinessRecords(accounts, known)


def values(of: BusinessRecords) -> dict[str, int | float | str]:
    return {name: feature.value for name, feature in business_features(of).items()}


def half_a_year(*others: Row) -> Statement:
    """A sale of 1,000 yuan a day from 1 January to 30 June, and what else is given."""
    sales = [row(at(1, 1, 12) + timedelta(days=n), 100_000, f"客{n}", "货款") for n in range(181)]
    return bank(*sales, *others)


def test_nothing_is_known_of_nothing() -> None:
    assert business_features(BusinessRecords()) == {}


def test_reviews_alone() -> None:
    reviews = Reviews(None, 12, 1, date(2026, 6, 1))
    features = business_features(BusinessRecords(reviews=reviews))
    assert features["reviews"] == Feature(12, Source.REVIEWS, date(2026, 6, 1))
    assert set(features) == {"reviews", "complaints"}


def test_turnover() -> None:
    known = values(records(half_a_year()))
    assert known["turnover_months"] == 6
    assert known["turnover_monthly"] == round(181 * 100_000 / (181 / (365 / 12)))
    assert known["turnover_trend"] == pytest.approx(91 / 90, abs=1e-4)
    assert known["turnover_empty_months"] == 0
    assert "turnover_growth" not in known  # of two years
    assert "turnover_season" not in known  # of a whole year


def test_sales() -> None:
    late = row(at(6, 30, 23), 181 * 100_000, "客大", "货款")
    known = values(records(half_a_year(late)))
    assert known["largest_sale_share"] == 0.5
    assert known["largest_payer_share"] == 0.5
    assert known["night_share"] == 0.5
    assert known["sale_median"] == 100_000
    assert known["payers"] == 182
    assert known["longest_pause_days"] == 0


def test_costs_and_debts() -> None:
    paid = [
        row(at(month, 5), fen, party, memo)
        for month in range(1, 7)
        for fen, party, memo in (
            (-500_000, "临江食品有限公司", "货款"),
            (-300_000, "李四", "房租"),
            (-400_000, "王五", "工资"),
            (-400_000, "赵六", "工资"),
            (-200_000, "某银行", "贷款还款"),
        )
    ]
    known = values(records(half_a_year(*paid)))
    months = 181 / (365 / 12)
    assert known["rent_monthly"] == round(6 * 300_000 / months)
    assert known["rent_months"] == 6
    assert known["employees"] == 2
    assert known["suppliers"] == known["lenders"] == 1
    assert known["costs_to_turnover"] == pytest.approx(6 * 1_600_000 / 18_100_000, abs=1e-4)
    assert known["debt_service"] == pytest.approx(6 * 200_000 / 18_100_000, abs=1e-4)
    assert known["free_cash_monthly"] == round((18_100_000 - 6 * 1_800_000) / months)


def test_what_no_row_shows_is_left_out() -> None:
    known = values(records(half_a_year()))
    absent = {"rent_monthly", "tax_monthly", "employees", "lenders", "debt_service", "balance_min"}
    assert not absent & set(known)


def test_merchant_accounts_alone_tell_nothing_of_costs() -> None:
    sales = [row(at(1, 1) + timedelta(days=n), 900, kind=RowKind.PAYMENT) for n in range(90)]
    known = values(records(merchant(*sales)))
    assert known["acquiring_share"] == 1
    assert "free_cash_monthly" not in known


def test_balances_are_those_at_the_end_of_days() -> None:
    day = [
        row(at(1, 1, 9), 100, "甲", "货款", balance=50_000, line=1),
        row(at(1, 1, 18), 100, "甲", "货款", balance=300_000, line=2),
        row(at(1, 2, 9), -100, "乙", "货款", balance=90_000, line=3),
    ]
    known = values(records(bank(*day)))
    assert (known["balance_min"], known["balance_mean"]) == (90_000, 195_000)
    assert known["balance_low_share"] == 0.5


def test_of_days_without_times_the_order_of_the_file_counts() -> None:
    rows = [
        row(date(2026, 1, 2), -100, "乙", "货款", balance=90_000, line=1),
        row(date(2026, 1, 1), 100, "甲", "货款", balance=300_000, line=2),
        row(date(2026, 1, 1), 101, "甲", "货款", balance=50_000, line=3),
    ]
    assert values(records(bank(*rows)))["balance_mean"] == 195_000


def test_coverage_is_the_share_of_weeks_with_rows_and_a_printed_period_is_none() -> None:
    accounts = categorise([half_a_year()], OWNER, RULES.categories)
    assert coverage_of(accounts, date(2026, 6, 30)) == 26 / 52
    ends = bank(row(at(1, 1), 100, "甲", "货款"), row(at(6, 30), 100, "甲", "货款"))
    printed = replace(ends, first_day=date(2025, 7, 1), last_day=date(2026, 6, 30))
    alone = categorise([printed], OWNER, RULES.categories)
    assert coverage_of(alone, date(2026, 6, 30)) == 2 / 52
    assert coverage_of(accounts, date(2027, 6, 30)) == 0
    assert coverage_of((), date(2026, 6, 30)) == 0


def test_no_feature_names_a_person() -> None:
    paid = row(at(3, 5), -300_000, "李四", "房租")
    told = " ".join(map(str, values(records(half_a_year(paid))).values()))
    assert "李四" not in told
    assert "客" not in told


ROWS = st.lists(
    st.builds(
        row,
        st.builds(at, st.integers(1, 12), st.integers(1, 28), st.integers(0, 23)),
        st.integers(-40, 40).filter(bool).map(lambda yuan: yuan * 1_000),
        st.sampled_from((None, "李四", "某商贸有限公司", "王五")),
        st.sampled_from(("", "货款", "工资", "房租", "退款", "贷款还款", "股票")),
        balance=st.one_of(st.none(), st.integers(-10_000, 10_000_000)),
        line=st.integers(1, 99),
    ),
    max_size=40,
)


@given(ROWS, ROWS)
def test_every_feature_is_in_its_domain(in_bank: list[Row], in_wallet: list[Row]) -> None:
    invoices = [invoice(date(2026, 3, 1), 50_000, "某商贸有限公司", "1")]
    known = records(bank(*in_bank), wallet(*in_wallet), invoices=invoices)
    require_valid(business_features(known))
