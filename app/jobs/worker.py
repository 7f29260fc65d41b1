"""The worker: claims jobs, has processes that hold the models do them, records what they found.

The job row is the truth. The pool only carries it: when a process dies, the row is queued again
(three deaths and a person looks at it); when this process dies, the lease runs out. With a broker
others do the jobs (`app.station`), and this process looks after what else there is.
"""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass

import structlog

from app.jobs.analysis_pool import YIELDING, Analysts
from app.jobs.celery_broker import Caretaker
from app.jobs.lifecycle import RENEW_S, Hands, Sequencer, Taken
from app.services import House, open_house, remember_policy
from app.logging import configure_logs
from app.jobs.scheduling import yield_session
from app.settings import Settings
from app.tracing import start_traces
from app.webhooks.dispatcher import Herald
from kyc.analysis.analyser import Finding
from storage.database import utc_now
from storage.media import StoreUnavailable

log = structlog.get_logger()

IDLE_S = 0.04
AWAY_S = 1.0  # between two looks at a store that is away
AHEAD = 1  # analyses laid ready, so that no process waits for the next to be claimed


@dataclass(frozen=True)
class _Running:
    taken: Taken
    result: Future[Finding]


class Worker:
    """Runs until `stop`; one analysis a process at a time."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        self._settings = settings
        self._stopping = threading.Event()
        self._hands, self._sequencer = Hands(house), Sequencer(house)
        self._analysts = Analysts(
            settings.models, settings.policy, settings.workers, settings.recycle_after
        )
        self._running: list[_Running] = []
        self._renew_at = 0.0

    def warm_up(self) -> None:
        """Return once every process has loaded its models."""
        self._analysts.warm_up()

    def run(self) -> None:
        heartbeat = self._settings.var / "worker.heartbeat"
        while not self._stopping.is_set():
            heartbeat.touch()
            self._renew()
            try:
                busy = self._collect() | self._claim() | self._sequencer.when_due()
            except StoreUnavailable:
                log.warning("store unavailable")  # the claim was undone: its job waits on
                time.sleep(AWAY_S)
                continue
            if not busy:
                time.sleep(IDLE_S)
        while self._running:
            self._renew()
            self._collect()
            time.sleep(IDLE_S)
        heartbeat.unlink(missing_ok=True)
        self._sequencer.now()
        self._analysts.close()

    def stop(self) -> None:
        """Finish what was begun, claim nothing more."""
        self._stopping.set()

    def _claim(self) -> bool:
        if len(self._running) >= self._settings.workers + AHEAD:
            return False
        taken = self._hands.take()
        if taken is None:
            return False
        result = self._analysts.analyse(
            taken.claim.kind, taken.content, taken.asked, utc_now().date(),
            self._settings.job_seconds,
        )  # fmt: skip
        self._running.append(_Running(taken, result))
        return True

    def _renew(self) -> None:
        if self._running and time.monotonic() >= self._renew_at:
            self._renew_at = time.monotonic() + RENEW_S
            self._hands.renew([running.taken.claim for running in self._running])

    def _collect(self) -> bool:
        finished = [running for running in self._running if running.result.done()]
        for running in finished:
            self._running.remove(running)
            self._hands.settle(running.taken.claim, running.result.result)
            running.taken.span.end()
        return bool(finished)


def run_worker(settings: Settings) -> None:
    """The worker process: load, say ready, work until SIGTERM."""
    configure_logs()
    yield_session(YIELDING)
    start_traces(settings, "worker")
    house = open_house(settings)
    remember_policy(house)
    worker = Caretaker(house) if settings.broker_url else Worker(house)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    signal.signal(signal.SIGINT, lambda *_: worker.stop())
    worker.warm_up()
    herald = Herald(house.database, settings.webhook_url, settings.webhook_secret)
    if settings.webhook_url:
        herald.start()
    worker.run()
    if settings.webhook_url:
        herald.stop()
