"""Destroyed faces leave the memory of a process that waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.jobs import destroyed_faces
from app.jobs.destroyed_faces import DestroyedFaceRemover
from app.services import Services
from kyc.onboarding.consents import withdraw_consent
from kyc.risk.duplicate_faces import FaceIndex, catch_up, forget_destroyed_faces
from privacy.kinds import ConsentKind
from storage.context import Context
from storage.keyring import KeysUnavailable
from tests.support.factories import applicant, onboarded
from tests.support.findings import face, numbered
from tests.support.polling import soon

EVERY_S = 0.01


@contextmanager
def running(services: Services, busy: threading.Lock) -> Iterator[None]:
    remover = DestroyedFaceRemover(services, busy)
    remover.start()
    try:
        yield
    finally:
        remover.stop()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What each call dropped, every hundredth of a second."""
    dropped: list[int] = []

    def counted(context: Context) -> int:
        dropped.append(forget_destroyed_faces(context))
        return dropped[-1]

    monkeypatch.setattr(destroyed_faces, "EVERY_S", EVERY_S)
    monkeypatch.setattr(destroyed_faces, "forget_destroyed_faces", counted)
    return dropped


def test_a_destroyed_face_is_dropped_though_nobody_searches(
    services: Services, calls: list[int]
) -> None:
    owner = applicant(services, "13800001001")
    onboarding = onboarded(owner, numbered(1).findings()).id
    with services.reading() as context:
        assert catch_up(context)
    with owner.acting() as context:
        withdraw_consent(context, onboarding, ConsentKind.BIOMETRIC)
    index = services.parts.resources.get(FaceIndex)
    assert index.search.nearest(face(1), 0.0)
    with running(services, threading.Lock()):
        assert soon(lambda: 1 in calls)
    assert not index.search.nearest(face(1), 0.0)


def test_it_waits_for_whoever_searches(services: Services, calls: list[int]) -> None:
    busy = threading.Lock()
    with running(services, busy):
        assert soon(lambda: bool(calls))
        with busy:
            before = len(calls)
            time.sleep(10 * EVERY_S)
            assert len(calls) == before
        assert soon(lambda: len(calls) > before)


@pytest.mark.parametrize("error", [KeysUnavailable, RuntimeError])
def test_what_fails_is_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception]
) -> None:
    tried: list[Context] = []

    def failing(context: Context) -> int:
        tried.append(context)
        raise error()

    monkeypatch.setattr(destroyed_faces, "EVERY_S", EVERY_S)
    monkeypatch.setattr(destroyed_faces, "forget_destroyed_faces", failing)
    with running(services, threading.Lock()):
        assert soon(lambda: len(tried) > 1)
