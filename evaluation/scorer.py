"""`kaihu evaluate scorer`: cards that are fitted here, on loans with known outcomes.

What is measured is what a scorer would run: the points of a card that `reference.scorer.fit` wrote,
read and added up by `reference.scorer.card`. Of each loan it is told what a card said that was
fitted and calibrated on others. Needs the environment of fitting (`make fit-env`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.report import Figures, not_measured
from reference.scorer import fit as fitting
from reference.scorer import ranking
from reference.scorer.calibration import calibrated, log_odds_of, recalibrated
from reference.scorer.card import Data, Trend, Value
from reference.scorer.fit import FIT_PYTHON, About, Binner, FitUnavailable, OptimalBinner
from reference.scorer.tables import Input, Table

LATE, RECALIBRATED_WITH = 2006, 200
SEED, FLOOR_DRAWS, DRAWS = 1, 200, 10
TOLD = ("sba.auc", "sba.ks", "sba.ece", "german.auc", "german.ks", "german.ece")
PERSONAL = {"personal_status_and_sex", "foreign_worker", "age_in_years"}
ABOUT = About("measured", "1", "1", Data(source="evaluation", licence="-", period="-"))
Outcomes = npt.NDArray[np.int_]
Numbers = npt.NDArray[np.float64]


def evaluate_scorer(data: Path, binner: Binner | None = None) -> Figures:
    """AUC, KS and calibration error by cross-validation, and on later years."""
    try:
        found = binner or OptimalBinner(FIT_PYTHON)
    except FitUnavailable as error:
        return not_measured(str(error), *TOLD)
    folder = data / "loans"
    loans, years = sba_loans(folder / "credit" / "sba.csv")
    without = replace(loans, columns=_except(loans.columns, "real_estate"))
    german = german_loans(folder / "credit" / "german.csv")
    return {
        "run": f"cards of {fitting.FOLDS} folds (seed {fitting.SEED}), bins by optbinning",
        **_cross_validated("sba", loans, SBA_TRENDS, found),
        **_cross_validated("sba_without_real_estate", without, SBA_TRENDS, found),
        **_later("sba", loans, years, found),
        **_cross_validated("german", german, {}, found),
    }


SBA_TRENDS = {
    "employees": Trend.RISING,
    "amount_an_employee": Trend.ANY,
    "amount": Trend.ANY,
    "guaranteed_share": Trend.ANY,
}


def sba_loans(path: Path) -> tuple[Table, Outcomes]:
    """What was known when each loan was asked for; and apart from that, the year of approval."""
    rows = _rows(path)
    columns: dict[str, list[Value]] = {
        "employees": [float(row["NoEmp"]) for row in rows],
        "jobs_created": [float(row["CreateJob"]) for row in rows],
        "jobs_kept": [float(row["RetainedJob"]) for row in rows],
        "amount": [float(row["GrAppv"]) for row in rows],
        "amount_an_employee": [float(r["GrAppv"]) / max(float(r["NoEmp"]), 1) for r in rows],
        "guaranteed_share": [float(row["Portion"]) for row in rows],
        "new_business": [row["NewExist"] or None for row in rows],
        "franchise": ["yes" if int(row["FranchiseCode"]) > 1 else "no" for row in rows],
        "urban_or_rural": [row["UrbanRural"] for row in rows],
        "short_form": [row["LowDoc"] or None for row in rows],
        "industry": [row["NAICS"][:4] for row in rows],
        "real_estate": [row["RealEstate"] for row in rows],
    }
    years = np.array([int(row["ApprovalFY"]) for row in rows])
    return Table(columns, _outcomes(rows)), years


def german_loans(path: Path) -> Table:
    """German credit without sex, age and citizenship."""
    rows = _rows(path)
    names = [name for name in rows[0] if name not in {"default", *PERSONAL}]
    columns = {name: [_value(row[name]) for row in rows] for name in names}
    return Table(columns, _outcomes(rows))


def _cross_validated(
    name: str,
    table: Table,
    trends: Mapping[str, Trend],
    binner: Binner,
) -> Figures:
    fitted = fitting.fit(table, _inputs(table, trends), ABOUT, binner)
    said, defaults = fitted.probabilities, fitted.defaults
    return {
        f"{name}.n": len(defaults),
        f"{name}.defaults": int(defaults.sum()),
        f"{name}.auc": ranking.auc(said, defaults),
        f"{name}.auc.sd": _spread(said, defaults),
        f"{name}.ks": ranking.ks(said, defaults),
        f"{name}.ece": ranking.ece(said, defaults),
        f"{name}.ece_of_the_truth": _least_ece(said),
    }


def _later(name: str, table: Table, years: Outcomes, binner: Binner) -> Figures:
    """Fitted on early years, told on later ones, as it is and recalibrated with some of them.

    Recalibrated: the mean over several drawings of the loans that it is recalibrated with.
    """
    early, late = np.flatnonzero(years < LATE), np.flatnonzero(years >= LATE)
    inputs = _inputs(table, SBA_TRENDS)
    card = fitting.fit(table.rows(early), inputs, ABOUT, binner).card
    log_odds, defaults = log_odds_of(card, table), table.defaults
    before = calibrated(card.calibration, log_odds[late])
    after = []
    for seed in range(DRAWS):
        drawn = np.random.default_rng(seed).permutation(late)
        some, rest = drawn[:RECALIBRATED_WITH], drawn[RECALIBRATED_WITH:]
        said = calibrated(recalibrated(log_odds[some], defaults[some]), log_odds[rest])
        after.append((ranking.ece(said, defaults[rest]), _least_ece(said)))
    return {
        f"{name}.late_n": len(late),
        f"{name}.late_auc": ranking.auc(before, defaults[late]),
        f"{name}.late_ece": ranking.ece(before, defaults[late]),
        f"{name}.late_ece_recalibrated": float(np.mean([ece for ece, _ in after])),
        f"{name}.late_ece_of_the_truth": float(np.mean([least for _, least in after])),
    }


def _inputs(table: Table, trends: Mapping[str, Trend]) -> list[Input]:
    return [
        Input(
            name,
            "category" if any(isinstance(value, str) for value in values) else "number",
            trends.get(name, Trend.ANY),
        )
        for name, values in table.columns.items()
    ]


def _spread(said: Numbers, defaults: Outcomes) -> float:
    """Standard deviation of the AUC over resamplings of the loans."""
    drawn = np.random.default_rng(SEED)
    found: list[float] = []
    while len(found) < FLOOR_DRAWS:
        chosen = drawn.integers(0, len(said), len(said))
        if 0 < defaults[chosen].sum() < len(chosen):
            found.append(ranking.auc(said[chosen], defaults[chosen]))
    return float(np.std(found))


def _least_ece(said: Numbers) -> float:
    """What the error would be, on average, if every probability were the truth: it is not 0."""
    drawn = np.random.default_rng(SEED)
    worlds = [(drawn.random(len(said)) < said).astype(int) for _ in range(FLOOR_DRAWS)]
    return float(np.mean([ranking.ece(said, world) for world in worlds]))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _outcomes(rows: Sequence[Mapping[str, str]]) -> Outcomes:
    return np.array([int(row["default"]) for row in rows])


def _value(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text or None


def _except(columns: Mapping[str, Sequence[Value]], name: str) -> dict[str, Sequence[Value]]:
    return {each: values for each, values in columns.items() if each != name}
