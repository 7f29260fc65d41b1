"""Jobs in hand: taken when due, kept when found out, whoever carries them in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError
from dataclasses import dataclass
from typing import Any

import structlog
from opentelemetry.trace import Span
from pebble import ProcessExpired

from app.services import House
from app.tracing import job_span
from app.model_store import verify
from audit.writer import sequence, unsequenced
from kyc import jobs as work
from kyc.analysis.analyser import Finding
from storage import queue as jobs
from storage.media import MediaMissing

log = structlog.get_logger()

LEASE_S, RENEW_S = 10.0, 3.0  # how soon a dead worker's jobs are done by another
SEQUENCE_S = 0.5  # between two times that new audit events get their places in the log
FAILED = Finding(("analysis_failed",))


@dataclass(frozen=True)
class Taken:
    """A claimed job, what is to be analysed, and the span that it is part of."""

    claim: jobs.Claim
    content: bytes
    asked: dict[str, Any]
    span: Span


class Hands:
    """The two ends of a job. The row says who holds it; nothing is recorded without its lease."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._models = {
            name: str(row["sha256"])[:12] for name, row in verify(house.settings.models).items()
        }

    def take(self) -> Taken | None:
        """The job that waits longest; None where none is due.

        One that cost too many workers, or whose file is gone, ends here as a review.
        Raises `StoreUnavailable`; the job waits on.
        """
        with self._house.database.reading() as session:
            if jobs.due(session) is None:
                return None
        with self._house.database.transaction() as session:
            claim = jobs.claim(session, LEASE_S)
            if claim is None:
                return None
            hopeless = jobs.poisoned(session, claim)
            try:
                content, asked = work.brief(session, self._house.desk, claim.kind, claim.subject_id)
            except MediaMissing as error:
                log.error("media missing", media=str(error))
                hopeless = True
        span = job_span(claim)
        if not hopeless:
            return Taken(claim, content, asked, span)
        self.keep(claim, FAILED, "poisoned")
        span.end()
        return self.take()

    def renew(self, claims: Sequence[jobs.Claim]) -> None:
        """Say that whoever holds these claims lives."""
        with self._house.database.transaction() as session:
            jobs.renew(session, claims, LEASE_S)

    def keep(self, claim: jobs.Claim, finding: Finding, state: str = "done") -> None:
        """Record a finding and end its job, unless another has taken the job over."""
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

    def settle(self, claim: jobs.Claim, found: Callable[[], Finding]) -> None:
        """Keep what was found, however it ended."""
        try:
            finding = found()
        except (ProcessExpired, TimeoutError) as error:
            self._died(claim, error)
        except Exception as error:  # an engine's defect must end as a review, not as silence
            log.error("analysis failed", job=str(claim.job_id), error=type(error).__name__)
            self.keep(claim, FAILED, "poisoned")
        else:
            self.keep(claim, finding)

    def _died(self, claim: jobs.Claim, error: Exception) -> None:
        """Whoever analysed died in it: the job waits for another, or ends as a review."""
        log.warning("worker died", job=str(claim.job_id), error=type(error).__name__)
        with self._house.database.transaction() as session:
            if not jobs.holds(session, claim) or not jobs.died(session, claim):
                return
        self.keep(claim, FAILED, "poisoned")

    def _models_of(self, kind: str) -> dict[str, str]:
        rooms = {
            "face_video": ("face/",),
            "voice_clip": ("voice/",),
            "call": ("voice/",),
            "id_card_front": ("ocr/", "face/"),
        }
        wanted = rooms.get(kind, ("ocr/",))
        return {name: sha for name, sha in self._models.items() if name.startswith(wanted)}


class Sequencer:
    """Gives new audit events their places in the log, every half second."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._at = 0.0

    def when_due(self) -> bool:
        """Whether anything was sequenced."""
        if time.monotonic() < self._at:
            return False
        self._at = time.monotonic() + SEQUENCE_S
        return self.now()

    def now(self) -> bool:
        with self._house.database.reading() as session:
            if not unsequenced(session):
                return False
        with self._house.database.transaction() as session:
            return sequence(session, self._house.signer) > 0
