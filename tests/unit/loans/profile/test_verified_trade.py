"""A month of trade out of what sources show."""

from __future__ import annotations

from datetime import date, timedelta

from loans.policy import LoanPolicy
from loans.profile.turnover import Turnover, turnover
from loans.profile.verified_trade import trade_of
from loans.sources.categories import categorise
from tests.support.policy import POLICY
from tests.support.statement_values import OWNER, at, bank, invoice, row

PROFILE = POLICY.section(LoanPolicy).profiles


def test_a_month_of_trade_out_of_statements() -> None:
    rows = [
        row(at(1, 1) + timedelta(days=n), 100_000, f"客{n}", "货款", balance=500_000, line=n)
        for n in range(181)
    ]
    rows += [row(at(month, 5), -1_000_000, "某食品公司", "货款") for month in range(1, 7)]
    rows += [row(at(month, 6), -100_000, "某银行", "贷款还款") for month in range(1, 7)]
    rows += [row(at(1, 2), 5_000_000, "某银行", "贷款发放")]
    accounts = categorise([bank(*rows)], OWNER, PROFILE.categories)
    known = trade_of(turnover(accounts, [], OWNER, PROFILE.turnover), accounts, 40)
    assert known is not None
    months = 181 / (365 / 12)
    assert known.turnover_fen == round(18_100_000 / months)
    assert known.costs_fen == round(6_000_000 / months)
    assert known.instalments_fen == round(600_000 / months)
    assert known.other_loans_fen == 5_000_000 - 600_000
    assert (known.own_funds_fen, known.months, known.thickness) == (500_000, 6, 40)


def test_no_trade_where_nothing_was_sold() -> None:
    assert trade_of(Turnover(), (), 40) is None
    nothing = Turnover(first_day=date(2026, 1, 1), last_day=date(2026, 6, 30))
    assert trade_of(nothing, (), 40) is None


def test_no_trade_where_sales_were_only_invoiced() -> None:
    issued = [
        invoice(date(2026, month, 9), 900_000, "某商贸有限公司", str(month))
        for month in range(1, 7)
    ]
    assert trade_of(turnover([], issued, OWNER, PROFILE.turnover), (), 40) is None
