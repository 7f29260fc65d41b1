"""Bins for few loans, and cards fitted with them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from reference.scorer.card import Data, NumberFeature, Trend
from reference.scorer.fit import About, Column, fit
from reference.scorer.quantile_bins import FEWEST, QuantileBinner
from reference.scorer.tables import Input, Table

ABOUT = About("few", "1", "1", Data(source="drawn", licence="none", period="2026"))


def column(values: list[float]) -> Column:
    return Column("number", Trend.RISING, values, [0] * len(values))


@pytest.mark.parametrize(("rows", "bounds"), [(9, 0), (19, 0), (20, 1), (30, 2), (62, 3), (900, 3)])
def test_bins_are_as_many_as_rows_allow(rows: int, bounds: int) -> None:
    (found,) = QuantileBinner()([column([float(value) for value in range(rows)])])
    assert len(found) == bounds


def test_bins_hold_rows_on_both_sides() -> None:
    values = [0.0] * 50 + [float(value) for value in range(1, 13)]
    (found,) = QuantileBinner()([column(values)])
    assert all(0 < bound <= 12 for bound in found)


def test_a_word_that_is_rare_has_no_bin() -> None:
    words = ["A"] * FEWEST + ["B"] * (FEWEST - 1)
    (found,) = QuantileBinner()([Column("category", Trend.ANY, words, [0] * len(words))])
    assert found == [["A"]]


def firms(count: int, turned: bool) -> Table:
    source = random.Random(2)
    steady = [source.random() for _ in range(count)]
    risk = [1 - value if not turned else value for value in steady]
    return Table({"steady": steady}, np.array([int(source.random() < r * 0.6) for r in risk]))


def test_few_loans_are_left_out_one_by_one() -> None:
    inputs = [Input("steady", "number", Trend.RISING)]
    fitted = fit(firms(80, turned=False), inputs, ABOUT, QuantileBinner(), folds=None)
    assert fitted.card.figures is not None
    assert 0.6 < fitted.card.figures.auc < 0.9
    (feature,) = fitted.card.features
    assert isinstance(feature, NumberFeature)
    points = [each.points for each in feature.bins]
    assert points == sorted(points)
    assert points[0] < points[-1]


def test_loans_that_contradict_what_is_expected_add_nothing() -> None:
    inputs = [Input("steady", "number", Trend.RISING)]
    with pytest.raises(ValueError, match="says anything"):
        fit(firms(80, turned=True), inputs, ABOUT, QuantileBinner(), folds=None)
