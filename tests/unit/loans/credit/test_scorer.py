"""The reference scorer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.credit.scorer import ReferenceScorer, RiskScorer, ScoringRequest
from loans.policy import LoanPolicy
from tests.support.policy import POLICY

CARD = POLICY.section(LoanPolicy).scorecard
SCORER = ReferenceScorer(CARD)
REQUEST = ScoringRequest(
    years_in_business=8,
    limited_company=False,
    industry="catering",
    amount_fen=5_000_000,
    tenor_months=12,
)


def test_it_is_a_risk_scorer() -> None:
    assert isinstance(SCORER, RiskScorer)


@given(st.floats(0, 200), st.booleans(), st.integers(1_000_000, 30_000_000))
def test_more_years_and_less_money_never_score_lower(
    years: float, limited: bool, amount: int
) -> None:
    request = replace(REQUEST, years_in_business=years, limited_company=limited, amount_fen=amount)
    longer = replace(request, years_in_business=years + 1)
    smaller = replace(request, amount_fen=amount // 2)
    assert SCORER.score(longer).points >= SCORER.score(request).points
    assert SCORER.score(smaller).points >= SCORER.score(request).points


@pytest.mark.parametrize(
    ("years", "points"), [(0, 0), (0.99, 0), (1, 25), (2.99, 25), (3, 45), (5, 60), (98, 60)]
)
def test_the_bands_of_years(years: float, points: int) -> None:
    youngest = SCORER.score(replace(REQUEST, years_in_business=0)).points
    assert SCORER.score(replace(REQUEST, years_in_business=years)).points - youngest == points


def test_a_firm_of_a_hundred_and_twenty_years_scores_as_the_oldest_do() -> None:
    assert CARD.years_in_business[-1][0] < 120
    old, oldest = (SCORER.score(replace(REQUEST, years_in_business=years)) for years in (90, 120))
    assert oldest == old
    assert oldest.approved


def test_an_industry_that_the_card_does_not_know_adds_nothing() -> None:
    known = SCORER.score(REQUEST).points - CARD.industry["catering"]
    assert SCORER.score(replace(REQUEST, industry="mining")).points == known


def test_the_score_suffices_from_the_policys_line_on() -> None:
    for amount in range(1_000_000, 300_000_000, 10_000_000):
        score = SCORER.score(replace(REQUEST, amount_fen=amount, years_in_business=0))
        assert score.approved == (score.points >= CARD.approve_from)
        assert score.scorer == ReferenceScorer.name
