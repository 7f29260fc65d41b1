"""One process that analyses for others: what it needs before its first job, what it drops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from app.jobs import celery_worker, destroyed_faces
from app.jobs.celery_worker import CeleryWorker
from app.services import Services
from core.ids import new_id
from storage.handlers import Lane
from storage.keyring import KeysUnavailable
from storage.queue import enqueue
from tests.support.measure_text import KIND, Texts, registered
from tests.support.polling import soon


@pytest.fixture
def texts() -> Iterator[Texts]:
    """A job kind of the lane that such processes work on."""
    with registered(Lane.ANALYSIS) as known:
        yield known


@pytest.fixture(autouse=True)
def without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are measured without any."""

    def nothing(*_: Any) -> object:
        return object()

    for name in ("load_engines", "manifest_of", "exempt_loaded"):
        monkeypatch.setattr(celery_worker, name, nothing)


@contextmanager
def working(services: Services) -> Iterator[CeleryWorker]:
    worker = CeleryWorker(services.settings)
    try:
        yield worker
    finally:
        worker.close()


def queued(services: Services, texts: Texts) -> UUID:
    subject = new_id()
    texts.texts[subject] = "four"
    with services.transaction() as context:
        enqueue(context, KIND, subject)
    return subject


def test_it_starts_while_keys_are_away_and_claims_nothing(services: Services, texts: Texts) -> None:
    subject = queued(services, texts)
    texts.defect = KeysUnavailable()
    with working(services) as worker:
        worker.run_once()
        assert texts.lengths == {}
        texts.defect, texts.prepared = None, 0
        worker.run_once()  # prepares what was away
        assert texts.lengths == {}
        worker.run_once()
    assert texts.lengths == {subject: 4}


def test_it_drops_destroyed_faces_between_its_jobs(
    services: Services, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[object] = []
    monkeypatch.setattr(destroyed_faces, "EVERY_S", 0.01)
    monkeypatch.setattr(destroyed_faces, "forget_destroyed_faces", dropped.append)
    with working(services) as worker:
        assert soon(lambda: bool(dropped))
        subject = queued(services, texts)
        worker.run_once()
        before = len(dropped)
        assert soon(lambda: len(dropped) > before)
    assert texts.lengths == {subject: 4}
