from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.scorer.card import Value
from reference.scorer.drift import Drift, Level, drifts, psi
from tests.support.scorers import CARDS

VALUES = st.lists(st.none() | st.floats(-1e6, 1e6) | st.sampled_from(["A", "B"]), min_size=1)


def drawn(seed: int, mean: float, count: int = 2_000) -> list[Value]:
    source = random.Random(seed)
    return [source.gauss(mean, 10) for _ in range(count)]


@given(VALUES, VALUES)
def test_it_is_never_negative(reference: list[Value], recent: list[Value]) -> None:
    assert psi(reference, recent) >= -1e-9


@given(VALUES)
def test_the_same_has_not_moved(values: list[Value]) -> None:
    assert psi(values, values) == pytest.approx(0)


def test_two_samples_of_one_population_are_steady() -> None:
    assert Drift("x", psi(drawn(1, 50), drawn(2, 50))).level is Level.STEADY


def test_a_small_move_warns_and_a_large_one_alarms() -> None:
    assert Drift("x", psi(drawn(1, 50), drawn(2, 54))).level is Level.WARN
    assert Drift("x", psi(drawn(1, 50), drawn(2, 60))).level is Level.ALARM


def test_known_shares_give_the_known_index() -> None:
    # (.6 - .5) ln(.6/.5) + (.4 - .5) ln(.4/.5)
    before, after = ["A"] * 50 + ["B"] * 50, ["A"] * 60 + ["B"] * 40
    assert psi(before, after) == pytest.approx(0.0405, abs=1e-4)


def test_what_is_missing_more_often_moves() -> None:
    known = drawn(1, 50, 100)
    assert Drift("x", psi(known, [*known[:50], *[None] * 50])).level is Level.ALARM


def test_a_new_word_moves() -> None:
    assert psi(["A"] * 100, ["B"] * 100) > 1


def test_points_move_with_the_features() -> None:
    young: list[Value] = [float(number % 12) for number in range(200)]
    old: list[Value] = [float(100 + number) for number in range(200)]
    found = drifts({"months_in_business": old}, {"months_in_business": young}, CARDS.thin)
    assert {each.name for each in found} == {"months_in_business", "points"}
    assert all(each.level is Level.ALARM for each in found)


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="nothing"):
        psi([], [1.0])
