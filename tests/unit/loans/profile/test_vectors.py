"""Vectors of short texts: what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.profile.vectors import fitted_vectors, packed

VECTORS = fitted_vectors()


@given(st.text(max_size=80))
def test_a_vector_has_length_one_or_nothing_is_known(text: str) -> None:
    vector = VECTORS.of(text)
    assert vector.shape == (VECTORS.size,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4) or not vector.any()


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("面粉", "面条", "证券"),
        ("挖掘机", "推土机", "口红"),
        ("牙椅", "口腔诊所", "大闸蟹"),
        ("孵化机", "养鸡", "豆腐"),
    ],
)
def test_what_means_alike_is_near(text: str, near: str, far: str) -> None:
    told = VECTORS.of(text)
    assert told @ VECTORS.of(near) > told @ VECTORS.of(far)


def test_directions_kept_in_few_bits_are_nearly_what_they_were() -> None:
    directions = np.random.default_rng(1).normal(size=(100, 64)).astype(np.float32)
    runs = {chr(ord("一") + number): number for number in range(100)}
    kept = packed(runs, np.ones(100, np.float32), directions)
    for run, number in runs.items():
        assert kept.of(run) @ directions[number] > 0.97 * np.linalg.norm(directions[number])


def test_of_characters_never_seen_nothing_is_known() -> None:
    directions = np.array([[1.0, -1.0], [-1.0, 1.0]], np.float32)
    assert not packed({"酒": 0, "面": 1}, np.ones(2, np.float32), directions).of("茶").any()
