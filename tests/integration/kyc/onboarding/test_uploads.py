"""Uploads in chunks: resumed, bounded, swept, and evidence once they are whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.jobs.maintenance import Maintenance
from app.services import Services
from core.errors import NotFound
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.models import Evidence, Upload
from kyc.evidence.types import FACE_VIDEO, LICENCE
from kyc.onboarding.challenges import ChallengeUnusable, issue_challenge
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.onboarding.uploads import (
    AppendChunk,
    BeginUpload,
    append_chunk,
    begin_upload,
    cancel_upload,
    own_upload,
)
from kyc.policy import OnboardingPolicy, UploadPolicy
from privacy.destruction import AGAIN
from storage.chunks import (
    ChunkTooSmall,
    OffsetWrong,
    UploadDamaged,
    UploadDead,
    UploadsOpen,
    UploadTooLarge,
)
from storage.handlers import Lane
from storage.media import FolderMedia, StoreUnavailable
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, started
from tests.support.jobs import work_off, work_off_by_performing
from tests.support.media import media_files

CONTENT = os.urandom(250_000)
PART = 70_000
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody who sends."""
    return applicant(services)


@pytest.fixture
def onboarding(owner: Applicant) -> UUID:
    """Their onboarding."""
    return started(owner)


def begun(owner: Applicant, onboarding: UUID, **changed: object) -> UUID:
    fields = {"kind": LICENCE.kind, "length": len(CONTENT), "sha256": SHA, **changed}
    command = BeginUpload(onboarding_id=onboarding, **fields)  # type: ignore[arg-type]
    with owner.acting() as context:
        return begin_upload(context, command).id


def appended(
    owner: Applicant, onboarding: UUID, upload: UUID, offset: int, content: bytes
) -> Upload:
    with owner.acting() as context:
        return append_chunk(context, AppendChunk(onboarding, upload, offset, content))


def parts() -> Iterator[tuple[int, bytes]]:
    for offset in range(0, len(CONTENT), PART):
        yield offset, CONTENT[offset : offset + PART]


def test_the_whole_becomes_evidence(services: Services, owner: Applicant, onboarding: UUID) -> None:
    upload = begun(owner, onboarding)
    for offset, part in parts():
        row = appended(owner, onboarding, upload, offset, part)
        assert row.received == offset + len(part)
    assert row.evidence_id is not None
    with services.reading() as context:
        evidence = context.session.get_one(Evidence, row.evidence_id)
        assert (evidence.kind, evidence.size) == (LICENCE.kind, len(CONTENT))
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert [file.name for file in media_files(services)] == [row.evidence_id.hex]
    assert work_off(services) == 1


