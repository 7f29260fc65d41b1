"""What decisions ask for is there before the first one."""

from __future__ import annotations

from typing import Any

import pytest

from app.jobs.lifecycle import JobLifecycle
from app.services import Services, open_services
from kyc.evidence.repository import unseal_template
from kyc.risk.duplicate_faces import FaceIndex, catch_up
from storage.handlers import Lane
from tests.support.factories import applicant, onboarded
from tests.support.findings import OWNER, face


def test_a_process_that_starts_knows_the_faces_of_earlier_decisions(services: Services) -> None:
    onboarded(applicant(services))
    begun = open_services(services.settings)
    JobLifecycle(begun, Lane.ANALYSIS).prepare()
    index = begun.parts.resources.get(FaceIndex)
    assert len(index.search.nearest(face(OWNER.seed), 0.0)) == 1


def test_a_face_that_is_known_is_not_opened_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    onboarded(applicant(services))
    opened: list[object] = []

    def noted(*asked: Any) -> bytes:
        opened.append(asked)
        return unseal_template(*asked)

    monkeypatch.setattr("kyc.risk.duplicate_faces.unseal_template", noted)
    for _ in range(2):
        with services.reading() as context:
            catch_up(context)
    assert len(opened) == 1
