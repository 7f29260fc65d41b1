"""A machine that analyses for others: Celery's worker, each of its processes with the models."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from celery.signals import worker_process_init, worker_process_shutdown

from app.garbage import exempt_loaded
from app.jobs.analysis_pool import NICENESS, load_engines
from app.jobs.celery_broker import DUE, celery_app
from app.jobs.destroyed_faces import DestroyedFaceRemover
from app.jobs.lifecycle import PASSING, RENEW_S, ClaimedJob, JobLifecycle
from app.logging import configure_logging
from app.model_store import manifest_of
from app.services import open_services
from app.settings import Settings
from app.tracing import start_tracing
from kyc.analysis.manifest import ModelManifest
from storage.handlers import Lane

log = structlog.get_logger()


class CeleryWorker:
    """One process: claims what is due, analyses it, stores the finding."""

    def __init__(self, settings: Settings) -> None:
        services = open_services(settings)
        services.parts.resources.add(ModelManifest, manifest_of(settings.models))
        self._lifecycle = JobLifecycle(services, Lane.ANALYSIS)
        self._engines = load_engines(settings.models, settings.policy, settings.workers)
        self._busy = threading.Lock()
        self._prepared = self._prepare()
        exempt_loaded()
        self._remover = DestroyedFaceRemover(services, self._busy)
        self._remover.start()

    def run_once(self) -> None:
        """Do the job with the longest wait, if any; none before what it asks for is loaded."""
        with self._busy:
            self._run_once()

    def close(self) -> None:
        """Return once nothing is done any more."""
        self._remover.stop()

    def _run_once(self) -> None:
        if not self._prepared:
            self._prepared = self._prepare()
            return
        job = self._lifecycle.claim()
        if job is None:
            return
        with self._lease_held(job):
            self._lifecycle.complete(job.claim, lambda: job.perform(job.work, self._engines))

    def _prepare(self) -> bool:
        """Whether all is loaded. What is away is tried again with the next announcement of work."""
        try:
            return self._lifecycle.prepare()
        except PASSING as error:
            log.warning("jobs wait to be prepared", error=type(error).__name__)
            return False

    @contextmanager
    def _lease_held(self, job: ClaimedJob) -> Iterator[None]:
        """The lease renewed, from a thread, for as long as the analysis takes."""
        done = threading.Event()

        def renew() -> None:
            while not done.wait(RENEW_S):
                self._lifecycle.renew([job.claim])

        renewing = threading.Thread(target=renew, daemon=True)
        renewing.start()
        try:
            yield
        finally:
            done.set()
            renewing.join()
            job.span.end()


def run_analysts(settings: Settings) -> None:
    """Serve the broker of these settings until SIGTERM."""
    celery = celery_app(settings)
    workers: list[CeleryWorker] = []  # one, in each process

    def load(**_: object) -> None:
        os.nice(NICENESS)
        configure_logging()
        start_tracing(settings, "analyst")
        workers.append(CeleryWorker(settings))

    def analyse_what_is_due() -> None:
        workers[0].run_once()

    def close(**_: object) -> None:
        for worker in workers:
            worker.close()

    worker_process_init.connect(load, weak=False)
    worker_process_shutdown.connect(close, weak=False)
    celery.task(name=DUE)(analyse_what_is_due)
    quiet = ["--without-gossip", "--without-mingle", "--loglevel=warning"]
    celery.worker_main(["worker", "--pool=prefork", *quiet])
