"""Fitting on made-up loans, with bins by quantiles in the place of optbinning."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reference.scorer import ranking
from reference.scorer.calibration import calibrated, log_odds_of, recalibrated
from reference.scorer.card import Data, NumberFeature, Trend, Value, read_card
from reference.scorer.card_files import card_text, model_card
from reference.scorer.fit import About, Bins, Column, Fitted, FitUnavailable, OptimalBinner, fit
from reference.scorer.tables import Input, Table, TableInvalid, directed, read_columns, read_table

ABOUT = About("made-up", "1", "1", Data(source="drawn", licence="none", period="2026"))
INPUTS = [Input("months", "number", Trend.RISING), Input("section", "category")]


def quartiles(columns: Sequence[Column]) -> list[Bins]:
    found: list[Bins] = []
    for column in columns:
        if column.kind == "number":
            cuts = np.quantile(np.array(column.values, float), [0.25, 0.5, 0.75])
            found.append([float(cut) for cut in np.unique(cuts)])
        else:
            found.append([[word] for word in sorted({str(value) for value in column.values})])
    return found


def loans(count: int = 2_000, turned: bool = False) -> Table:
    """Old businesses repay; section F does not; some months are unknown."""
    source = random.Random(1)
    months: list[Value] = []
    sections: list[Value] = []
    defaults = []
    for _ in range(count):
        age, section = source.uniform(0, 120), source.choice("ACF")
        risk = 0.3 - 0.002 * (120 - age if turned else age) + (0.1 if section == "F" else 0)
        defaults.append(int(source.random() < risk))
        months.append(None if source.random() < 0.1 else age)
        sections.append(section)
    return Table({"months": months, "section": sections}, np.array(defaults))


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(loans(), INPUTS, ABOUT, quartiles)


def test_a_card_finds_what_is_there(fitted: Fitted) -> None:
    assert fitted.card.figures is not None
    assert fitted.card.figures.auc > 0.6
    assert fitted.card.figures.ece < 0.05
    young, old = (fitted.card.assess({"months": value}).pd_12m for value in (1, 119))
    assert young > old
    by_section = {word: fitted.card.assess({"section": word}).points for word in "ACF"}
    assert min(by_section, key=by_section.__getitem__) == "F"


def test_probabilities_are_those_that_were_seen(fitted: Fitted) -> None:
    assert fitted.probabilities.mean() == pytest.approx(fitted.defaults.mean(), abs=0.01)


def test_a_direction_that_the_loans_contradict_is_kept_or_left_out() -> None:
    card = fit(loans(turned=True), INPUTS, ABOUT, quartiles).card
    months = [feature for feature in card.features if feature.name == "months"]
    for feature in months:
        assert isinstance(feature, NumberFeature)
        points = [each.points for each in feature.bins]
        assert points == sorted(points)


def test_a_card_is_read_as_it_was_written(fitted: Fitted, tmp_path: Path) -> None:
    path = tmp_path / "card.toml"
    path.write_text(card_text(fitted.card), "utf-8")
    again = read_card(path)
    assert again.model_copy(update={"sha256": ""}) == fitted.card


def test_the_model_card_tells_data_figures_and_bins(fitted: Fitted) -> None:
    page = model_card(fitted)
    for word in ("AUC", "KS", "ECE", "drawn", "2026", "months", "below", "Licence"):
        assert word in page


def test_recalibration_meets_another_level() -> None:
    card = fit(loans(), INPUTS, ABOUT, quartiles).card
    worse = loans(4_000)
    more = (np.random.default_rng(1).random(4_000) < 0.2).astype(int)
    worse = replace(worse, defaults=np.maximum(worse.defaults, more))
    log_odds = log_odds_of(card, worse)
    before = calibrated(card.calibration, log_odds)
    after = calibrated(recalibrated(log_odds[:2_000], worse.defaults[:2_000]), log_odds)
    rest = slice(2_000, None)
    assert ranking.ece(before[rest], worse.defaults[rest]) > 0.1
    assert ranking.ece(after[rest], worse.defaults[rest]) < 0.05


def test_ranking_of_known_cases() -> None:
    said, seen = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0, 0, 1, 1])
    assert ranking.auc(said, seen) == 1
    assert ranking.ks(said, seen) == 1
    assert ranking.auc(np.full(4, 0.5), seen) == 0.5
    assert ranking.ks(np.full(4, 0.5), seen) == 0
    assert ranking.auc(-said, seen) == 0
    assert ranking.ece(np.array([0.0, 0.0, 1.0, 1.0]), seen) == 0
    assert ranking.ece(np.full(4, 0.5), np.ones(4, int)) == 0.5


def test_a_csv_is_read_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "loans.csv"
    path.write_text("Months In Business,Section,bad,Term\n30,F,0,12\n,A,1,24\n7,,0,36\n")
    table, kinds = read_table(path, "bad", ["Term"])
    assert table.columns == {"months_in_business": [30, None, 7], "section": ["F", "A", None]}
    assert list(table.defaults) == [0, 1, 0]
    assert [each.kind for each in kinds] == ["number", "category"]
    assert directed(kinds, ["Months In Business"], [])[0].trend is Trend.RISING
    assert set(read_columns(path)) == {"months_in_business", "section", "bad", "term"}
    with pytest.raises(TableInvalid, match="section"):
        directed(kinds, [], ["section"])


@pytest.mark.parametrize(
    "text",
    [
        "months,bad\n",
        "months,worse\n1,0\n",
        "months,bad\n1,2\n2,0\n",
        "months,bad\n1,0\n2,0\n",
        "months,bad\n1,0\n2\n",
        "months,bad\n1,0,7\n2,1\n",
    ],
)
def test_what_nothing_can_be_fitted_on_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "loans.csv"
    path.write_text(text)
    with pytest.raises(TableInvalid):
        read_table(path, "bad")


def test_without_its_environment_nothing_is_fitted(tmp_path: Path) -> None:
    with pytest.raises(FitUnavailable, match="make fit-env"):
        OptimalBinner(tmp_path / "python")
