"""What the scorer is told of a business."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.credit.features import (
    KnownBefore,
    adds_something,
    known_features,
    legal_form,
    recorded,
    with_amount,
)
from loans.policy import LoanPolicy
from loans.profile.catalogue import require_valid
from loans.profile.feature import Feature
from loans.terms.calendar import months_between
from tests.support.policy import POLICY

TODAY = date(2026, 11, 28)
NEW_MONTHS = POLICY.section(LoanPolicy).credit.new_months


def test_a_thin_file_has_a_form_an_age_and_a_declared_section() -> None:
    features = known_features("个体工商户", date(2024, 9, 3), "H", TODAY)
    assert recorded(features) == {
        "industry": {
            "value": "H",
            "source": "declared",
            "as_of": "2026-11-28",
            "coverage": 1.0,
        },
        "legal_form": {
            "value": "individual",
            "source": "licence",
            "as_of": "2026-11-28",
            "coverage": 1.0,
        },
        "months_in_business": {
            "value": 26,
            "source": "licence",
            "as_of": "2026-11-28",
            "coverage": 1.0,
        },
    }


def test_what_is_not_known_is_left_out() -> None:
    assert set(known_features("个体工商户", None, None, TODAY)) == {"legal_form"}


def test_a_firm_of_tomorrow_has_no_age() -> None:
    assert "months_in_business" not in known_features("公司", date(2026, 11, 29), None, TODAY)


@pytest.mark.parametrize(
    ("business_type", "form"),
    [
        ("个体工商户", "individual"),
        ("有限责任公司(自然人独资)", "company"),
        ("股份有限公司(非上市)", "company"),
        ("普通合伙企业", "partnership"),
        ("农民专业合作社", "cooperative"),
        ("个人独资企业", "sole_proprietorship"),
        ("", "other"),
    ],
)
def test_forms_of_business(business_type: str, form: str) -> None:
    assert legal_form(business_type) == form


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 11, 28), date(2026, 11, 28), 0),
        (date(2026, 10, 29), date(2026, 11, 28), 0),
        (date(2026, 10, 28), date(2026, 11, 28), 1),
        (date(1927, 11, 28), date(2026, 11, 28), 1188),
    ],
)
def test_full_months(first: date, last: date, months: int) -> None:
    assert months_between(first, last) == months


@given(st.dates(date(1900, 1, 1), TODAY))
def test_months_are_never_negative(founded: date) -> None:
    assert months_between(founded, TODAY) >= 0


def is_new(
    known: dict[str, Feature],
    before: dict[str, Feature],
    sources: tuple[str, ...] = (),
    sources_before: tuple[str, ...] = (),
) -> bool:
    told = KnownBefore(recorded(before), frozenset(sources_before))
    return adds_something(known, sources, told, NEW_MONTHS)


def shop(founded: date | None = date(2024, 9, 3), section: str = "H") -> dict[str, Feature]:
    """A shop by its papers alone."""
    return known_features("个体工商户", founded, section, TODAY)


def trading(months: int, source: str = "wallet", fen: int = 4_000_000) -> dict[str, Feature]:
    """The shop with so many months of turnover, of a source that moved most money."""
    return {
        **shop(),
        "turnover_months": Feature(months, source, TODAY),
        "turnover_monthly": Feature(fen, source, TODAY),
    }


def test_an_older_business_is_nothing_new() -> None:
    before = known_features("个体工商户", date(2024, 9, 3), "H", date(2026, 10, 1))
    assert not is_new(shop(), before)


def test_another_declaration_is_nothing_new() -> None:
    assert not is_new(shop(section="F"), shop())


def test_an_age_that_was_unread_is_new() -> None:
    assert is_new(shop(), shop(founded=None))


def test_another_form_is_new() -> None:
    assert is_new(known_features("有限责任公司", date(2024, 9, 3), "H", TODAY), shop())


def test_another_value_is_nothing_new() -> None:
    assert not is_new(trading(6, fen=4_000_001), trading(6), ("wallet",), ("wallet",))


@given(st.integers(0, 24), st.integers(0, 24))
def test_enough_months_more_are_new(before: int, after: int) -> None:
    assert is_new(trading(after), trading(before)) is (after - before >= NEW_MONTHS)


def test_a_source_that_was_lacking_is_new() -> None:
    assert is_new(trading(6), trading(6), ("wallet", "bank"), ("wallet",))
    assert is_new(trading(1), shop())


def test_what_is_deleted_is_nothing_new() -> None:
    # the bank moved most money, and hid the wallet
    known, before = trading(5, "wallet"), trading(6, "bank")
    assert not is_new(known, before, ("wallet",), ("bank", "wallet"))
    assert not is_new(shop(), before, (), ("bank", "wallet"))


def test_the_amount_is_held_against_a_months_turnover() -> None:
    turnover = Feature(4_000_000, "bank", TODAY, 0.5)
    known = with_amount({"turnover_monthly": turnover}, 5_000_000)
    assert known["amount_to_monthly_turnover"] == Feature(1.25, "bank", TODAY, 0.5)
    require_valid(known)


@pytest.mark.parametrize("known", [{}, {"turnover_monthly": Feature(0, "bank", TODAY)}])
def test_without_a_turnover_there_is_no_such_ratio(known: dict[str, Feature]) -> None:
    assert with_amount(known, 5_000_000) == known


def test_another_amount_is_nothing_new() -> None:
    known = trading(6)
    assert not is_new(known, with_amount(known, 5_000_000))
