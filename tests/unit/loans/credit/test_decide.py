"""An owner whose statements show takings may be lent more, within need and capacity."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasons import Reason
from loans.credit.capacity import as_trade, verified_monthly_fen
from loans.credit.decide import CreditFacts, Judgement, Outcome, decide
from loans.credit.limits import StatedTrade, need_fen
from loans.policy import LoanPolicy
from loans.profile.verified_trade import VerifiedTrade
from loans.terms.options import Bound
from loans.terms.schedule import Repayment
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy)
SHOP = VerifiedTrade(
    turnover_fen=12_000_000, costs_fen=8_000_000, instalments_fen=0, months=12, thickness=70.0
)


def facts(**changes: Any) -> CreditFacts:
    values: dict[str, Any] = {
        "amount_fen": 20_000_000,
        "tenor_months": 12,
        "repayment": Repayment.EQUAL_INSTALMENTS,
        "product": "working_capital",
        "day": date(2026, 11, 30),
        "months_in_business": 14,
        "room_fen": 30_000_000,
        "stated": None,
        "pd_12m": 0.03,
    }
    return CreditFacts.model_validate({**values, **changes})


def outcome(**changes: Any) -> Outcome:
    return decide(facts(**changes), RULES)


def test_statements_raise_what_a_licence_alone_may_have() -> None:
    thin, thick = outcome(), outcome(verified=SHOP)
    assert (thin.max_fen, thin.bound_by, thin.raised_from_fen) == (
        5_000_000,
        Bound.THIN_FILE,
        None,
    )
    assert thick.max_fen > thin.max_fen
    assert thick.raised_from_fen == thin.max_fen
    assert thick.offers[0].principal_fen > thin.offers[0].principal_fen


def test_the_limit_is_months_of_turnover_where_nothing_else_binds() -> None:
    steady = SHOP.model_copy(update={"turnover_fen": 3_000_000, "costs_fen": 1_000_000})
    known = outcome(verified=steady, product="renovation", tenor_months=24)
    assert (known.max_fen, known.bound_by) == (9_000_000, Bound.TURNOVER)


def test_it_is_never_above_need() -> None:
    owes = SHOP.model_copy(update={"other_loans_fen": 18_000_000})
    known = outcome(verified=owes)
    capacity = RULES.credit.capacity
    assert capacity is not None
    need = need_fen(as_trade(owes, capacity), RULES.credit.limits)
    assert known.bound_by is Bound.NEED
    assert known.max_fen == need // 100_000 * 100_000


def test_it_is_never_above_capacity() -> None:
    owes = SHOP.model_copy(update={"instalments_fen": 3_000_000})
    known = outcome(verified=owes)
    assert known.bound_by is Bound.CAPACITY
    assert known.offers[0].instalment_fen <= 500_000  # half of 10,000 yuan, at most


def test_who_shows_that_nothing_is_left_gets_nothing() -> None:
    loses = SHOP.model_copy(update={"costs_fen": 13_000_000, "other_loans_fen": 0})
    known = outcome(verified=loses)
    assert (known.judgement, known.reasons) == (
        Judgement.DECLINED,
        (Reason.CAPACITY_TOO_SMALL,),
    )


def test_what_is_stated_lessens_what_statements_show() -> None:
    stated = StatedTrade(takings_fen=12_000_000, costs_fen=11_700_000, instalments_fen=0)
    told, untold = outcome(verified=SHOP, stated=stated), outcome(verified=SHOP)
    assert told.offers == () or told.offers[0].principal_fen < untold.offers[0].principal_fen


def test_what_is_contested_lessens_and_never_raises() -> None:
    contested = SHOP.model_copy(update={"raises": False})
    assert outcome(verified=contested).max_fen == outcome().max_fen
    assert outcome(verified=contested).raised_from_fen is None
    poor = contested.model_copy(update={"turnover_fen": 300_000, "costs_fen": 200_000})
    assert outcome(verified=poor).max_fen < outcome().max_fen


@pytest.mark.parametrize("changes", [{"months": 2}, {"turnover_fen": 0}])
def test_too_little_turnover_says_nothing(changes: dict[str, int]) -> None:
    assert outcome(verified=SHOP.model_copy(update=changes)) == outcome()


def test_a_policy_of_before_lends_by_what_it_knew() -> None:
    credit = RULES.credit.model_copy(update={"capacity": None})
    before = RULES.model_copy(update={"credit": credit})
    assert decide(facts(verified=SHOP), before) == decide(facts(), before)


def test_records_of_before_are_read() -> None:
    old = facts().model_dump(mode="json")
    del old["verified"]
    made = decide(CreditFacts.model_validate(old), RULES).model_dump(mode="json")
    del made["raised_from_fen"]
    assert Outcome.model_validate(made) == outcome()


MONEY = st.integers(0, 60_000_000)


@given(MONEY, MONEY, st.integers(0, 3_000_000), st.integers(0, 24), st.floats(0, 100))
def test_need_and_capacity_bind_whatever_is_verified(
    sold: int, costs: int, debt: int, months: int, points: float
) -> None:
    verified = VerifiedTrade(
        turnover_fen=sold,
        costs_fen=costs,
        instalments_fen=debt,
        months=months,
        thickness=points,
    )
    known, thin = outcome(verified=verified), outcome()
    lent = known.offers[0].principal_fen if known.offers else 0
    assert (lent > thin.max_fen) is (known.raised_from_fen is not None)
    capacity = RULES.credit.capacity
    assert capacity is not None
    if months >= capacity.min_months and sold > 0:
        assert lent <= need_fen(as_trade(verified, capacity), RULES.credit.limits)
        month = verified_monthly_fen(verified, capacity)
        assert all(offer.instalment_fen <= month for offer in known.offers)
