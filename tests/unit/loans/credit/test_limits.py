"""How much may be lent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import BasisPoints, Fen
from loans.credit.limits import (
    LimitRules,
    StatedTrade,
    ThinFileLimit,
    monthly_fen,
    need_fen,
    smallest,
    thin_file_fen,
)
from loans.terms.options import Bound

THIN = (
    ThinFileLimit(months=0, max_fen=Fen(2_000_000)),
    ThinFileLimit(months=12, max_fen=Fen(5_000_000)),
)
RULES = LimitRules(
    thin_file=THIN,
    instalment_share_bp=BasisPoints(3_000),
    turns_bp=BasisPoints(40_000),
    growth_bp=BasisPoints(500),
    by_need=("working_capital",),
    step_fen=Fen(100_000),
)
MONEY = st.integers(0, 10**12)


def trade(takings: int, costs: int, instalments: int = 0, **more: int) -> StatedTrade:
    return StatedTrade(takings_fen=takings, costs_fen=costs, instalments_fen=instalments, **more)


@pytest.mark.parametrize(
    ("months", "fen"),
    [(None, 2_000_000), (0, 2_000_000), (11, 2_000_000), (12, 5_000_000), (1188, 5_000_000)],
)
def test_a_thin_file_is_lent_more_with_age(months: int | None, fen: int) -> None:
    assert thin_file_fen(months, THIN) == fen


def test_need_follows_the_form_of_the_law() -> None:
    # 60,000 yuan a month with costs of 42,000: 504,000 a year, 5 % more, turned 4 times.
    assert need_fen(trade(6_000_000, 4_200_000), RULES) == 13_230_000
    least = trade(6_000_000, 4_200_000, own_funds_fen=3_000_000, other_loans_fen=1_230_000)
    assert need_fen(least, RULES) == 9_000_000


def test_who_spends_nothing_needs_nothing() -> None:
    assert need_fen(trade(6_000_000, 0), RULES) == 0


def test_what_can_be_set_aside_is_a_share_of_what_is_left() -> None:
    assert monthly_fen(trade(6_000_000, 4_200_000, 800_000), RULES) == 300_000
    assert monthly_fen(trade(4_000_000, 4_200_000), RULES) == 0


def test_the_smallest_limit_wins_and_is_told() -> None:
    limits = {Bound.PRODUCT: Fen(30_000_000), Bound.NEED: None, Bound.THIN_FILE: Fen(5_050_000)}
    limit = smallest(limits, None, RULES)
    assert (limit.max_fen, limit.bound_by) == (5_000_000, Bound.THIN_FILE)


def test_of_equal_limits_the_first_is_told() -> None:
    limits = {Bound.EXPOSURE: Fen(5_000_000), Bound.THIN_FILE: Fen(5_000_000)}
    assert smallest(limits, None, RULES).bound_by is Bound.EXPOSURE


def test_nothing_is_lent_where_nothing_limits() -> None:
    with pytest.raises(ValueError, match="nothing limits"):
        smallest({Bound.NEED: None}, None, RULES)


@given(MONEY, MONEY, MONEY, MONEY, MONEY)
def test_no_limit_is_negative(
    takings: int, costs: int, instalments: int, own: int, other: int
) -> None:
    stated = trade(takings, costs, instalments, own_funds_fen=own, other_loans_fen=other)
    assert need_fen(stated, RULES) >= 0
    assert monthly_fen(stated, RULES) >= 0


@given(MONEY, MONEY, MONEY)
def test_more_debt_never_lends_more(takings: int, costs: int, instalments: int) -> None:
    less, more = trade(takings, costs), trade(takings, costs, instalments)
    assert monthly_fen(more, RULES) <= monthly_fen(less, RULES)
