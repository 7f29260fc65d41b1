"""Waiting: what `Prefer` asks for, and how often a thread asks meanwhile."""

from __future__ import annotations

import pytest

from app.listening.bodies import FIRST_PAUSE_S, moments
from app.listening.waits import preferred_wait_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 0.0),
        ("wait=5", 5.0),
        ("respond-async, wait=5", 5.0),
        ("WAIT = 5", 5.0),
        ('wait="5"', 5.0),
        ("wait=5; foo", 5.0),
        ("wait=100", 20.0),
        ("wait=999999", 20.0),
        ("wait=²", 0.0),
        ("wait=٣", 0.0),
        ("wait=-1", 0.0),
        ("wait=1.5", 0.0),
        ("wait=inf", 0.0),
        ("wait=" + "9" * 5000, 0.0),
        ("wait", 0.0),
        (",,;=", 0.0),
    ],
)
def test_a_wait_is_whole_seconds_within_limits_and_nonsense_is_none(
    header: str, seconds: float
) -> None:
    assert preferred_wait_s(header, 20.0) == seconds


def test_moments_end_with_the_last_one() -> None:
    assert list(moments(0)) == [True]
    asked = list(moments(3 * FIRST_PAUSE_S))
    assert asked[-1]
    assert not any(asked[:-1])
    assert 2 <= len(asked) <= 4
