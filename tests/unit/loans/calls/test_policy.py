"""How long the next asking waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.calls.policy import pause_before

PAUSES_S = (1, 5, 60)


@pytest.mark.parametrize(("asking", "pause_s"), [(1, 1), (2, 5), (3, 60), (4, 60), (99, 60)])
def test_each_asking_that_failed_has_its_pause(asking: int, pause_s: int) -> None:
    assert pause_before(asking, PAUSES_S) == timedelta(seconds=pause_s)


@given(st.integers(1, 1000), st.lists(st.floats(0.1, 1e6), min_size=1))
def test_a_pause_is_one_of_the_policys(asking: int, pauses_s: list[float]) -> None:
    assert pause_before(asking, pauses_s) in {timedelta(seconds=each) for each in pauses_s}


@pytest.mark.parametrize(("asking", "pauses_s"), [(0, PAUSES_S), (-1, PAUSES_S), (1, ())])
def test_there_is_no_pause_before_any_asking(asking: int, pauses_s: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="follows an asking"):
        pause_before(asking, pauses_s)
