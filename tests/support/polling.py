"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

AT_MOST_S, PAUSE_S = 10.0, 0.02


def soon(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true within ten seconds; it is not asked again once it has."""
    until = time.monotonic() + AT_MOST_S
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(PAUSE_S)
    return condition()
