from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.identity import VerifiedIdentity
from kyc.policy import load_policy
from loans.policy import loan_policy
from loans.terms.price import annual_rate_bp, instalment_fen
from loans.profile.industry import declaration_faults, industry_of
from loans.credit.scorer import ReferenceScorer, ScoringRequest

POLICY = loan_policy(load_policy(Path("policy.toml")))


def business(name: str, scope: str) -> VerifiedIdentity:
    return VerifiedIdentity(uuid4(), uuid4(), "某人", name, "个体工商户", scope, None, "", "")


@given(st.integers(100_000, 30_000_000), st.integers(1, 2400), st.integers(1, 60))
def test_instalments_repay_the_principal_and_its_interest(fen: int, rate: int, months: int) -> None:
    instalment = instalment_fen(fen, rate, months)
    owed = float(fen)
    for _ in range(months):
        owed = owed * (1 + rate / 10_000 / 12) - instalment
    assert abs(owed) <= 1.1 * months * (1 + rate / 10_000 / 12) ** months


def test_a_known_instalment() -> None:
    assert instalment_fen(8_000_000, 1200, 12) == 710_790


def test_a_loan_without_interest_is_split_evenly() -> None:
    assert instalment_fen(1200, 0, 12) == 100


@given(st.integers(540, 900), st.integers(0, 100))
def test_a_better_score_never_costs_more(points: int, better: int) -> None:
    assert annual_rate_bp(points + better, POLICY.price) <= annual_rate_bp(points, POLICY.price)


def test_a_score_below_every_band_has_no_price() -> None:
    with pytest.raises(ValueError, match="no band"):
        annual_rate_bp(0, POLICY.price)


@given(st.floats(0, 90), st.booleans(), st.integers(1_000_000, 30_000_000))
def test_more_years_and_less_money_never_score_lower(
    years: float, limited: bool, amount: int
) -> None:
    scorer = ReferenceScorer(POLICY.scorecard)
    request = ScoringRequest(years, limited, "catering", amount, 12)
    longer = ScoringRequest(years + 1, limited, "catering", amount, 12)
    smaller = ScoringRequest(years, limited, "catering", amount // 2, 12)
    assert scorer.score(longer).points >= scorer.score(request).points
    assert scorer.score(smaller).points >= scorer.score(request).points


@pytest.mark.parametrize(
    ("name", "scope", "industry"),
    [
        ("知夏面馆", "食品销售", "catering"),
        ("云朵网店", "服装服饰互联网销售", "online_retail"),
        ("某某行", "道路货物运输", "logistics"),
        ("某某行", "无", "unknown"),
    ],
)
def test_industry_from_name_and_scope(name: str, scope: str, industry: str) -> None:
    assert industry_of(business(name, scope), POLICY) == industry


@pytest.mark.parametrize(
    ("occupation", "purpose", "faults"),
    [
        ("online_retail", "stock_of_goods", []),
        ("online_retail", "stocks", ["purpose_forbidden"]),
        ("online_retail", "renovation", ["purpose_contradicts_profile"]),
        ("catering", "equipment", ["occupation_contradicts_profile"]),
    ],
)
def test_a_declaration_against_the_profile(
    occupation: str, purpose: str, faults: list[str]
) -> None:
    shop = business("云朵网店", "服装服饰互联网销售")
    assert declaration_faults(occupation, purpose, shop, POLICY) == faults
