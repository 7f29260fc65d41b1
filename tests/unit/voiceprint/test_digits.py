"""Of several ways to split a reading into digits, the one that fits best is taken."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from voiceprint.digits import first_lowest

offs = st.lists(st.sampled_from([0.0, 0.1, 0.5, 2.0]), max_size=6)


@given(offs)
def test_the_first_of_the_nearest_ways_is_taken(found: list[float]) -> None:
    ways = list(enumerate(found))
    assert first_lowest(ways, lambda way: way[1]) == min(ways, key=lambda way: way[1], default=None)


@given(offs)
def test_nothing_is_evaluated_after_a_perfect_way(found: list[float]) -> None:
    evaluated = []

    def ways() -> Iterator[float]:
        for off in found:
            evaluated.append(off)
            yield off

    first_lowest(ways(), lambda off: off)
    assert evaluated == (found[: found.index(0.0) + 1] if 0.0 in found else found)
