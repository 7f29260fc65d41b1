"""The scheduling of a process that runs tests, kept as it is by what they call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def scheduling_kept() -> Iterator[None]:
    """Undo what SVT-AV1 does where it may: it makes the thread that encodes one of real time.

    Whatever that thread starts later would be of real time, too: a browser then keeps both
    processors from everything that it waits for.
    """
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)
