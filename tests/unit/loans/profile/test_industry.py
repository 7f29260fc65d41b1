"""What business a licence shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.policy import LoanPolicy
from loans.profile.industry import UNKNOWN, industry_of
from tests.support.policy import POLICY

WORDS = POLICY.section(LoanPolicy).industries


@pytest.mark.parametrize(
    ("name", "scope", "industry"),
    [
        ("知夏面馆", "食品销售", "catering"),
        ("云朵网店", "服装服饰互联网销售", "online_retail"),
        ("某某行", "道路货物运输", "logistics"),
        ("某某行", "无", UNKNOWN),
        ("", "", UNKNOWN),
        ("知夏面馆", "道路货物运输", "catering"),  # the name comes before the scope
        ("某某行", "咨询；零售", "services"),  # what comes first
        ("某某行", "零售；咨询", "retail"),
    ],
)
def test_industry_from_name_and_scope(name: str, scope: str, industry: str) -> None:
    assert industry_of(name, scope, WORDS) == industry


@given(st.text(), st.text())
def test_every_business_has_an_industry_of_the_list_or_none(name: str, scope: str) -> None:
    assert industry_of(name, scope, WORDS) in {*WORDS, UNKNOWN}
