"""Fits a card on loans with outcomes: bins, weights of evidence, logistic regression, points.

Siddiqi, Credit Risk Scorecards (2006). Bins come from optbinning, which runs in an environment of
its own (`binning.py`); the rest is here. Every step keeps the direction of a feature, so that more
of what is good never costs points.
"""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneOut, StratifiedKFold

from reference.scorer import ranking
from reference.scorer.calibration import UNCALIBRATED, calibrated, log_odds_of, recalibrated
from reference.scorer.card import (
    Card,
    CategoryBin,
    CategoryFeature,
    Data,
    Feature,
    Figures,
    NumberBin,
    NumberFeature,
    Scale,
    Trend,
    Value,
)
from reference.scorer.tables import Input, Table

FOLDS, SEED = 5, 1
# Inverse of the penalty on weights: few loans make large weights out of chance. Out of fold,
# log-loss is least about here on the sets of `kaihu evaluate scorer`, and flat around it.
STRENGTH = 0.1
ROOT = Path(__file__).resolve().parents[2]
FIT_PYTHON = ROOT / ".venv-fit" / "bin" / "python"
SCALE = Scale(points=600, odds=30.0, points_to_double=40)
POINTS_A_UNIT = SCALE.points_to_double / math.log(2)  # of log-odds
WIDEST = 1e12
FAINT = 1e-6  # rows that an empty bin counts as when bins are pooled
Numbers = npt.NDArray[np.float64]
Bins = Sequence[Any]  # bounds of numbers, or groups of words


class FitUnavailable(Exception):
    """There is no environment of fitting: `make fit-env` makes one."""


@dataclass(frozen=True)
class Column:
    """A column to be put into bins, without what is missing."""

    kind: str
    trend: Trend
    values: Sequence[Value]
    defaults: Sequence[int]


class Binner(Protocol):
    """Finds bins."""

    def __call__(self, columns: Sequence[Column]) -> Sequence[Bins]:
        """The bins of each column."""


