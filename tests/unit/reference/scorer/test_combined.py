"""A card by hand with fitted features, and the one that ships."""

from __future__ import annotations

import pytest

from loans.profile.invoice_features import INVOICE_FEATURES
from reference.scorer.card import (
    Calibration,
    Card,
    Data,
    Figures,
    NumberBin,
    NumberFeature,
    Scale,
    Trend,
    Value,
)
from reference.scorer.combined import Added, combined
from tests.support.scorers import CARDS

DATA = Data(source="both", licence="none", period="2026")
ADDED = {"invoice_variation": Added("unsteady", "half of what was fitted", 0, 100)}


def card(name: str, points: tuple[int, ...], **more: Figures) -> Card:
    bounds = [*range(1, len(points)), None]
    feature = NumberFeature(
        kind="number",
        name=name,
        reason=name,
        source="fitted",
        minimum=-1e12,
        maximum=1e12,
        trend=Trend.FALLING,
        missing=-42,
        bins=tuple(
            NumberBin(below=bound, points=each) for bound, each in zip(bounds, points, strict=True)
        ),
    )
    return Card(
        name="x",
        version="1",
        catalogue="1",
        base=580,
        scale=Scale(points=600, odds=30, points_to_double=40),
        calibration=Calibration(intercept=0, slope=1),
        data=DATA,
        features=(feature,),
        **more,
    )


def test_fitted_points_are_shared_and_what_is_missing_costs_nothing() -> None:
    fitted = card("invoice_variation", (41, 40, -21), figures=Figures(auc=0.8, ks=0.5, ece=0.1))
    both = combined(card("debts", (9, -9)), fitted, ADDED, 0.5, "both", DATA)
    assert both.assess({"debts": 0}).points == 589
    assert both.assess({"debts": 0, "invoice_variation": 0.2}).points == 609
    assert both.assess({"debts": 0, "invoice_variation": 7}).points == 579
    assert both.assess({"invoice_variation": 7}).reasons[0].code in ("debts", "unsteady")
    told = both.features[-1]
    assert isinstance(told, NumberFeature)
    assert [each.points for each in told.bins] == [20, -10]  # neighbours that are alike are one
    assert both.figures == fitted.figures


def test_a_fitted_feature_that_nobody_named_is_left_out() -> None:
    both = combined(card("debts", (9, -9)), card("shoe_size", (5, -5)), ADDED, 0.5, "both", DATA)
    assert [feature.name for feature in both.features] == ["debts"]


def test_the_card_of_invoices_is_the_thick_one_with_more() -> None:
    thick, invoiced = CARDS.thick, CARDS.invoiced
    shared = len(thick.features)
    assert invoiced.features[:shared] == thick.features
    assert (invoiced.base, invoiced.scale, invoiced.calibration) == (
        thick.base,
        thick.scale,
        thick.calibration,
    )
    assert {feature.name for feature in invoiced.features[shared:]} <= set(INVOICE_FEATURES)


def test_the_card_of_invoices_tells_firms_apart() -> None:
    figures = CARDS.invoiced.figures
    assert figures is not None
    assert figures.auc >= 0.85
    assert CARDS.invoiced.data.defaults > 0
    assert len(CARDS.invoiced.data.sha256) == 64


@pytest.mark.parametrize(
    ("name", "few", "many"), [("invoice_variation", 0.1, 5.0), ("invoice_void_share", 0.0, 0.9)]
)
def test_unsteady_firms_are_riskier(name: str, few: float, many: float) -> None:
    known: dict[str, Value] = {"legal_form": "company", "industry": "C", "amount_fen": 5e6}
    low, high = (CARDS.invoiced.assess({**known, name: value}).pd_12m for value in (few, many))
    assert low < high
