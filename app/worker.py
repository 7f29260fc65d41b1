"""The worker: claims jobs, has processes that hold the models do them, records what they found.

The job row is the truth. The pool only carries it: when a process dies, the row is queued again
(three deaths and a person looks at it); when this process dies, the lease runs out.
"""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import Future, TimeoutError
from dataclasses import dataclass

import structlog
from opentelemetry.trace import Span
from pebble import ProcessExpired

from app.analysts import YIELDING, Analysts
from app.house import House, open_house, remember_policy
from app.logs import configure_logs
from app.priority import yield_session
from app.settings import Settings
from app.traces import job_span, start_traces
from app.webhooks import Herald
from app.weights import verify
from audit.log import sequence, unsequenced
from kyc import work
from kyc.analysis import Finding
from storage import jobs
from storage.database import utc_now
from storage.media import MediaMissing, StoreUnavailable

log = structlog.get_logger()

IDLE_S = 0.04
AWAY_S = 1.0  # between two looks at a store that is away
SEQUENCE_S = 0.5  # between two times that new audit events get their places in the log
LEASE_S, RENEW_S = 10.0, 3.0  # how soon a dead worker's jobs are done by another
AHEAD = 1  # analyses laid ready, so that no process waits for the next to be claimed


@dataclass(frozen=True)
class _Running:
    claim: jobs.Claim
    result: Future[Finding]
    span: Span


class Worker:
    """Runs until `stop`; one analysis a process at a time."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        self._house = house
        self._stopping = threading.Event()
        self._models = {
            name: str(row["sha256"])[:12] for name, row in verify(settings.models).items()
        }
        self._analysts = Analysts(
            settings.models, settings.policy, settings.workers, settings.recycle_after
        )
        self._running: list[_Running] = []
        self._renew_at = self._sequence_at = 0.0

    def warm_up(self) -> None:
        """Return once every process has loaded its models."""
        self._analysts.warm_up()

    def run(self) -> None:
        heartbeat = self._house.settings.var / "worker.heartbeat"
        while not self._stopping.is_set():
            heartbeat.touch()
            self._renew()
            try:
                busy = self._collect() | self._claim() | self._sequence()
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
        self._sequence_now()
        self._analysts.close()

    def stop(self) -> None:
        """Finish what was begun, claim nothing more."""
        self._stopping.set()

    def _claim(self) -> bool:
        if len(self._running) >= self._house.settings.workers + AHEAD:
            return False
        seconds = self._house.settings.job_seconds
        with self._house.database.reading() as session:
            if jobs.due(session) is None:
                return False
        with self._house.database.transaction() as session:
            claim = jobs.claim(session, LEASE_S)
            if claim is None:
                return False
            hopeless = jobs.poisoned(session, claim)
            try:
                content, asked = work.brief(session, self._house.desk, claim.kind, claim.subject_id)
            except MediaMissing as error:
                log.error("media missing", media=str(error))
                hopeless = True
        span = job_span(claim)
        if hopeless:
            self._record(claim, Finding(("analysis_failed",)), "poisoned")
            span.end()
            return True
        result = self._analysts.analyse(claim.kind, content, asked, utc_now().date(), seconds)
        self._running.append(_Running(claim, result, span))
        return True

    def _renew(self) -> None:
        if self._running and time.monotonic() >= self._renew_at:
            self._renew_at = time.monotonic() + RENEW_S
            with self._house.database.transaction() as session:
                jobs.renew(session, [running.claim for running in self._running], LEASE_S)

    def _collect(self) -> bool:
        finished = [running for running in self._running if running.result.done()]
        for running in finished:
            self._running.remove(running)
            self._finish(running)
            running.span.end()
        return bool(finished)

    def _finish(self, running: _Running) -> None:
        claim = running.claim
        try:
            finding = running.result.result()
        except (ProcessExpired, TimeoutError) as error:
            log.warning("worker died", job=str(claim.job_id), error=type(error).__name__)
            with self._house.database.transaction() as session:
                if not jobs.holds(session, claim) or not jobs.died(session, claim):
                    return
            self._record(claim, Finding(("analysis_failed",)), "poisoned")
        except Exception as error:  # an engine's defect must end as a review, not as silence
            log.error("analysis failed", job=str(claim.job_id), error=type(error).__name__)
            self._record(claim, Finding(("analysis_failed",)), "poisoned")
        else:
            self._record(claim, finding, "done")

    def _record(self, claim: jobs.Claim, finding: Finding, state: str) -> None:
        with self._house.database.transaction() as session:
            if not jobs.holds(session, claim):
                return
            models = self._models_of(claim.kind)
            work.record(session, self._house.desk, claim.kind, claim.subject_id, finding, models)
            jobs.finish(session, claim, state)
        log.info(
            "job done",
            job=str(claim.job_id),
            kind=claim.kind,
            seconds=round(finding.seconds, 3),
            state=state,
        )

    def _models_of(self, kind: str) -> dict[str, str]:
        rooms = {
            "face_video": ("face/",),
            "voice_clip": ("voice/",),
            "call": ("voice/",),
            "id_card_front": ("ocr/", "face/"),
        }
        wanted = rooms.get(kind, ("ocr/",))
        return {name: sha for name, sha in self._models.items() if name.startswith(wanted)}

    def _sequence(self) -> bool:
        if time.monotonic() < self._sequence_at:
            return False
        self._sequence_at = time.monotonic() + SEQUENCE_S
        return self._sequence_now()

    def _sequence_now(self) -> bool:
        with self._house.database.reading() as session:
            if not unsequenced(session):
                return False
        with self._house.database.transaction() as session:
            return sequence(session, self._house.signer) > 0


def run_worker(settings: Settings) -> None:
    """The worker process: load, say ready, work until SIGTERM."""
    configure_logs()
    yield_session(YIELDING)
    start_traces(settings, "worker")
    house = open_house(settings)
    remember_policy(house)
    worker = Worker(house)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    signal.signal(signal.SIGINT, lambda *_: worker.stop())
    worker.warm_up()
    herald = Herald(house.database, settings.webhook_url, settings.webhook_secret)
    if settings.webhook_url:
        herald.start()
    worker.run()
    if settings.webhook_url:
        herald.stop()
