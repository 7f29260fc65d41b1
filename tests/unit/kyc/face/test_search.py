from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kyc.face.embedding import FaceTemplate, FusionWeights, compare
from kyc.face.search import ExactSearch

WEIGHTS = FusionWeights(sface=40.0, mobile=20.0, offset=-20.0)


def template(seed: int) -> FaceTemplate:
    chance = np.random.default_rng(seed)
    parts = [chance.normal(size=n) for n in (128, 192, 128)]
    return FaceTemplate(*((part / np.linalg.norm(part)).astype(np.float32) for part in parts))


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=150, unique=True), st.floats(-60, 45))
def test_search_finds_just_what_comparing_each_would(seeds: list[int], least: float) -> None:
    search: ExactSearch[int] = ExactSearch(WEIGHTS)
    for seed in seeds:
        search.add(seed, template(seed))
    asked = template(seeds[0])
    ratios = {s: compare(asked, template(s), WEIGHTS).log_likelihood_ratio for s in seeds}
    found = search.nearest(asked, least)
    clear = {seed for seed, ratio in ratios.items() if abs(ratio - least) > 1e-3}
    assert {k for k, _ in found} & clear == {s for s in clear if ratios[s] >= least}
    assert [ratio for _, ratio in found] == sorted((r for _, r in found), reverse=True)


def test_an_empty_search_finds_nobody_and_a_key_is_kept_once() -> None:
    search: ExactSearch[str] = ExactSearch(WEIGHTS)
    assert search.nearest(template(1), -100) == []
    search.add("a", template(1))
    search.add("a", template(2))
    assert "a" in search
    assert [key for key, _ in search.nearest(template(1), 30)] == ["a"]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=80, unique=True), st.data())
def test_a_face_that_was_removed_is_nowhere_and_the_others_stay(
    seeds: list[int], data: st.DataObject
) -> None:
    search: ExactSearch[int] = ExactSearch(WEIGHTS)
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
    rows = search._rows  # what this process holds in its memory
    weighted = [search._weighted(template(seed)) for seed in gone]
    assert not any(np.allclose(row, face) for row in rows for face in weighted)
