"""Price: the rate for a score, and the instalment that repays the loan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import BasisPoints, Fen
from loans.policy import LoanPolicy
from loans.terms.price import annual_rate_bp, instalment_fen
from tests.support.policy import POLICY

PRICE = POLICY.section(LoanPolicy).price
CARD = POLICY.section(LoanPolicy).scorecard


@given(st.integers(100_000, 30_000_000), st.integers(1, 2400), st.integers(1, 60))
def test_instalments_repay_the_principal_and_its_interest(fen: int, rate: int, months: int) -> None:
    instalment = instalment_fen(Fen(fen), BasisPoints(rate), months)
    owed = float(fen)
    for _ in range(months):
        owed = owed * (1 + rate / 10_000 / 12) - instalment
    assert abs(owed) <= 1.1 * months * (1 + rate / 10_000 / 12) ** months


def test_a_known_instalment() -> None:
    assert instalment_fen(Fen(8_000_000), BasisPoints(1200), 12) == 710_790


def test_a_loan_without_interest_is_split_evenly() -> None:
    assert instalment_fen(Fen(1200), BasisPoints(0), 12) == 100


@given(st.integers(540, 900), st.integers(0, 100))
def test_a_better_score_never_costs_more(points: int, better: int) -> None:
    assert annual_rate_bp(points + better, PRICE) <= annual_rate_bp(points, PRICE)


def test_every_band_is_reached_at_its_floor() -> None:
    for floor, rate in PRICE.bands:
        assert annual_rate_bp(floor, PRICE) == rate


def test_a_score_below_every_band_has_no_price() -> None:
    with pytest.raises(ValueError, match="no band"):
        annual_rate_bp(0, PRICE)


@given(st.integers(CARD.approve_from, 1000))
def test_whoever_is_approved_has_a_price(points: int) -> None:
    assert annual_rate_bp(points, PRICE) > 0
