"""Offers: never above the ceiling, never pressed to it, and improvements that are honoured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import BasisPoints, Fen
from loans.policy import LoanPolicy
from loans.terms.options import (
    MAX_OPTIONS,
    Bound,
    Change,
    Gain,
    Limit,
    NoOffer,
    Offers,
    Option,
    Pricing,
    TooCostly,
    loan_at,
    make_offers,
    may_run,
    monthly_burden,
    price_loan,
)
from loans.terms.product import Product
from loans.terms.rate import RateParts, Risk
from loans.terms.schedule import (
    DayCount,
    Repayment,
    Terms,
    as_rate,
    make_schedule,
    monthly_periods,
)
from tests.support.policy import POLICY

LENDING = POLICY.section(LoanPolicy)
RULES = LENDING.pricing
WORKING_CAPITAL = LENDING.products[0]
TODAY = date(2026, 11, 28)
ASKED = Terms(Fen(8_000_000), 12, Repayment.EQUAL_INSTALMENTS)
ENOUGH = Limit(Fen(30_000_000), Bound.NEED)
TOO_RISKY = 0.45  # expected loss of 27 %


def pricing(pd: float = 0.03, product: Product = WORKING_CAPITAL) -> Pricing:
    return Pricing(product, pd, TODAY, RULES)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Terms, Limit, Pricing]:
    """What anybody may ask for, of any product, at any risk, within any limit."""
    product = draw(st.sampled_from(LENDING.products)).model_copy(
        update={"guarantee_bp": draw(st.integers(0, 600))}
    )
    priced = Pricing(product, draw(st.floats(0.002, 0.6)), TODAY, RULES)
    amount = draw(st.integers(product.min_fen, 2 * product.max_fen))
    asked = Terms(
        Fen(amount), draw(st.sampled_from(product.tenors)), draw(st.sampled_from(product.ways))
    )
    if not may_run(asked, RULES):
        asked = replace(asked, repayment=Repayment.EQUAL_INSTALMENTS)
    limit = Limit(
        Fen(draw(st.integers(-1, 60_000_000))),
        Bound.THIN_FILE,
        draw(st.none() | st.integers(0, 5_000_000).map(Fen)),
    )
    return asked, limit, priced


@settings(max_examples=60, deadline=None)
@given(cases())
def test_offers_keep_every_bound(case: tuple[Terms, Limit, Pricing]) -> None:
    asked, limit, priced = case
    offers = make_offers(asked, limit, priced)
    assert bool(offers.options) is (offers.none is None) is (offers.bound_by is not None)
    assert len(offers.options) <= MAX_OPTIONS
    for option in every(offers):
        assert option.cost.irr_bp <= RULES.ceiling_bp
        assert option == priced.price(option.terms)  # nothing is pressed
        assert priced.product.min_fen <= option.terms.principal_fen
        assert option.terms.principal_fen <= min(
            asked.principal_fen, limit.max_fen, priced.product.max_fen
        )
        assert limit.max_monthly_fen is None or option.monthly_fen <= limit.max_monthly_fen
    terms = [option.terms for option in offers.options]
    assert len(set(terms)) == len(terms)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_an_improvement_is_honoured_when_it_is_asked_for(
    case: tuple[Terms, Limit, Pricing],
) -> None:
    asked, limit, priced = case
    offers = make_offers(asked, limit, priced)
    for improvement in offers.improvements:
        again = make_offers(improvement.option.terms, limit, priced)
        assert again.options[0] == improvement.option
        assert again.bound_by is Bound.ASKED
        assert improvement.gains == truly_gained(improvement.option, offers.options[0])


@settings(max_examples=40, deadline=None)
@given(cases())
def test_nothing_is_offered_only_where_nothing_can_be(case: tuple[Terms, Limit, Pricing]) -> None:
    asked, limit, priced = case
    offers = make_offers(asked, limit, priced)
    if offers.none in {None, NoOffer.BELOW_MINIMUM}:
        return
    least = replace(asked, principal_fen=priced.product.min_fen)
    for tenor in priced.product.tenors:
        for way in priced.product.ways:
            terms = replace(least, tenor_months=tenor, repayment=way)
            if not may_run(terms, RULES):
                continue
            try:
                option = priced.price(terms)
            except TooCostly:
                continue
            assert limit.max_monthly_fen is not None
            assert option.monthly_fen > limit.max_monthly_fen


def test_what_was_asked_comes_first_then_a_shorter_and_a_longer_tenor() -> None:
    offers = make_offers(ASKED, ENOUGH, pricing())
    assert [option.terms for option in offers.options] == [
        ASKED,
        replace(ASKED, tenor_months=6),
        replace(ASKED, tenor_months=24),
    ]
    assert offers.bound_by is Bound.ASKED


@pytest.mark.parametrize(
    ("limit", "asked_fen", "offered_fen", "bound"),
    [
        (Limit(Fen(5_050_000), Bound.THIN_FILE), 8_000_000, 5_000_000, Bound.THIN_FILE),
        (Limit(Fen(99_000_000), Bound.NEED), 80_000_000, 30_000_000, Bound.PRODUCT),
        (Limit(Fen(8_055_000), Bound.NEED), 8_055_000, 8_055_000, Bound.ASKED),
        (Limit(Fen(9_000_000), Bound.NEED, Fen(600_000)), 8_000_000, 6_900_000, Bound.CAPACITY),
    ],
)
def test_the_smallest_limit_wins_and_is_told(
    limit: Limit, asked_fen: int, offered_fen: int, bound: Bound
) -> None:
    offers = make_offers(replace(ASKED, principal_fen=Fen(asked_fen)), limit, pricing())
    assert offers.options[0].terms.principal_fen == offered_fen
    assert offers.bound_by is bound


@pytest.mark.parametrize(
    ("limit", "pd", "why"),
    [
        (Limit(Fen(900_000), Bound.EXPOSURE), 0.03, NoOffer.BELOW_MINIMUM),
        (Limit(Fen(-1), Bound.EXPOSURE), 0.03, NoOffer.BELOW_MINIMUM),
        (Limit(Fen(9_000_000), Bound.NEED, Fen(10_000)), 0.03, NoOffer.UNAFFORDABLE),
        (ENOUGH, TOO_RISKY, NoOffer.TOO_COSTLY),
    ],
)
def test_why_nothing_is_offered(limit: Limit, pd: float, why: NoOffer) -> None:
    assert make_offers(ASKED, limit, pricing(pd)) == Offers(none=why)


def test_where_what_was_asked_costs_too_much_another_way_is_offered_at_its_own_price() -> None:
    risky = pricing(0.30)
    with pytest.raises(TooCostly):
        risky.price(ASKED)
    offers = make_offers(ASKED, ENOUGH, risky)
    assert {option.terms.repayment for option in offers.options} == {Repayment.BULLET}
    assert all(option.rate == risky.price(option.terms).rate for option in offers.options)


def test_a_bullet_of_two_years_is_not_priced() -> None:
    with pytest.raises(ValueError, match="repaid in instalments"):
        pricing().price(Terms(Fen(8_000_000), 24, Repayment.BULLET))


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_the_day_moves_due_dates_and_no_price(day: date) -> None:
    option, today = replace(pricing(), paid_out=day).price(ASKED), pricing().price(ASKED)
    assert (option.rate, option.cost) == (today.rate, today.cost)
    assert [part.total_fen for part in option.schedule] == [
        part.total_fen for part in today.schedule
    ]


def test_the_fee_counts_against_the_ceiling() -> None:
    risk = Risk(0.2, BasisPoints(6000), BasisPoints(0))
    alone = price_loan(ASKED, risk, TODAY, RULES)
    dear = replace(risk, guarantee_bp=BasisPoints(2400 - alone.rate.annual_rate_bp))
    with pytest.raises(TooCostly):  # simple it is 24 %, compound more
        price_loan(ASKED, dear, TODAY, RULES)


def test_improvements_say_in_what_they_are_better() -> None:
    offers = make_offers(ASKED, ENOUGH, pricing())
    gains = {better.change: better.gains for better in offers.improvements}
    assert gains == {
        Change.SMALLER_AMOUNT: (Gain.TOTAL_COST, Gain.MONTHLY),
        Change.SHORTER_TENOR: (Gain.TOTAL_COST, Gain.ANNUAL_COST),
        Change.LONGER_TENOR: (Gain.MONTHLY,),
        Change.OTHER_WAY: (Gain.TOTAL_COST,),
    }


def test_what_can_be_set_aside_binds_to_the_fen() -> None:
    exact = pricing().price(ASKED).monthly_fen
    just = make_offers(ASKED, replace(ENOUGH, max_monthly_fen=exact), pricing())
    assert just.options[0].terms == ASKED
    short = make_offers(ASKED, replace(ENOUGH, max_monthly_fen=Fen(exact - 1)), pricing())
    assert short.options[0].terms.principal_fen == ASKED.principal_fen - RULES.amount_step_fen
    assert short.bound_by is Bound.CAPACITY


def test_a_loan_that_is_too_small_for_its_price_is_passed_over() -> None:
    """At the least amount what a loan costs whatever is owed would lift it above the ceiling."""
    risky = pricing(0.318)
    least = Terms(WORKING_CAPITAL.min_fen, 12, Repayment.BULLET)
    with pytest.raises(TooCostly):
        risky.price(least)
    asked = replace(least, principal_fen=Fen(8_000_000))
    limit = replace(ENOUGH, max_monthly_fen=Fen(risky.price(asked).monthly_fen - 1))
    assert make_offers(asked, limit, risky).options[0].terms == replace(
        asked, principal_fen=Fen(asked.principal_fen - RULES.amount_step_fen)
    )


def test_a_smaller_loan_is_no_gain_of_a_shorter_tenor() -> None:
    limit = Limit(Fen(9_000_000), Bound.NEED, Fen(700_000))
    offers = make_offers(ASKED, limit, pricing())
    assert Change.SHORTER_TENOR not in {better.change for better in offers.improvements}
    assert offers.options[1].terms.tenor_months == 6  # it is offered all the same


def test_a_longer_tenor_lends_more_to_who_can_set_little_aside() -> None:
    limit = Limit(Fen(9_000_000), Bound.NEED, Fen(400_000))
    offers = make_offers(ASKED, limit, pricing())
    longer = {better.change: better for better in offers.improvements}[Change.LONGER_TENOR]
    assert Gain.AMOUNT in longer.gains
    assert longer.option.terms.tenor_months == 24


@pytest.mark.parametrize(
    "terms",
    [
        replace(ASKED, tenor_months=13),
        replace(ASKED, principal_fen=Fen(999_999)),
        replace(ASKED, tenor_months=24, repayment=Repayment.BULLET),
    ],
)
def test_a_loan_that_the_product_does_not_have_is_not_priced(terms: Terms) -> None:
    with pytest.raises(ValueError, match="no such loan"):
        make_offers(terms, ENOUGH, pricing())


@pytest.mark.parametrize(
    ("way", "monthly_fen"),
    [
        (Repayment.EQUAL_INSTALMENTS, 106_619),  # each of them
        (Repayment.EQUAL_PRINCIPAL, 112_000),  # the first, which is the largest
        (Repayment.INTEREST_FIRST, 112_000),  # all, by the months
        (Repayment.BULLET, 112_000),
    ],
)
def test_what_is_set_aside_each_month(way: Repayment, monthly_fen: int) -> None:
    periods = monthly_periods(TODAY, 12, DayCount.THIRTY_360)
    assert monthly_burden(
        make_schedule(Fen(1_200_000), as_rate(BasisPoints(1200)), periods, way)
    ) == (monthly_fen)


def every(offers: Offers) -> list[Option]:
    return [*offers.options, *(better.option for better in offers.improvements)]


def truly_gained(option: Option, first: Option) -> tuple[Gain, ...]:
    pairs = {
        Gain.TOTAL_COST: (option.cost.total_fen, first.cost.total_fen),
        Gain.ANNUAL_COST: (option.cost.irr_bp, first.cost.irr_bp),
        Gain.MONTHLY: (option.monthly_fen, first.monthly_fen),
        Gain.AMOUNT: (-option.terms.principal_fen, -first.terms.principal_fen),
    }
    return tuple(gain for gain, (own, other) in pairs.items() if own < other)


@given(
    principal=st.integers(100_000, 30_000_000),
    tenor=st.sampled_from((3, 6, 12)),
    way=st.sampled_from(list(Repayment)),
    rate_bp=st.integers(300, 2_600),
)
def test_at_an_agreed_rate_a_loan_adds_up_or_is_too_costly(
    principal: int, tenor: int, way: Repayment, rate_bp: int
) -> None:
    """A draw on a credit line: its rate is that of the line, whatever its terms."""
    nothing = BasisPoints(0)
    rate = RateParts(nothing, nothing, nothing, nothing, nothing, BasisPoints(rate_bp))
    terms = Terms(Fen(principal), tenor, way)
    try:
        option = loan_at(rate, terms, nothing, TODAY, RULES.ceiling_bp)
    except TooCostly:
        assert (1 + rate_bp / 120_000) ** 12 > 1.235
        return
    assert sum(part.principal_fen for part in option.schedule) == principal
    assert sum(part.interest_fen for part in option.schedule) == option.cost.interest_fen
    assert option.cost.irr_bp <= RULES.ceiling_bp
    assert option.rate is rate
