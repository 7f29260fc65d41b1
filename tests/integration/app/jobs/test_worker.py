"""The worker process's loop: it runs every lane, says that it lives, and ends cleanly."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from app.jobs import worker as worker_module
from app.jobs.maintenance import Maintenance
from app.jobs.worker import Worker, tasks_of
from app.readiness import HEARTBEAT
from app.services import Services, open_services
from app.settings import Settings
from audit.models import AuditCheckpoint
from core.ids import new_id
from kyc.analysis.manifest import ModelManifest
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import LICENCE
from storage.handlers import Lane
from storage.queue import enqueue
from tests.support.factories import applicant, started, submitted
from tests.support.jobs import NO_WEIGHTS, NoPool
from tests.support.measure_text import KIND, Texts, registered

PATIENCE_S = 30.0


@pytest.fixture
def real_time(settings: Settings) -> Iterator[Services]:
    """Services on the clock of the machine."""
    opened = open_services(settings)
    opened.parts.resources.add(ModelManifest, NO_WEIGHTS)
    yield opened
    opened.database.dispose()


@contextmanager
def working(services: Services) -> Iterator[Worker]:
    """A worker at work, stopped with the block."""
    running = Worker(services.settings.var / HEARTBEAT, tasks_of(services), Maintenance(services))
    running.warm_up()
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        yield running
    finally:
        running.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_a_worker_does_jobs_of_its_lanes(
    real_time: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "AnalysisPool", NoPool)
    owner = applicant(real_time)
    lost = submitted(owner, started(owner), LICENCE.kind)
    real_time.parts.media.delete(lost)
    subject = new_id()
    with registered(Lane.HOUSEKEEPING) as texts:
        texts.texts[subject] = "four"
        with real_time.transaction() as context:
            enqueue(context, KIND, subject)
        with working(real_time):
            _wait_for(texts, subject)
            _wait_for_state(real_time, EvidenceState.REVIEW)
            heartbeat = real_time.settings.var / "worker.heartbeat"
            assert heartbeat.exists()
    assert not heartbeat.exists()
    with real_time.reading() as context:
        assert context.session.scalars(sa.select(AuditCheckpoint)).all(), "the log was sequenced"


def _wait_for(texts: Texts, subject: object) -> None:
    until = time.monotonic() + PATIENCE_S
    while subject not in texts.lengths and time.monotonic() < until:
        time.sleep(0.02)
    assert list(texts.lengths.values()) == [4]


def _wait_for_state(services: Services, state: EvidenceState) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with services.reading() as context:
            found = context.session.scalars(sa.select(Evidence.state)).one()
        if found is state:
            return
        time.sleep(0.02)
    pytest.fail(f"the evidence is {found}")
