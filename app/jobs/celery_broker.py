"""Analyses on many machines: Celery carries the news that work is due.

A message names no job and nobody: the process that receives it takes the job with the longest
wait. The row stays the truth, so that a broker may lose every message: what is due is announced
again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog

from app.services import Services
from app.settings import Settings
from storage import queue
from storage.handlers import Lane

log = structlog.get_logger()

QUEUE, DUE = "kaihu.analyses", "kaihu.analyse_what_is_due"
LOADING_S = 120  # that a process may take to load its models
SETTLING_S = 10  # that a process may take to end an analysis whose time is over
CONNECT_S = 1  # that a request waits for a broker that does not answer
ANNOUNCE_AGAIN_S = 2.0  # between two announcements of what no process has begun


def celery_app(settings: Settings) -> Any:
    """The Celery application of these settings; its task is defined where it is done."""
    from celery import Celery  # only installations with a broker pay for it

    celery = Celery("kaihu", broker=settings.broker_url)
    celery.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_soft_time_limit=settings.job_seconds,
        task_time_limit=settings.job_seconds + SETTLING_S,
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
    """Announces work. Without a broker the message is lost, and the row waits."""

    def __init__(self, settings: Settings) -> None:
        self._celery = celery_app(settings)

    def announce(self, count: int) -> None:
        """Send so many messages."""
        from kombu.exceptions import OperationalError

        try:
            for _ in range(count):
                self._celery.send_task(DUE, retry=False)
        except OperationalError as error:
            log.warning("broker unavailable", error=str(error))

    def announce_what_is_queued(self, services: Services) -> None:
        """From now on announce every job when its transaction is committed."""
        services.database.after_commit_of(queue.Job, self.announce)


class JobNotifier:
    """Announces again what waits: a task of the worker beside a broker."""

    def __init__(self, services: Services) -> None:
        self._services, self._announcer = services, Announcer(services.settings)
        self._again_at = 0.0

    def warm_up(self, notify: Callable[[], None]) -> None:
        """Nothing is to be loaded here, and nothing ends."""

    def run_once(self, *, claiming: bool) -> bool:
        """One message for each process that may be idle: more would only lie in the broker."""
        if not claiming or time.monotonic() < self._again_at:
            return False
        self._again_at = time.monotonic() + ANNOUNCE_AGAIN_S
        with self._services.reading() as context:
            waiting = queue.overdue(context, Lane.ANALYSIS, ANNOUNCE_AGAIN_S)
        self._announcer.announce(min(waiting, self._services.settings.workers))
        return waiting > 0

    def next_round_at(self) -> float:
        """When work is to be announced again, by `time.monotonic`."""
        return self._again_at

    def is_idle(self) -> bool:
        """Whether nothing is under way: always."""
        return True

    def close(self) -> None:
        """Nothing is to be ended here."""
