"""Times of day in a column of their own."""

from __future__ import annotations

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.sources.readers.clocks import read_clock
from loans.sources.readers.times import TimeUnreadable


@pytest.mark.parametrize(
    "cell", ["08:03:09", "080309", "8:03:09", 80309, time(8, 3, 9), "8:03:09 am"]
)
def test_clocks(cell: object) -> None:
    assert read_clock(cell) == time(8, 3, 9)


@given(st.text())
def test_any_text_is_a_clock_nothing_or_unreadable(text: str) -> None:
    with suppress(TimeUnreadable):
        read_clock(text)
