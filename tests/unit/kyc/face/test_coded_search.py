from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.face.coded_search import CodedSearch, SearchRules, drawn_rotation
from kyc.face.embedding import FaceTemplate, FusionWeights, Vector, compare

WEIGHTS = FusionWeights(sface=40.0, mobile=20.0, offset=-20.0)
EXACT, CODED = SearchRules(10_000, 8), SearchRules(0, 8)
ROTATION = drawn_rotation()


def template(seed: int) -> FaceTemplate:
    chance = np.random.default_rng(seed)
    parts = [chance.normal(size=n) for n in (128, 192, 128)]
    return FaceTemplate(*((part / np.linalg.norm(part)).astype(np.float32) for part in parts))


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=150, unique=True), st.floats(-60, 45))
def test_search_finds_just_what_comparing_each_would(seeds: list[int], least: float) -> None:
    search: CodedSearch[int] = CodedSearch(WEIGHTS, EXACT, ROTATION)
    for seed in seeds:
        search.add(seed, template(seed))
    asked = template(seeds[0])
    ratios = {s: compare(asked, template(s), WEIGHTS).log_likelihood_ratio for s in seeds}
    found = search.nearest(asked, least)
    clear = {seed for seed, ratio in ratios.items() if abs(ratio - least) > 1e-3}
    assert {k for k, _ in found} & clear == {s for s in clear if ratios[s] >= least}
    assert [ratio for _, ratio in found] == sorted((r for _, r in found), reverse=True)


def test_an_empty_search_finds_nobody_and_a_key_is_kept_once() -> None:
    search: CodedSearch[str] = CodedSearch(WEIGHTS, EXACT, ROTATION)
    assert search.nearest(template(1), -100) == []
    search.add("a", template(1))
    search.add("a", template(2))
    assert "a" in search
    assert [key for key, _ in search.nearest(template(1), 30)] == ["a"]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=80, unique=True), st.data())
def test_a_face_that_was_removed_is_nowhere_and_the_others_stay(
    seeds: list[int], data: st.DataObject
) -> None:
    search: CodedSearch[int] = CodedSearch(WEIGHTS, EXACT, ROTATION)
    for seed in seeds:
        search.add(seed, template(seed))
    gone = data.draw(st.sets(st.sampled_from(seeds)))
    for seed in [*gone, 1000]:  # and one that was never there
        search.remove(seed)
    left = set(seeds) - gone
    assert {key for key, _ in search.nearest(template(0), -1e9)} == left
    assert all((seed in search) == (seed in left) for seed in seeds)
    for seed in left:
        best, ratio = search.nearest(template(seed), -1e9)[0]
        assert best == seed
        assert ratio > 0
    rows, codes = search._rows, search._codes  # what this process holds in its memory
    for seed in gone:
        row = search._rotated(template(seed))
        assert np.abs(rows - row).max(1).min() > 0.1
        assert (codes != np.packbits(row[:256] > 0)).any(1).all()


def test_codes_find_whoever_is_alike_among_many() -> None:
    search: CodedSearch[int] = CodedSearch(WEIGHTS, CODED, ROTATION)
    for seed in range(3000):
        search.add(seed, template(seed))
    for seed in range(0, 3000, 100):
        best, ratio = search.nearest(alike(template(seed), 0.6, seed), 10.0)[0]
        assert best == seed
        assert ratio == pytest.approx(0.6 * 60 - 20, abs=0.01)
    search.remove(1500)
    assert search.nearest(template(1500), 10.0) == []


def test_a_rotation_changes_no_likeness_and_hides_the_template() -> None:
    one: CodedSearch[int] = CodedSearch(WEIGHTS, EXACT)
    other: CodedSearch[int] = CodedSearch(WEIGHTS, EXACT)
    for search in (one, other):
        for seed in range(5):
            search.add(seed, template(seed))
    asked = template(0)
    found, again = one.nearest(asked, -1e9), other.nearest(asked, -1e9)
    assert [key for key, _ in found] == [key for key, _ in again]
    assert [ratio for _, ratio in found] == pytest.approx([ratio for _, ratio in again], abs=1e-3)
    assert not np.allclose(one._rows[0], other._rows[0], atol=0.1)


def test_a_rotation_is_orthogonal_and_its_own_each_time() -> None:
    rotation = drawn_rotation()
    assert np.allclose(rotation @ rotation.T, np.eye(320), atol=1e-4)
    assert not np.allclose(rotation, drawn_rotation(), atol=0.01)


def alike(known: FaceTemplate, cosine: float, seed: int) -> FaceTemplate:
    """A face whose two embeddings have this cosine with another's."""
    chance = np.random.default_rng(10_000 + seed)

    def near(part: Vector) -> Vector:
        away = chance.normal(size=len(part))
        away -= (away @ part) * part
        mixed = cosine * part + np.sqrt(1 - cosine**2) * away / np.linalg.norm(away)
        return np.asarray(mixed, np.float32)

    return FaceTemplate(near(known.sface), near(known.mobile), known.dlib)
