"""Evidence is sealed and queued, replaces what its slot held, and leaves nothing when it fails."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.services import Services
from core.errors import NotFound
from kyc.evidence.models import Evidence, IssuedChallenge
from kyc.evidence.repository import current_evidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import LICENCE, VOICE_CLIP
from kyc.onboarding import submit
from kyc.onboarding.models import Onboarding
from kyc.onboarding.submit import (
    EvidenceLimit,
    FileEmpty,
    QueueFull,
    SubmitEvidence,
    submit_evidence,
)
from kyc.policy import UploadPolicy
from storage.policy import QueuePolicy
from storage.queue import Job, JobState, enqueue
from tests.support.factories import applicant, onboarded, started, submitted
from tests.support.findings import NUMBER, OWNER
from tests.support.jobs import work_off
from tests.support.media import media_files

SECRETS = (OWNER.name, NUMBER, "13800000001")


def test_evidence_that_is_sent_again_replaces_what_the_slot_held(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    first = submitted(owner, onboarding, LICENCE.kind)
    second = submitted(owner, onboarding, LICENCE.kind)
    with services.reading() as context:
        assert current_evidence(context, onboarding)[LICENCE.kind].id == second
        assert context.session.get_one(Evidence, first).state is EvidenceState.SUPERSEDED
    assert work_off(services) == 1, "what was replaced is not analysed"
    with services.reading() as context:
        assert context.session.get_one(Evidence, second).state is EvidenceState.ACCEPTED


def test_the_same_bytes_again_are_the_upload_that_is_there(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    sent = [submitted(owner, onboarding, LICENCE.kind, b"photo") for _ in range(2)]
    assert sent[0] == sent[1]


def test_a_kind_that_nobody_registered_is_not_found(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    with owner.acting() as context, pytest.raises(NotFound):
        submit_evidence(context, SubmitEvidence(onboarding, "passport", b"photo"))


def test_when_more_wait_than_can_be_served_nothing_is_taken(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, LICENCE.kind)
    limit = services.parts.policy.section(QueuePolicy).max_waiting_jobs
    with services.transaction() as context:
        job = context.session.scalars(sa.select(Job)).one()
        for _ in range(limit - 1):
            enqueue(context, job.kind, job.subject_id)
    with owner.acting() as context, pytest.raises(QueueFull):
        submit_evidence(context, SubmitEvidence(onboarding, LICENCE.kind, b"more"))
    assert len(media_files(services)) == 1


def test_an_upload_that_fails_leaves_no_file(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = applicant(services)
    onboarding = started(owner)

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk went away")

    monkeypatch.setattr(submit, "enqueue", broken)
    with pytest.raises(OSError, match="went away"):
        submitted(owner, onboarding, LICENCE.kind)
    assert media_files(services) == []
    with services.reading() as context:
        assert context.session.scalars(sa.select(Evidence)).all() == []


def test_personal_data_lies_sealed(services: Services) -> None:
    onboarded(applicant(services))
    with services.reading() as context:
        for table in ("applicants", "evidence", "checks", "audit_events", "templates"):
            rows = context.session.execute(sa.text(f"SELECT * FROM {table}")).all()  # noqa: S608
            assert rows
            values = [value for row in rows for value in row]
            text = str([bytes(v) if isinstance(v, memoryview) else v for v in values])
            for secret in SECRETS:
                assert secret not in text
                assert str(secret.encode())[2:-1] not in text
    files = media_files(services)
    assert len(files) == 5
    for content in (file.read_bytes() for file in files):
        assert b"licence" not in content
        assert b"face_video" not in content


def test_an_empty_file_uses_nothing_up_and_is_compared_with_nothing(services: Services) -> None:
    for phone in ("13800000001", "13800000002"):
        owner = applicant(services, phone)
        onboarding = started(owner)
        for _ in range(2):
            with pytest.raises(FileEmpty):
                submitted(owner, onboarding, VOICE_CLIP.kind, b"")
    with services.reading() as context:
        assert context.session.scalars(sa.select(Evidence)).all() == []
        used = [row.used_at for row in context.session.scalars(sa.select(IssuedChallenge))]
    assert used == [None] * 4


def test_what_is_replaced_before_its_analysis_waits_no_longer_and_has_no_head_start(
    services: Services,
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    for _ in range(3):
        submitted(owner, onboarding, LICENCE.kind)
    with services.reading() as context:
        first, *replaced = context.session.scalars(sa.select(Job).order_by(Job.created_at))
        began = context.session.get_one(Onboarding, onboarding).started_at
    assert first.since == began
    assert all(job.since > began for job in replaced)
    assert [job.state for job in (first, *replaced)] == [
        JobState.DONE, JobState.DONE, JobState.QUEUED,
    ]  # fmt: skip


def test_one_onboarding_takes_so_many_files_and_no_more(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    limit = services.parts.policy.section(UploadPolicy).max_evidence
    for _ in range(limit):
        submitted(owner, onboarding, LICENCE.kind)
    with pytest.raises(EvidenceLimit):
        submitted(owner, onboarding, LICENCE.kind)
