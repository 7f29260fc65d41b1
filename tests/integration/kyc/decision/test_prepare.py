"""What decisions ask for is there before the first one."""

from __future__ import annotations

from app.jobs.lifecycle import JobLifecycle
from app.services import Services, open_services
from kyc.risk.duplicate_faces import FaceIndex
from storage.handlers import Lane
from tests.support.factories import applicant, onboarded
from tests.support.findings import OWNER, face


def test_a_process_that_starts_knows_the_faces_of_earlier_decisions(services: Services) -> None:
    onboarded(applicant(services))
    begun = open_services(services.settings)
    JobLifecycle(begun, Lane.ANALYSIS).prepare()
    index = begun.parts.resources.get(FaceIndex)
    assert len(index.search.nearest(face(OWNER.seed), 0.0)) == 1
