"""The worker: claims analyses and housekeeping, has them performed, stores what they found.

The job's row is authoritative, and pools hold no state: when a process dies, its row is
queued again; when this process dies, its leases run out. With a broker other machines analyse
(`celery_worker.py`), and this process does the rest.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol

import structlog

from app.codes import CodeDispatcher, CodeSender, OutboxSender
from app.garbage import exempt_loaded
from app.jobs.analysis_pool import NICENESS, AnalysisPool
from app.jobs.celery_broker import JobNotifier
from app.jobs.lifecycle import PASSING, RENEW_S, ClaimedJob, JobLifecycle
from app.jobs.maintenance import Maintenance
from app.jobs.scheduling import lower_session_priority
from app.jobs.threads import ThreadLane
from app.logging import configure_logging
from app.model_store import manifest_of
from app.readiness import HEARTBEAT
from app.services import Services, open_services, remember_models, remember_policy
from app.settings import Settings
from app.tracing import start_tracing
from app.webhooks.dispatcher import WebhookDispatcher
from kyc.analysis.manifest import ModelManifest
from storage.handlers import Lane

log = structlog.get_logger()

IDLE_S = 0.04  # between two looks for analyses, while a process is free
AHEAD_S = 0.2  # at least, while none is: what is claimed ahead is not begun yet
LEAST_WAIT_S, MOST_WAIT_S = 0.002, 0.5  # between two rounds in which nothing was done
RETRY_S = 1.0  # between two tries while the store or the database is unavailable
CLAIMED_AHEAD = 1  # jobs prefetched, so that no process waits for the next to be claimed
HOUSEKEEPING_THREADS = 1  # files and keys are destroyed one after the other
HOUSEKEEPING_PAUSES_S = 0.5, 1.0  # between two looks for such work
HEARTBEAT_EVERY_S = 1.0


class Task(Protocol):
    """Something that the worker does again and again."""

    def warm_up(self, notify: Callable[[], None]) -> None:
        """Return once jobs can be done. `notify`, which any thread may call, asks for a round."""

    def run_once(self, *, claiming: bool) -> bool:
        """Do what is due, claiming new jobs or not; whether there was anything."""

    def next_round_at(self) -> float:
        """When there may be something to do that nobody notifies of, by `time.monotonic`."""

    def is_idle(self) -> bool:
        """Whether nothing is under way."""

    def close(self) -> None:
        """Return once everything is ended."""


class Sender(Protocol):
    """Sends what waits in an outbox, in a thread of its own."""

    def start(self) -> None:
        """Begin to send."""

    def stop(self) -> None:
        """Return once nothing is being sent."""


@dataclass(frozen=True)
class _Running:
    job: ClaimedJob
    result: Future[Any]


@dataclass
class LaneRunner:
    """Keeps the processes or threads of one lane busy.

    After finding nothing to do it does not look again for `pause_s`, after each such look for twice
    as long, up to `most_pause_s`; nor so soon while all are busy, until one of them is done.
    """

    lifecycle: JobLifecycle
    count: int
    submit: Callable[[ClaimedJob], Future[Any]]
    load: Callable[[], None]
    end: Callable[[], None]
    pause_s: float
    most_pause_s: float
    _pause_s: float = 0.0
    _running: list[_Running] = field(default_factory=list)
    _renew_at: float = 0.0
    _claim_at: float = 0.0
    _notify: Callable[[], None] | None = None
    _prepared: bool = False

    def warm_up(self, notify: Callable[[], None]) -> None:
        """Return once jobs can be done. `notify` is called when one has ended."""
        self._notify = notify
        self.load()
        try:
            self._prepared = self.lifecycle.prepare()
        except PASSING as error:  # `run_once` tries again
            log.warning("jobs wait to be prepared", error=type(error).__name__)

    def run_once(self, *, claiming: bool) -> bool:
        """Renew leases, store results, claim at most one job. Raises `lifecycle.PASSING`.

        Nothing is claimed until the kinds of the lane are prepared, a part in each round.
        """
        if not self._prepared:
            self._prepared = self.lifecycle.prepare()
            return True
        self._renew()
        collected = self._collect()
        return (claiming and self._claim()) or collected

    def next_round_at(self) -> float:
        """When a job may be due, where one could be begun, or leases are to be renewed."""
        looks = [] if self._is_full() else [self._claim_at]
        return min([*looks, *([self._renew_at] if self._running else [])])

    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._running

    def close(self) -> None:
        """Return once everything is ended."""
        self.end()

    def _is_full(self) -> bool:
        return len(self._running) >= self.count + CLAIMED_AHEAD

    def _claim(self) -> bool:
        if self._is_full() or time.monotonic() < self._claim_at:
            return False
        job = self.lifecycle.claim()
        if job is None:
            self._pause_s = min(max(2 * self._pause_s, self.pause_s), self.most_pause_s)
            is_ahead = len(self._running) >= self.count
            pause_s = max(self._pause_s, AHEAD_S) if is_ahead else self._pause_s
            self._claim_at = time.monotonic() + pause_s
            return False
        self._pause_s = 0.0
        result = self.submit(job)
        self._running.append(_Running(job, result))
        if self._notify is not None:
            result.add_done_callback(partial(_notified, self._notify))
        return True

    def _renew(self) -> None:
        if self._running and time.monotonic() >= self._renew_at:
            self._renew_at = time.monotonic() + RENEW_S
            self.lifecycle.renew([running.job.claim for running in self._running])

    def _collect(self) -> bool:
        finished = [running for running in self._running if running.result.done()]
        for running in finished:
            self._running.remove(running)
            self._claim_at = self._pause_s = 0.0  # its owner's next job may be due now
            try:
                self.lifecycle.complete(running.job.claim, running.result.result)
            finally:
                running.job.span.end()
        return bool(finished)


class Worker:
    """Runs its tasks until `stop`; finishes what was begun. `maintain` is what is done beside."""

    def __init__(
        self, heartbeat: Path, tasks: Sequence[Task], maintain: Maintenance | None = None
    ) -> None:
        self._heartbeat, self._tasks, self._maintenance = heartbeat, tasks, maintain
        self._stopping = threading.Event()
        # What a signal's handler may put into while its thread waits here: an event has a lock.
        self._notices: SimpleQueue[None] = SimpleQueue()
        self._beat_at = 0.0

    def warm_up(self) -> None:
        """Return once every task can do jobs."""
        for task in self._tasks:
            task.warm_up(self._notify)

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping.is_set():
            self._beat()
            if not (self._run_once(claiming=True) | self._maintain()):
                self._wait()
        while not all(task.is_idle() for task in self._tasks):
            self._run_once(claiming=False)
            time.sleep(IDLE_S)
        self._heartbeat.unlink(missing_ok=True)
        if self._maintenance is not None:
            self._maintenance.sequence()
        for task in self._tasks:
            task.close()

    def stop(self) -> None:
        """Finish what was begun, claim nothing more."""
        self._stopping.set()
        self._notify()

    def _notify(self) -> None:
        self._notices.put(None)

    def _wait(self) -> None:
        """Return when a job has ended or something may be due: each look takes processor time."""
        rounds = [self._beat_at, *(task.next_round_at() for task in self._tasks)]
        if self._maintenance is not None:
            rounds.append(self._maintenance.next_round_at())
        wait_s = min(max(min(rounds) - time.monotonic(), LEAST_WAIT_S), MOST_WAIT_S)
        with suppress(Empty):
            self._notices.get(timeout=wait_s)
            while True:
                self._notices.get_nowait()

    def _beat(self) -> None:
        if time.monotonic() >= self._beat_at:
            self._beat_at = time.monotonic() + HEARTBEAT_EVERY_S
            self._heartbeat.touch()

    def _maintain(self) -> bool:
        return self._maintenance is not None and self._maintenance.run_due()

    def _run_once(self, *, claiming: bool) -> bool:
        try:
            done = [task.run_once(claiming=claiming) for task in self._tasks]
        except PASSING as error:  # what was claimed waits on, or its lease runs out
            log.warning("store or database unavailable", error=type(error).__name__)
            time.sleep(RETRY_S)
            return True
        return any(done)


def tasks_of(services: Services) -> list[Task]:
    """Housekeeping, and analyses; with a broker, a notifier in place of these."""
    settings = services.settings
    threads = in_threads(services, Lane.HOUSEKEEPING, HOUSEKEEPING_THREADS, HOUSEKEEPING_PAUSES_S)
    if settings.broker_url:
        return [threads, JobNotifier(services)]
    pool = AnalysisPool(
        settings.models,
        settings.policy,
        settings.workers,
        settings.recycle_after,
        settings.job_seconds,
    )
    analysis = LaneRunner(
        JobLifecycle(services, Lane.ANALYSIS),
        pool.count,
        lambda job: pool.submit(job.perform, job.work),
        pool.warm_up,
        pool.close,
        IDLE_S,
        IDLE_S,
    )
    return [threads, analysis]


def in_threads(
    services: Services, lane: Lane, count: int, pauses_s: tuple[float, float]
) -> LaneRunner:
    """A lane whose jobs are done by so many threads of this process.

    `pauses_s` are the least and the most between two looks that find nothing.
    """
    threads = ThreadLane(count, services.parts.resources)
    lifecycle = JobLifecycle(services, lane)
    return LaneRunner(lifecycle, threads.count, threads.submit, _nothing, threads.close, *pauses_s)


def run_worker(settings: Settings) -> None:
    """The worker process: load, say ready, work until SIGTERM."""
    configure_logging()
    lower_session_priority(NICENESS)
    start_tracing(settings, "worker")
    services = open_services(settings)
    manifest = manifest_of(settings.models)
    services.parts.resources.add(ModelManifest, manifest)
    services.parts.resources.add(CodeSender, OutboxSender(settings.codes))
    remember_policy(services)
    remember_models(services, manifest.weights)
    worker = Worker(settings.var / HEARTBEAT, tasks_of(services), Maintenance(services))
    senders = _senders_of(services)
    for sender in senders:  # before the models are loaded: a code does not wait for them
        sender.start()
    run_until_stopped(worker)
    for sender in senders:
        sender.stop()


def run_until_stopped(worker: Worker) -> None:
    """Warm up, and work until SIGTERM or SIGINT; then finish what was begun."""
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    signal.signal(signal.SIGINT, lambda *_: worker.stop())
    worker.warm_up()
    exempt_loaded()
    worker.run()


def _senders_of(services: Services) -> list[Sender]:
    """What sends messages to the outside: codes, and webhooks where an address is set."""
    settings, codes = services.settings, CodeDispatcher(services)
    if not settings.webhook_url:
        return [codes]
    return [
        codes,
        WebhookDispatcher(services, settings.webhook_destination, settings.webhook_secret),
    ]


def _notified(notify: Callable[[], None], _: Future[Any]) -> None:
    notify()


def _nothing() -> None:
    """Threads need no warm-up."""
