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


def test_directions_kept_as_bytes_are_nearly_what_they_were() -> None:
    directions = np.random.default_rng(1).normal(size=(2, 4)).astype(np.float32)
    kept = packed({"茶": 0, "酒": 1}, np.ones(2, np.float32), directions)
    expected = directions[0] / np.linalg.norm(directions[0])
    assert kept.of("茶") == pytest.approx(expected, abs=0.02)


def test_of_characters_never_seen_nothing_is_known() -> None:
    assert not packed({}, np.empty(0, np.float32), np.ones((1, 4), np.float32)).of("茶").any()
