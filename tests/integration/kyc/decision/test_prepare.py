"""What decisions ask for is there before the first one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.jobs.lifecycle import JobLifecycle
from app.services import Services, open_services
from kyc.analysis.findings import TemplateKind
from kyc.evidence.models import Template
from kyc.evidence.repository import unseal_template
from kyc.onboarding.consents import withdraw_consent
from kyc.risk.duplicate_faces import FaceIndex, catch_up, forget_destroyed_faces
from privacy.kinds import ConsentKind
from storage.handlers import Lane
from storage.keyring import KeysUnavailable
from tests.support.factories import Applicant, applicant, onboarded
from tests.support.findings import face, numbered

THREE = (1, 2, 3)


def held(services: Services) -> int:
    """How many faces a process's index holds."""
    index = services.parts.resources.get(FaceIndex)
    return len({key for seed in THREE for key, _ in index.search.nearest(face(seed), 0.0)})


def prepared(services: Services) -> Services:
    """A process that was started just now, beside another; on a busy machine in several parts."""
    begun = open_services(services.settings, services.parts.clock)
    lifecycle = JobLifecycle(begun, Lane.ANALYSIS)
    while not lifecycle.prepare():
        pass
    return begun


@pytest.fixture
def three(services: Services) -> list[tuple[Applicant, UUID]]:
    """Three people of whom each was decided on."""
    found = []
    for seed in THREE:
        owner = applicant(services, f"1380000100{seed}")
        found.append((owner, onboarded(owner, numbered(seed).findings()).id))
    return found


def test_a_process_that_starts_knows_the_faces_of_earlier_decisions(
    services: Services, three: list[tuple[Applicant, UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kyc.risk.duplicate_faces.AT_ONCE", 1)
    assert held(prepared(services)) == len(three)


def test_a_face_that_does_not_open_keeps_no_other_out(
    services: Services, three: list[tuple[Applicant, UUID]]
) -> None:
    with services.transaction() as context:
        faces = sa.select(Template).where(Template.kind == TemplateKind.FACE)
        next(iter(context.session.scalars(faces))).sealed = b"damaged"
    assert held(prepared(services)) == len(three) - 1


@pytest.mark.usefixtures("three")
def test_a_face_that_is_known_is_not_loaded_again(services: Services) -> None:
    begun = prepared(services)
    asked: list[str] = []
    sa.event.listen(begun.database.engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    with begun.reading() as context:
        catch_up(context)
    assert any("FROM templates" in statement for statement in asked)
    assert not any("templates.sealed" in statement for statement in asked)


def test_many_faces_are_brought_in_by_parts(
    services: Services, three: list[tuple[Applicant, UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kyc.decision.prepare.PART_S", 0.0)
    begun = open_services(services.settings, services.parts.clock)
    lifecycle = JobLifecycle(begun, Lane.ANALYSIS)
    assert not lifecycle.prepare()
    assert held(begun) == 1
    assert not lifecycle.prepare()
    assert held(begun) == 2
    with begun.reading() as context:
        assert catch_up(context), "a search brings in whatever is missing"
    assert held(begun) == len(three)


def test_a_start_that_failed_half_way_keeps_no_destroyed_face(
    services: Services, three: list[tuple[Applicant, UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []

    def fails_at_the_second(*asked: Any) -> bytes:
        opened.append(asked)
        if len(opened) > 1:
            raise KeysUnavailable
        return unseal_template(*asked)

    monkeypatch.setattr("kyc.risk.duplicate_faces.unseal_template", fails_at_the_second)
    begun = open_services(services.settings, services.parts.clock)
    with pytest.raises(KeysUnavailable):
        JobLifecycle(begun, Lane.ANALYSIS).prepare()
    assert held(begun) == 1
    for owner, onboarding in three:
        with owner.acting() as context:
            withdraw_consent(context, onboarding, ConsentKind.BIOMETRIC)
    with begun.reading() as context:
        assert forget_destroyed_faces(context) == 1
    assert held(begun) == 0
