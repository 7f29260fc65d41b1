"""Destroyed faces leave the memory of a process that waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.jobs.forgetting import FaceForgetting
from app.services import Services
from kyc.onboarding.consents import withdraw_consent
from kyc.risk.duplicate_faces import FaceIndex, catch_up
from privacy.kinds import ConsentKind
from tests.support.factories import applicant, onboarded
from tests.support.findings import face, numbered
from tests.support.polling import soon


@contextmanager
def forgetting(services: Services, busy: threading.Lock) -> Iterator[None]:
    running = FaceForgetting(services, busy)
    running.start()
    try:
        yield
    finally:
        running.stop()


def holds_the_face(services: Services) -> bool:
    return bool(services.parts.resources.get(FaceIndex).search.nearest(face(1), 0.0))


def test_a_destroyed_face_is_dropped_though_nobody_is_searched_for(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.forgetting.EVERY_S", 0.01)
    owner = applicant(services, "13800001001")
    onboarding = onboarded(owner, numbered(1).findings()).id
    with services.reading() as context:
        assert catch_up(context)
    busy = threading.Lock()
    with forgetting(services, busy), busy:
        with owner.acting() as context:
            withdraw_consent(context, onboarding, ConsentKind.BIOMETRIC)
        assert holds_the_face(services), "whoever is busy is not disturbed"
    with forgetting(services, busy):
        assert soon(lambda: not holds_the_face(services))


def test_what_fails_once_is_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.forgetting.EVERY_S", 0.01)
    tried: list[int] = []

    def fails_first(_: object) -> int:
        tried.append(len(tried))
        if len(tried) == 1:
            raise RuntimeError("the database is away")
        return 0

    monkeypatch.setattr("app.jobs.forgetting.forget_destroyed_faces", fails_first)
    with forgetting(services, threading.Lock()):
        assert soon(lambda: len(tried) > 1)