class OptimalBinner:
    """optbinning, in its own environment."""

    def __init__(self, python: Path = FIT_PYTHON) -> None:
        if not python.exists():
            raise FitUnavailable(f"{python} is missing: make fit-env")
        self._python = python

    def __call__(self, columns: Sequence[Column]) -> Sequence[Bins]:
        """The bins of each column, all in one process."""
        asked = json.dumps([column.__dict__ for column in columns])
        done = subprocess.run(
            [str(self._python), "-W", "ignore", "-m", "reference.scorer.binning"],
            cwd=ROOT,
            input=asked,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise FitUnavailable(done.stderr.strip().splitlines()[-1])
        found: Sequence[Bins] = json.loads(done.stdout)
        return found


@dataclass(frozen=True)
class About:
    """What a card says of itself."""

    name: str
    version: str
    catalogue: str
    data: Data


@dataclass(frozen=True)
class Fitted:
    """A card, and what it said of loans that it was not fitted on (out of fold)."""

    card: Card
    probabilities: Numbers
    defaults: npt.NDArray[np.int_]


def fit(
    table: Table,
    inputs: Sequence[Input],
    about: About,
    binner: Binner,
    folds: int | None = FOLDS,
) -> Fitted:
    """A card with its calibration and figures, both by cross-validation in so many folds.

    None leaves one loan out at a time, which few loans need.
    """
    splits = StratifiedKFold(folds, shuffle=True, random_state=SEED) if folds else LeaveOneOut()
    parts = list(splits.split(table.defaults, table.defaults))
    training = [table.rows(train) for train, _ in parts]
    cards = fit_plain([table, *training], inputs, about, binner)
    log_odds = np.zeros(len(table.defaults))
    for card, (_, test) in zip(cards[1:], parts, strict=True):
        log_odds[test] = log_odds_of(card, table.rows(test))
    calibration = recalibrated(log_odds, table.defaults)
    said = calibrated(calibration, log_odds)
    figures = Figures(
        auc=ranking.auc(said, table.defaults),
        ks=ranking.ks(said, table.defaults),
        ece=ranking.ece(said, table.defaults),
    )
    known = {"calibration": calibration, "figures": figures}
    return Fitted(cards[0].model_copy(update=known), said, table.defaults)


def fit_plain(
    tables: Sequence[Table], inputs: Sequence[Input], about: About, binner: Binner
) -> list[Card]:
    """A card for each table, not calibrated; their bins are asked for together."""
    columns = [_known(table, each) for table in tables for each in inputs]
    bins = list(binner(columns))
    found = [bins[at : at + len(inputs)] for at in range(0, len(bins), len(inputs))]
    return [_card(table, inputs, each, about) for table, each in zip(tables, found, strict=True)]


def _known(table: Table, each: Input) -> Column:
    values = table.columns[each.name]
    kept = [at for at, value in enumerate(values) if value is not None]
    return Column(
        each.kind, each.trend, [values[at] for at in kept], [int(table.defaults[at]) for at in kept]
    )


@dataclass(frozen=True)
class _Evidence:
    """A column in bins: the bin of each row (the last one is `missing`) and each bin's weight."""

    input: Input
    bins: Bins
    places: npt.NDArray[np.int_]
    weights: Numbers  # log of the share of repaid loans over that of defaults; higher is safer

    @property
    def of_rows(self) -> Numbers:
        return self.weights[self.places]


def _card(table: Table, inputs: Sequence[Input], bins: Sequence[Bins], about: About) -> Card:
    evidence = [_weighed(table, each, found) for each, found in zip(inputs, bins, strict=True)]
    evidence = [each for each in evidence if np.ptp(each.of_rows) > 0]
    constant, slopes, kept = _regression(evidence, table.defaults)
    base = SCALE.points + POINTS_A_UNIT * (constant - math.log(SCALE.odds))
    features = [_feature(each, slope) for each, slope in zip(kept, slopes, strict=True)]
    return Card(
        name=about.name,
        version=about.version,
        catalogue=about.catalogue,
        base=round(base),
        scale=SCALE,
        calibration=UNCALIBRATED,
        data=about.data,
        features=tuple(features),
    )


def _weighed(table: Table, each: Input, bins: Bins) -> _Evidence:
    values = table.columns[each.name]
    places = np.array([_place(each, bins, value) for value in values])
    count = (len(bins) + 1 if each.kind == "number" else len(bins)) + 1  # and one for missing
    bad = np.bincount(places, table.defaults, count)
    good = np.bincount(places, 1 - table.defaults, count)
    weights = np.log((good + 0.5) / (good.sum() + 0.5)) - np.log((bad + 0.5) / (bad.sum() + 0.5))
    weights[good + bad == 0] = 0.0  # what was never seen says nothing
    if each.kind == "number":
        weights[:-1] = _in_direction(weights[:-1], (good + bad)[:-1].astype(float), each.trend)
    return _Evidence(each, bins, places, weights)


def _place(each: Input, bins: Bins, value: Value) -> int:
    if each.kind == "number":
        missing = len(bins) + 1
        return missing if value is None else int(np.searchsorted(bins, value, side="right"))
    return next((at for at, group in enumerate(bins) if value in group), len(bins))


def _in_direction(weights: Numbers, rows: Numbers, trend: Trend) -> Numbers:
    """Weights that keep the trend: bins that break it are pooled by their rows."""
    rising = trend is Trend.RISING or (trend is Trend.ANY and weights[-1] >= weights[0])
    pooled = IsotonicRegression(increasing=bool(rising))
    places = np.arange(len(weights))
    return np.asarray(pooled.fit(places, weights, np.maximum(rows, FAINT)).predict(places))


def _regression(
    evidence: Sequence[_Evidence], defaults: npt.NDArray[np.int_]
) -> tuple[float, Numbers, Sequence[_Evidence]]:
    """Constant and slopes for log-odds of being repaid; inputs whose slope turns round are left."""
    kept = list(evidence)
    while kept:
        columns = np.column_stack([each.of_rows for each in kept])
        fitted = LogisticRegression(C=STRENGTH, max_iter=1000).fit(columns, 1 - defaults)
        slopes = fitted.coef_[0]
        if slopes.min() > 0:
            return float(fitted.intercept_[0]), slopes, kept
        kept.pop(int(slopes.argmin()))
    raise ValueError("no column says anything about the outcome")


def _feature(evidence: _Evidence, slope: float) -> Feature:
    points = [round(POINTS_A_UNIT * slope * weight) for weight in evidence.weights]
    common = {"name": evidence.input.name, "reason": evidence.input.name, "missing": points[-1]}
    common["source"] = "fitted"
    if evidence.input.kind == "category":
        words = [
            CategoryBin(among=tuple(group), points=each)
            for group, each in zip(evidence.bins, points[:-1], strict=True)
        ]
        return CategoryFeature(kind="category", bins=tuple(words), **common)
    bounds = [*evidence.bins, None]
    steps = [
        NumberBin(below=bound, points=each) for bound, each in zip(bounds, points[:-1], strict=True)
    ]
    return NumberFeature(
        kind="number",
        minimum=-WIDEST,
        maximum=WIDEST,
        trend=_trend(points[:-1]),
        bins=tuple(steps),
        **common,
    )


def _trend(points: Sequence[int]) -> Trend:
    return Trend.RISING if points[-1] >= points[0] else Trend.FALLING
