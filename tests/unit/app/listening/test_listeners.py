"""How often it is asked whether what people wait for has changed."""

from __future__ import annotations

import pytest

from app.listening.listeners import POLL_S, pause_s


@pytest.mark.parametrize(
    ("took_s", "pause"),
    [
        (0.0, POLL_S),
        (0.001, POLL_S),
        (0.005, 0.25),  # a fiftieth of the time
        (0.05, 0.5),  # not more than half a second for a crowd,
        (0.1, 0.5),
        (2.0, 10.0),  # but never more than a fifth of the time
    ],
)
def test_slow_answers_are_asked_for_less_often(took_s: float, pause: float) -> None:
    assert pause_s(took_s) == pytest.approx(pause)
