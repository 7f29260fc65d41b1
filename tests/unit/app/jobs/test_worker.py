"""When a worker looks for work: once somebody notifies it, or once something may be due."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.jobs import worker as worker_module
from app.jobs.lifecycle import ClaimedJob, JobLifecycle
from app.jobs.worker import AHEAD_S, CLAIMED_AHEAD, IDLE_S, LaneRunner, Worker
from storage.keyring import KeysUnavailable

LONG_S = 3600.0
PATIENCE_S = 30.0


class Quiet:
    """A task with nothing to do, that says when it was looked at."""

    def __init__(self, next_round_at: float = float("inf")) -> None:
        self.looks = 0
        self.looked = threading.Event()
        self.notify: Callable[[], None] = lambda: None
        self._next_round_at = next_round_at

    def warm_up(self, notify: Callable[[], None]) -> None:
        self.notify = notify

    def run_once(self, *, claiming: bool) -> bool:
        self.looks += claiming
        self.looked.set()
        return False

    def next_round_at(self) -> float:
        return self._next_round_at

    def is_idle(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def at_work(folder: Path, task: Quiet) -> Iterator[None]:
    """A worker of one task, at work until the block ends."""
    worker = Worker(folder / "heartbeat", [task])
    worker.warm_up()
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "it does not wait on when it is stopped"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a notice nothing wakes a worker within a test."""
    monkeypatch.setattr(worker_module, "MOST_WAIT_S", LONG_S)
    monkeypatch.setattr(worker_module, "HEARTBEAT_EVERY_S", LONG_S)


def test_a_notice_wakes_a_worker(tmp_path: Path) -> None:
    task = Quiet()
    with at_work(tmp_path, task):
        assert task.looked.wait(PATIENCE_S)
        task.looked.clear()
        task.notify()
        assert task.looked.wait(PATIENCE_S)


def test_a_worker_looks_again_when_something_may_be_due(tmp_path: Path) -> None:
    task = Quiet(next_round_at=0.0)
    with at_work(tmp_path, task):
        for _ in range(3):
            task.looked.clear()
            assert task.looked.wait(PATIENCE_S)


def test_nothing_is_looked_for_while_nothing_is_due(tmp_path: Path) -> None:
    task = Quiet()
    with at_work(tmp_path, task):
        assert task.looked.wait(PATIENCE_S)
        assert not _looked_again(task)
    assert task.looks == 1


def _looked_again(task: Quiet) -> bool:
    task.looked.clear()
    return task.looked.wait(0.3)


class Lifecycle:
    """Hands out jobs without end, or none."""

    def __init__(self, *, due: bool) -> None:
        self.due, self.completed = due, 0
        self.parts = 0  # that are still to be prepared
        self.away = 0  # tries in which the keys are

    def prepare(self) -> bool:
        if self.away:
            self.away -= 1
            raise KeysUnavailable
        self.parts -= 1
        return self.parts <= 0

    def claim(self) -> ClaimedJob | None:
        job = SimpleNamespace(claim=None, span=SimpleNamespace(end=lambda: None))
        return cast(ClaimedJob, job) if self.due else None

    def renew(self, _claims: object) -> None:
        """Leases are nothing here."""

    def complete(self, _claim: object, _result: Callable[[], Any]) -> None:
        self.completed += 1


def runner(
    lifecycle: Lifecycle,
    begun: list[Future[Any]],
    notices: list[None],
    pause_s: float = LONG_S,
) -> LaneRunner:
    """A lane of one place whose jobs end when their futures are set."""

    def submit(_job: ClaimedJob) -> Future[Any]:
        begun.append(Future())
        return begun[-1]

    claims = cast(JobLifecycle, lifecycle)
    lane = LaneRunner(claims, 1, submit, lambda: None, lambda: None, pause_s, 3 * pause_s)
    lane.warm_up(lambda: notices.append(None))
    return lane


def test_a_lane_claims_nothing_before_its_kinds_are_prepared() -> None:
    lifecycle, begun = Lifecycle(due=True), list[Future[Any]]()
    lifecycle.parts = 3
    lane = runner(lifecycle, begun, [])  # which prepares the first part
    for _ in range(2):
        assert lane.run_once(claiming=True), "the next round comes at once"
        assert lane.is_idle()
    assert lane.run_once(claiming=True)
    assert len(begun) == 1


def test_a_lane_starts_though_what_it_prepares_is_away() -> None:
    lifecycle, begun = Lifecycle(due=True), list[Future[Any]]()
    lifecycle.away = 2
    lane = runner(lifecycle, begun, [])
    with pytest.raises(KeysUnavailable):
        lane.run_once(claiming=True)
    assert lane.run_once(claiming=True)
    assert not begun
    assert lane.run_once(claiming=True)
    assert len(begun) == 1


def test_a_result_notifies_and_is_stored_in_the_next_round() -> None:
    lifecycle, begun, notices = Lifecycle(due=True), list[Future[Any]](), list[None]()
    lane = runner(lifecycle, begun, notices)
    assert lane.run_once(claiming=True)
    assert not notices
    begun[0].set_result(None)
    assert len(notices) == 1
    lifecycle.due = False
    assert lane.run_once(claiming=True)
    assert lifecycle.completed == 1
    assert lane.is_idle()


def test_a_full_lane_looks_for_no_job_until_leases_are_renewed() -> None:
    begun = list[Future[Any]]()
    lane = runner(Lifecycle(due=True), begun, [])
    free = lane.next_round_at()
    while lane.run_once(claiming=True):
        pass
    assert len(begun) == 1 + CLAIMED_AHEAD
    assert lane.next_round_at() > free, "not before a lease is renewed"


def test_what_would_only_be_claimed_ahead_is_looked_for_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("app.jobs.worker.time.monotonic", lambda: now)
    lifecycle, begun = Lifecycle(due=True), list[Future[Any]]()
    lane = runner(lifecycle, begun, [], pause_s=IDLE_S)
    assert lane.run_once(claiming=True)
    lifecycle.due = False
    assert not lane.run_once(claiming=True)
    assert lane.next_round_at() - now == pytest.approx(AHEAD_S)
    begun[0].set_result(None)
    assert lane.run_once(claiming=True)
    assert lane.next_round_at() - now == pytest.approx(IDLE_S), "a process is free"


def test_a_lane_that_found_nothing_pauses_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("app.jobs.worker.time.monotonic", lambda: now)
    lifecycle, begun = Lifecycle(due=False), list[Future[Any]]()
    lane = runner(lifecycle, begun, [])
    pauses = []
    for _ in range(4):
        assert not lane.run_once(claiming=True)
        pauses.append(lane.next_round_at() - now)
        now = lane.next_round_at()
    assert pauses == [LONG_S, 2 * LONG_S, 3 * LONG_S, 3 * LONG_S]
    lifecycle.due = True
    assert lane.run_once(claiming=True)
    lifecycle.due = False
    begun[0].set_result(None)
    assert lane.run_once(claiming=True)
    assert not lane.run_once(claiming=True)
    assert lane.next_round_at() - now == LONG_S, "work was found, and more may follow"
