"""What features mean."""

from __future__ import annotations

from datetime import date

import pytest

from loans.policy import LoanPolicy
from loans.profile.catalogue import (
    VERSION,
    Definition,
    FeatureInvalid,
    catalogue,
    for_scorer,
    require_valid,
)
from loans.profile.feature import Feature, Source
from tests.support.policy import POLICY

TODAY = date(2026, 11, 29)
PRIVATE = ("private_in_monthly", "private_out_share", "payroll_in_monthly")


def of(value: int | float | str, source: Source = Source.BANK) -> Feature:
    return Feature(value, source, TODAY)


@pytest.mark.parametrize("definition", catalogue().values(), ids=lambda one: one.name)
def test_each_has_words_a_unit_sources_and_a_domain(definition: Definition) -> None:
    assert definition.zh
    assert definition.en
    assert definition.sources
    assert (definition.unit == "word") is bool(definition.values)
    if definition.low is not None and definition.high is not None:
        assert definition.low < definition.high
    assert definition.unit != "share" or definition.low == 0


def test_the_scorers_features_are_of_the_catalogue_and_of_its_version() -> None:
    rules = POLICY.section(LoanPolicy).scorer
    sent = {name for name, definition in catalogue().items() if definition.for_scorer}
    named = {name for name in rules.features if not name.startswith("invoice_")}
    assert named <= sent
    assert rules.catalogue == VERSION


def test_private_life_is_not_sent_to_the_scorer() -> None:
    features = {name: of(1) for name in (*PRIVATE, "forbidden_out_share", "turnover_monthly")}
    assert set(for_scorer(features)) == {"turnover_monthly"}
    assert set(for_scorer({"invoice_months": of(3, Source.INVOICES)})) == {"invoice_months"}
    assert for_scorer({"shoe_size": of(43)}) == {}


@pytest.mark.parametrize(
    ("name", "feature", "fault"),
    [
        ("shoe_size", of(43), "shoe_size is no feature"),
        ("sure_share", of(1.2), "sure_share cannot be 1.2"),
        ("turnover_monthly", of(-1), "turnover_monthly cannot be -1"),
        ("turnover_monthly", of("much"), "turnover_monthly cannot be much"),
        ("legal_form", of("club", Source.LICENCE), "legal_form cannot be club"),
        ("legal_form", of(7, Source.LICENCE), "legal_form cannot be 7"),
        ("legal_form", of("company", Source.WALLET), "legal_form does not come from wallet"),
    ],
)
def test_what_is_not_in_the_domain_is_refused(name: str, feature: Feature, fault: str) -> None:
    with pytest.raises(FeatureInvalid, match=fault):
        require_valid({name: feature})


def test_what_is_in_the_domain_is_not() -> None:
    require_valid({"free_cash_monthly": of(-5), "legal_form": of("company", Source.LICENCE)})