def test_parts_go_once_the_store_is_back(
    services: Services,
    clock: MovableClock,
    owner: Applicant,
    onboarding: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = begun(owner, onboarding)

    def away(*_: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(FolderMedia, "delete", away)
        for offset, part in parts():
            row = appended(owner, onboarding, upload, offset, part)
        assert row.evidence_id is not None
        work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert len(media_files(services)) > 1
    clock.advance(AGAIN)
    assert Maintenance(services).expire()
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert [file.name for file in media_files(services)] == [row.evidence_id.hex]


def test_a_chunk_that_lost_its_answer_is_told_where_the_upload_stands(
    owner: Applicant, onboarding: UUID
) -> None:
    upload = begun(owner, onboarding)
    appended(owner, onboarding, upload, 0, CONTENT[:PART])
    with pytest.raises(OffsetWrong):
        appended(owner, onboarding, upload, 0, CONTENT[:PART])
    with owner.acting() as context:
        assert own_upload(context, onboarding, upload).received == PART


def test_what_is_damaged_or_too_large_begins_anew(
    services: Services, owner: Applicant, onboarding: UUID
) -> None:
    upload = begun(owner, onboarding)
    with pytest.raises(UploadTooLarge):
        appended(owner, onboarding, upload, 0, CONTENT + b"x")
    with pytest.raises(UploadDamaged):
        appended(owner, onboarding, upload, 0, bytes(len(CONTENT)))
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert media_files(services) == []
    with owner.acting() as context:
        assert own_upload(context, onboarding, upload).received == 0
    row = appended(owner, onboarding, upload, 0, CONTENT)
    assert row.evidence_id is not None
    assert appended(owner, onboarding, upload, len(CONTENT), b"").evidence_id == row.evidence_id


@pytest.mark.parametrize("length", [0, -1, 20_971_521])
def test_a_length_outside_the_limits_is_refused(
    owner: Applicant, onboarding: UUID, length: int
) -> None:
    with pytest.raises(UploadTooLarge):
        begun(owner, onboarding, length=length)


def test_a_kind_that_nobody_registered_is_not_found(owner: Applicant, onboarding: UUID) -> None:
    with pytest.raises(NotFound):
        begun(owner, onboarding, kind="passport")


def drawn(owner: Applicant, onboarding: UUID) -> UUID:
    with owner.acting() as context:
        return issue_challenge(context, onboarding, ChallengeKind.FACE).id


def filmed(owner: Applicant, onboarding: UUID, challenge: UUID, **changed: object) -> UUID:
    """An upload of a video that answers a challenge."""
    return begun(owner, onboarding, kind=FACE_VIDEO.kind, challenge_id=challenge, **changed)


def test_a_video_answers_its_challenge_once(owner: Applicant, onboarding: UUID) -> None:
    challenge = drawn(owner, onboarding)
    first = filmed(owner, onboarding, challenge)
    row = appended(owner, onboarding, first, 0, CONTENT)
    assert row.evidence_id is not None
    with pytest.raises(ChallengeUnusable):
        filmed(owner, onboarding, challenge)


def test_a_video_that_began_in_time_may_arrive_late(
    services: Services, clock: MovableClock, owner: Applicant, onboarding: UUID
) -> None:
    upload = filmed(owner, onboarding, drawn(owner, onboarding))
    appended(owner, onboarding, upload, 0, CONTENT[:PART])
    clock.advance(seconds=3 * services.parts.policy.section(OnboardingPolicy).challenge_s)
    assert appended(owner, onboarding, upload, PART, CONTENT[PART:]).evidence_id is not None


def test_an_upload_that_begins_late_answers_nothing(
    services: Services, clock: MovableClock, owner: Applicant, onboarding: UUID
) -> None:
    challenge = drawn(owner, onboarding)
    clock.advance(seconds=services.parts.policy.section(OnboardingPolicy).challenge_s)
    with pytest.raises(ChallengeUnusable):
        filmed(owner, onboarding, challenge)


def test_without_a_hash_nothing_is_fixed_and_the_upload_ends_with_the_challenge(
    services: Services, clock: MovableClock, owner: Applicant, onboarding: UUID
) -> None:
    upload = filmed(owner, onboarding, drawn(owner, onboarding), sha256=None)
    appended(owner, onboarding, upload, 0, CONTENT[:PART])
    clock.advance(seconds=services.parts.policy.section(OnboardingPolicy).challenge_s)
    with pytest.raises(UploadDead):
        appended(owner, onboarding, upload, PART, CONTENT[PART:])
    assert Maintenance(services).expire()


def test_what_is_recorded_again_in_time_takes_the_place_of_the_first(
    services: Services, clock: MovableClock, owner: Applicant, onboarding: UUID
) -> None:
    challenge, again = drawn(owner, onboarding), CONTENT[::-1]
    first = filmed(owner, onboarding, challenge)
    second = filmed(owner, onboarding, challenge, sha256=hashlib.sha256(again).hexdigest())
    clock.advance(seconds=services.parts.policy.section(OnboardingPolicy).challenge_s)
    with pytest.raises(UploadDead):
        appended(owner, onboarding, first, 0, CONTENT)
    with owner.acting() as context:
        cancel_upload(context, onboarding, first)
    assert appended(owner, onboarding, second, 0, again).evidence_id is not None


def test_an_upload_of_before_challenges_were_held_is_dead(
    services: Services, owner: Applicant, onboarding: UUID
) -> None:
    upload = filmed(owner, onboarding, drawn(owner, onboarding))
    with services.transaction() as context:
        context.session.get_one(Upload, upload).challenge_id = None
    with pytest.raises(UploadDead):
        appended(owner, onboarding, upload, 0, CONTENT)


def test_what_is_held_for_an_upload_is_answered_by_nothing_else_after_its_time(
    services: Services, clock: MovableClock, owner: Applicant, onboarding: UUID
) -> None:
    challenge = drawn(owner, onboarding)
    filmed(owner, onboarding, challenge)
    clock.advance(seconds=services.parts.policy.section(OnboardingPolicy).challenge_s)
    command = SubmitEvidence(onboarding, FACE_VIDEO.kind, CONTENT, challenge)
    with owner.acting() as context, pytest.raises(ChallengeUnusable):
        submit_evidence(context, command)


def test_strangers_find_nothing(services: Services, owner: Applicant, onboarding: UUID) -> None:
    upload = begun(owner, onboarding)
    stranger = applicant(services, "13800000002")
    elsewhere = started(stranger)
    for caller, place in ((stranger, onboarding), (stranger, elsewhere)):
        with pytest.raises(NotFound):
            appended(caller, place, upload, 0, CONTENT)


def test_open_uploads_are_bounded_and_may_be_cancelled(
    services: Services, owner: Applicant, onboarding: UUID
) -> None:
    uploads = [
        begun(owner, onboarding)
        for _ in range(services.parts.policy.section(UploadPolicy).max_open)
    ]
    with pytest.raises(UploadsOpen):
        begun(owner, onboarding)
    appended(owner, onboarding, uploads[0], 0, CONTENT[:PART])
    assert len(media_files(services)) == 1
    with owner.acting() as context:
        cancel_upload(context, onboarding, uploads[0])
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert media_files(services) == []
    with owner.acting() as context, pytest.raises(NotFound):
        own_upload(context, onboarding, uploads[0])
    begun(owner, onboarding)


def test_what_is_never_finished_is_cleared(
    services: Services, clock: MovableClock, owner: Applicant, onboarding: UUID
) -> None:
    upload = begun(owner, onboarding)
    appended(owner, onboarding, upload, 0, CONTENT[:PART])
    minutes = services.parts.policy.section(OnboardingPolicy).expires_min
    clock.advance(timedelta(minutes=minutes))
    with pytest.raises(UploadDead):
        appended(owner, onboarding, upload, PART, CONTENT[PART:])
    assert len(media_files(services)) == 1
    assert Maintenance(services).expire()
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert media_files(services) == []
    with services.reading() as context:
        assert context.session.scalars(sa.select(Upload)).all() == []


def test_a_chunk_has_a_least_size_unless_it_is_the_last(
    services: Services, owner: Applicant, onboarding: UUID
) -> None:
    least = services.parts.policy.section(UploadPolicy).min_part_bytes
    upload = begun(owner, onboarding, length=least + 1, sha256=None)
    with pytest.raises(ChunkTooSmall):
        appended(owner, onboarding, upload, 0, bytes(least - 1))
    appended(owner, onboarding, upload, 0, bytes(least))
    assert appended(owner, onboarding, upload, least, b"1").evidence_id is not None
