"""A machine that analyses for others: Celery's worker, each of its processes with the models."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from celery.signals import worker_process_init

from app.jobs.analysis_pool import YIELDING, load_analyst
from app.jobs.celery_broker import DUE, carrier
from app.jobs.lifecycle import RENEW_S, Hands, Taken
from app.services import open_house
from app.logging import configure_logs
from app.jobs.scheduling import keep_to_a_core
from app.settings import Settings
from app.tracing import start_traces
from storage.database import utc_now


class Station:
    """One process: takes what is due, analyses it, keeps what it found."""

    def __init__(self, settings: Settings) -> None:
        self._hands = Hands(open_house(settings))
        self._analyst = load_analyst(settings.models, settings.policy)

    def serve(self) -> None:
        """Do the job that waits longest, if any."""
        taken = self._hands.take()
        if taken is None:
            return
        kind, today = taken.claim.kind, utc_now().date()
        with self._held(taken):
            self._hands.settle(
                taken.claim,
                lambda: self._analyst.analyse(kind, taken.content, taken.asked, today),
            )

    @contextmanager
    def _held(self, taken: Taken) -> Iterator[None]:
        """The lease renewed, from a thread, for as long as the analysis takes."""
        done = threading.Event()

        def renew() -> None:
            while not done.wait(RENEW_S):
                self._hands.renew([taken.claim])

        renewing = threading.Thread(target=renew, daemon=True)
        renewing.start()
        try:
            yield
        finally:
            done.set()
            renewing.join()
            taken.span.end()


def run_analysts(settings: Settings) -> None:
    """Serve the broker of these settings until SIGTERM."""
    celery = carrier(settings)
    stations: list[Station] = []  # one, in each process

    def load(**_: object) -> None:
        os.nice(YIELDING)
        keep_to_a_core(settings.workers)
        configure_logs()
        start_traces(settings, "analyst")
        stations.append(Station(settings))

    def analyse_what_is_due() -> None:
        stations[0].serve()

    worker_process_init.connect(load, weak=False)
    celery.task(name=DUE)(analyse_what_is_due)
    quiet = ["--without-gossip", "--without-mingle", "--loglevel=warning"]
    celery.worker_main(["worker", "--pool=prefork", *quiet])
