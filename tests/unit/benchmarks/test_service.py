"""A slow machine and a slow program are told apart."""

from __future__ import annotations

import pytest

from benchmarks.service import APPLICANTS, load_overhead


def test_the_overhead_is_the_same_on_a_machine_of_half_the_speed() -> None:
    fast = load_overhead(2.2 * APPLICANTS, 2.0)
    assert fast == pytest.approx(1.1)
    assert load_overhead(4.4 * APPLICANTS, 4.0) == pytest.approx(fast)
