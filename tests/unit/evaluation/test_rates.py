from __future__ import annotations

import math

import numpy as np
import pytest

from evaluation.rates import (
    equal_error_rate,
    log_likelihood_cost,
    min_dcf,
    min_log_likelihood_cost,
    score_at_eer,
    ten_fold_accuracy,
    true_accept_rate,
    wilson,
)
from evaluation.shares import share_figures

SAME = np.array([True] * 50 + [False] * 50)
PARTED = np.where(SAME, 1.0, -1.0) + np.linspace(-0.5, 0.5, 100)
MIXED = np.tile(np.linspace(0, 1, 50), 2)


def test_kinds_that_are_parted_have_no_errors() -> None:
    assert equal_error_rate(PARTED, SAME) == pytest.approx(0, abs=0.02)
    assert true_accept_rate(PARTED, SAME, 0.01) == 1
    assert ten_fold_accuracy(PARTED, SAME) >= 0.99
    assert min_dcf(PARTED, SAME) == 0
    assert -0.5 <= score_at_eer(PARTED, SAME) <= 1


def test_kinds_that_are_alike_cannot_be_distinguished() -> None:
    assert equal_error_rate(MIXED, SAME) == pytest.approx(0.5, abs=0.02)
    assert min_dcf(MIXED, SAME) == pytest.approx(1, abs=0.02)


def test_the_cost_of_likelihoods_is_in_bits() -> None:
    assert log_likelihood_cost(np.zeros(100), SAME) == pytest.approx(1)
    assert log_likelihood_cost(np.where(SAME, 20.0, -20.0), SAME) == pytest.approx(0, abs=1e-6)
    assert min_log_likelihood_cost(PARTED, SAME) == pytest.approx(0, abs=1e-6)


def test_an_interval_lies_about_the_share_and_within_0_and_1() -> None:
    low, high = wilson(0, 10)
    assert low == 0
    assert 0.25 < high < 0.32  # Wilson's: z^2 / (n + z^2)
    assert wilson(5, 10) == pytest.approx([0.237, 0.763], abs=0.001)


def test_a_share_has_its_number_and_its_interval() -> None:
    figures = share_figures("missed", [True, False, False, False])
    assert figures["missed"] == 0.25
    assert figures["missed.n"] == 4
    assert figures["missed.ci95"] == wilson(1, 4)
    assert not math.isnan(figures["missed"])
