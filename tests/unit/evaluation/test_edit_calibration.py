"""Weights by which differences of print count."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from evaluation.edit_calibration import (
    MOST_LIGHTER,
    PENALTY,
    fitted_weights,
    usual_differences,
)
from ocr.validation.differences import MEASURES, TERMS, Difference

CHANCE = np.random.default_rng(7)


def test_what_tells_edits_counts_and_nothing_counts_against_them() -> None:
    edited = np.arange(400) % 4 == 0
    terms = CHANCE.normal(0, 1, (400, len(TERMS)))
    terms[edited, 0] += 2.0  # tells them
    terms[edited, 1] -= 1.0  # is smaller where a field was edited
    weights, offset = fitted_weights(terms, edited)
    assert weights[0] > 0.5
    assert weights[1] == 0.0
    assert offset < 0.0


def test_lighter_ink_counts_no_more_than_glare_allows() -> None:
    edited = np.arange(400) % 4 == 0
    terms = CHANCE.normal(0, 1, (400, len(TERMS)))
    terms[edited, TERMS.index("lighter")] += 3.0
    weights, _offset = fitted_weights(terms, edited)
    assert weights[TERMS.index("lighter")] == MOST_LIGHTER


def test_weights_are_those_of_a_penalised_logistic_regression() -> None:
    edited = np.arange(400) % 5 == 0
    terms = np.abs(CHANCE.normal(0, 1, (400, len(TERMS)))) + 0.6 * edited[:, None]
    terms[:, TERMS.index("lighter")] = 0.0
    known = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=2000)
    known.fit(terms, edited)
    weights, offset = fitted_weights(terms, edited)
    assert weights == pytest.approx(known.coef_[0], abs=0.01)
    assert offset == pytest.approx(known.intercept_[0], abs=0.02)


def test_the_usual_difference_ignores_wild_fields_and_missing_measures() -> None:
    values = CHANCE.normal(0, 0.02, (300, len(MEASURES)))
    values[:20] = 5.0
    values[20:120, 0] = 0.0  # could not be measured
    nothing = np.zeros(len(MEASURES))
    usual = usual_differences([Difference(row, nothing, nothing, 0.0) for row in values])
    assert usual == pytest.approx(np.full(len(MEASURES), 0.02), rel=0.25)
