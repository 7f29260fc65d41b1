"""A circuit breaker (Nygard, Release It!, 2018): what fails again and again is left alone a while.

pybreaker keeps the states. It holds a lock while a guarded call runs, so that calls would wait for
one another: here calls run side by side while the circuit is closed, and one alone tries while it
is open.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import pybreaker
import structlog

log = structlog.get_logger()

T = TypeVar("T")


class Spared(Exception):
    """The call was not made: the circuit is open."""


class Breaker:
    """Guards calls to one system; threads may share it."""

    def __init__(
        self, name: str, failures: int, open_s: float, counts: Callable[[BaseException], bool]
    ) -> None:
        """Open after so many failures in a row, for so long; `counts` says which errors are."""
        self._circuit = pybreaker.CircuitBreaker(
            fail_max=failures,
            reset_timeout=open_s,
            exclude=[lambda error: not counts(error)],
            listeners=[_Teller()],
            name=name,
            throw_new_error_on_trip=False,
        )
        self._trying = threading.Lock()

    @property
    def closed(self) -> bool:
        """Whether calls are made as usual."""
        return self._circuit.current_state == pybreaker.STATE_CLOSED

    def call(self, guarded: Callable[[], T]) -> T:
        """What `guarded` returns. Raises `Spared`, and whatever it raises."""
        return self._observed(guarded) if self.closed else self._tried(guarded)

    def _observed(self, guarded: Callable[[], T]) -> T:
        try:
            answer = guarded()
        except Exception as error:
            self._note(error)
            raise
        self._note(None)
        return answer

    def _tried(self, guarded: Callable[[], T]) -> T:
        if not self._trying.acquire(blocking=False):
            raise Spared
        try:
            return self._circuit.call(guarded)
        except pybreaker.CircuitBreakerError as error:
            raise Spared from error
        finally:
            self._trying.release()

    def _note(self, error: Exception | None) -> None:
        """Have the circuit count a call that was made without it."""

        def outcome() -> None:
            if error is not None:
                raise error

        with suppress(Exception):  # the caller has it already
            self._circuit.call(outcome)


class _Teller(pybreaker.CircuitBreakerListener):
    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        before = None if old_state is None else old_state.name
        log.warning("circuit changed", circuit=cb.name, before=before, now=new_state.name)
