"""What verified turnover makes of need, capacity and limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import BasisPoints, Fen
from loans.credit.capacity import (
    CapacityRules,
    KnownFileLimit,
    as_trade,
    is_known,
    known_file_fen,
    verified_monthly_fen,
)
from loans.policy import LoanPolicy
from loans.profile.verified_trade import VerifiedTrade
from tests.support.policy import POLICY

PROFILE = POLICY.section(LoanPolicy).profiles
RULES = CapacityRules(
    min_months=3,
    thin_share_bp=BasisPoints(3_000),
    thick_share_bp=BasisPoints(5_000),
    thick_points=80,
    min_costs_bp=BasisPoints(6_000),
    known_file=(
        KnownFileLimit(points=30, turnover_bp=BasisPoints(10_000)),
        KnownFileLimit(points=60, turnover_bp=BasisPoints(25_000)),
    ),
)
MONEY = st.integers(0, 10**11)


def trade(turnover_fen: int = 10_000_000, **more: int | float) -> VerifiedTrade:
    values = {"costs_fen": 0, "instalments_fen": 0, "months": 6, "thickness": 0.0}
    return VerifiedTrade.model_validate({"turnover_fen": turnover_fen, **values, **more})


@pytest.mark.parametrize(
    ("known", "is_enough"),
    [(trade(), True), (trade(months=2), False), (trade(0), False), (None, False)],
)
def test_a_quarter_of_turnover_is_enough(known: VerifiedTrade | None, is_enough: bool) -> None:
    assert is_known(known, RULES) is is_enough
    assert not is_known(known, None)


def test_who_shows_few_costs_pays_some_elsewhere() -> None:
    assert as_trade(trade(costs_fen=1_000_000), RULES).costs_fen == 6_000_000
    assert as_trade(trade(costs_fen=7_000_000), RULES).costs_fen == 7_000_000


@pytest.mark.parametrize(
    ("thickness", "fen"), [(0, 900_000), (40, 1_200_000), (80, 1_500_000), (100, 1_500_000)]
)
def test_a_thicker_file_may_set_aside_a_larger_share(thickness: float, fen: int) -> None:
    # 100,000 yuan less 60,000 of costs and 10,000 of other instalments.
    known = trade(thickness=thickness, instalments_fen=1_000_000)
    assert verified_monthly_fen(known, RULES) == fen


def test_nothing_can_be_set_aside_where_nothing_is_left() -> None:
    assert verified_monthly_fen(trade(costs_fen=11_000_000), RULES) == 0


@pytest.mark.parametrize(
    ("thickness", "fen"), [(29.9, 0), (30, 10_000_000), (60, 25_000_000), (100, 25_000_000)]
)
def test_months_of_turnover_by_thickness(thickness: float, fen: int) -> None:
    assert known_file_fen(trade(thickness=thickness), RULES) == fen


@given(MONEY, MONEY, MONEY, st.floats(0, 100), st.floats(0, 100))
def test_more_debt_or_less_known_never_lends_more(
    sold: int, costs: int, debt: int, one: float, other: float
) -> None:
    thin, thick = sorted((one, other))
    free = trade(sold, costs_fen=costs, thickness=thick)
    indebted = trade(sold, costs_fen=costs, thickness=thin, instalments_fen=debt)
    assert 0 <= verified_monthly_fen(indebted, RULES) <= verified_monthly_fen(free, RULES)
    assert 0 <= known_file_fen(indebted, RULES) <= known_file_fen(free, RULES)


def test_rules_of_the_policy_grow_with_thickness() -> None:
    rules = POLICY.section(LoanPolicy).credit.capacity
    assert rules is not None
    assert rules.thin_share_bp < rules.thick_share_bp
    limits = [known_file_fen(trade(thickness=points), rules) for points in range(0, 101, 5)]
    assert limits == sorted(limits)
    assert limits[0] == Fen(0)
