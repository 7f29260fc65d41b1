"""What an analysis may cost the process that holds the models, which must outlive it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_S = 0.5  # of processor time, until the block has ended: a finaliser may swallow an exception


class LimitBroken(BaseException):
    """An analysis took more processor time than it may; no `except Exception` may end it."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise `LimitBroken` in the block once this process has computed so long, all threads counted.

    Between two steps of Python: a call of a network is never cut in two. Signals reach a main
    thread alone; another one runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise LimitBroken
