from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from loans.calls.breaker import Breaker, Spared

FAILURES, OPEN_S = 3, 0.2


class Down(Exception):
    """The other side is away."""


class Refusal(Exception):
    """The other side works, and says no."""


def down() -> str:
    raise Down


def up() -> str:
    return "up"


@pytest.fixture
def breaker() -> Breaker:
    return Breaker("test", FAILURES, OPEN_S, lambda error: not isinstance(error, Refusal))


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Down):
            breaker.call(down)


def test_it_opens_after_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    assert not breaker.closed
    with pytest.raises(Spared):
        breaker.call(up)


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    assert breaker.call(up) == "up"
    fail(breaker, FAILURES - 1)
    assert breaker.closed


def test_a_refusal_is_no_failure(breaker: Breaker) -> None:
    def refused() -> str:
        raise Refusal

    for _ in range(2 * FAILURES):
        with pytest.raises(Refusal):
            breaker.call(refused)
    assert breaker.closed


def test_one_try_closes_it_again(breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    time.sleep(OPEN_S)
    assert breaker.call(up) == "up"
    assert breaker.closed


def test_a_try_that_fails_leaves_it_open(breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    time.sleep(OPEN_S)
    fail(breaker, 1)
    with pytest.raises(Spared):
        breaker.call(up)


def running(breaker: Breaker, guarded: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=lambda: breaker.call(guarded))
    thread.start()
    return thread


def test_calls_do_not_wait_for_one_another(breaker: Breaker) -> None:
    together = threading.Barrier(2, timeout=5)  # passes only with both inside
    threads = [running(breaker, together.wait) for _ in range(2)]
    for thread in threads:
        thread.join()
    assert not together.broken


def test_while_one_tries_the_others_are_spared(breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    time.sleep(OPEN_S)
    inside, leave = threading.Event(), threading.Event()

    def slow() -> str:
        inside.set()
        leave.wait(5)
        return "up"

    trying = running(breaker, slow)
    assert inside.wait(5)
    begun = time.monotonic()
    with pytest.raises(Spared):
        breaker.call(up)
    assert time.monotonic() - begun < 1
    leave.set()
    trying.join()
    assert breaker.closed
