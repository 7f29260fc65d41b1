"""Analyses on many machines: Celery carries the news that work is due.

A message names no job and nobody: whoever gets it takes the job that waits longest. The row
stays the truth, so that a broker may lose every message: what is due is announced again.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog

from app.jobs.lifecycle import Sequencer
from app.services import House
from app.settings import Settings
from storage import queue as jobs

log = structlog.get_logger()

QUEUE, DUE = "kaihu.analyses", "kaihu.analyse_what_is_due"
LOADING_S = 120  # that a process may take to load its models
CONNECT_S = 1  # that a request waits for a broker that does not answer
IDLE_S = 0.1
AGAIN_S = 2.0  # between two announcements of what nobody has begun


def carrier(settings: Settings) -> Any:
    """The Celery application of these settings; its task is defined where it is done."""
    from celery import Celery  # only houses with a broker pay for it

    celery = Celery("kaihu", broker=settings.broker_url)
    celery.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_time_limit=settings.job_seconds,
        worker_concurrency=settings.workers,
        worker_max_tasks_per_child=settings.recycle_after,
        worker_prefetch_multiplier=1,
        worker_proc_alive_timeout=LOADING_S,
        worker_hijack_root_logger=False,
        broker_connection_timeout=CONNECT_S,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_redirect_stdouts=False,
        broker_transport_options={"socket_connect_timeout": CONNECT_S},
    )
    return celery


class Announcer:
    """Sends word of work. Without a broker the word is lost, and the row waits."""

    def __init__(self, settings: Settings) -> None:
        self._celery = carrier(settings)

    def announce(self, count: int) -> None:
        from kombu.exceptions import OperationalError

        try:
            for _ in range(count):
                self._celery.send_task(DUE, retry=False)
        except OperationalError as error:
            log.warning("broker unavailable", error=str(error))

    def announce_what_is_queued(self, house: House) -> None:
        """From now on every job is announced when its transaction is committed."""
        house.database.after_commit_of(jobs.Job, self.announce)


class Caretaker:
    """Looks after a house whose jobs others do: sequences its log, announces what waits."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._announcer, self._sequencer = Announcer(house.settings), Sequencer(house)
        self._stopping = threading.Event()
        self._again_at = 0.0

    def warm_up(self) -> None:
        """Nothing is to be loaded here."""

    def run(self) -> None:
        heartbeat = self._house.settings.var / "worker.heartbeat"
        while not self._stopping.wait(IDLE_S):
            heartbeat.touch()
            self._sequencer.when_due()
            if time.monotonic() >= self._again_at:
                self._again_at = time.monotonic() + AGAIN_S
                self._announce_again()
        heartbeat.unlink(missing_ok=True)
        self._sequencer.now()

    def stop(self) -> None:
        self._stopping.set()

    def _announce_again(self) -> None:
        """One word for each process that may be idle: more would only lie in the broker."""
        with self._house.database.reading() as session:
            waiting = jobs.overdue(session, AGAIN_S)
        self._announcer.announce(min(waiting, self._house.settings.workers))
