"""What is kept is kept so long, whatever it is, and what went is proved by an event."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.jobs.maintenance import Maintenance
from app.retention import DailyRetention, delete_all_due, due_now
from app.services import Services
from app.tables import METADATA
from audit.actions import Action
from core.data_classes import Retention
from core.reasons import Reason
from kyc.evidence.models import Evidence, Upload
from kyc.evidence.types import FACE_VIDEO, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.onboarding.uploads import AppendChunk, BeginUpload, append_chunk, begin_upload
from kyc.verification.states import VerificationPurpose
from privacy.destruction import digest_of
from privacy.holds import place_hold
from privacy.policy import RetentionPolicy
from privacy.retention import RETENTION, RetentionRule
from storage.context import Context
from storage.handlers import Lane
from storage.queue import Job, JobState
from tests.support.clock import MovableClock
from tests.support.factories import applicant, confirmed, onboarded, started, submitted
from tests.support.findings import OWNER
from tests.support.jobs import work_off, work_off_by_performing
from tests.support.log import events


def test_every_kind_of_retention_has_a_rule_or_is_for_good() -> None:
    kept = {table.info["retention"] for table in METADATA.sorted_tables}
    ruled = {rule.keeps for rule in RETENTION.all()}
    assert kept - ruled == {Retention.PERMANENT}


def destroyed_kinds(services: Services) -> list[str]:
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    return [event.data["kind"] for event in events(services, Action.DATA_DESTROYED)]


def destroyed(services: Services, kind: str) -> bool:
    """Whether the files of a kind of evidence count as destroyed."""
    with services.reading() as context:
        query = sa.select(Evidence.file_destroyed_at).where(Evidence.kind == kind)
        return all(at is not None for at in context.session.scalars(query))


def days(services: Services, name: str) -> timedelta:
    return timedelta(days=getattr(services.parts.policy.section(RetentionPolicy), name))


def test_a_video_goes_half_a_year_after_the_decision(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarded(owner)
    call = confirmed(owner, VerificationPurpose.OFFER)
    clock.advance(days(services, "face_video_days") - timedelta(days=1))
    assert due_now(services)["face_videos"] == 0
    clock.advance(timedelta(days=2))
    assert due_now(services)["face_videos"] == 1
    assert due_now(services)["call_recordings"] == 1
    assert not destroyed(services, FACE_VIDEO.kind), "a dry run deletes nothing"
    delete_all_due(services)
    assert destroyed(services, FACE_VIDEO.kind)
    assert not destroyed(services, VOICE_CLIP.kind)
    assert not destroyed(services, LICENCE.kind)
    kinds = destroyed_kinds(services)
    assert kinds.count("face_videos") == kinds.count("call_recordings") == 1
    (event,) = [
        one
        for one in events(services, Action.DATA_DESTROYED)
        if one.data["kind"] == "call_recordings"
    ]
    assert (event.data["files"], event.data["cause"]) == (1, "retention")
    assert event.data["digest"] == digest_of([f"file:{call}"])


def test_a_hold_keeps_the_video(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    onboarded(owner)
    with services.transaction() as context:
        place_hold(context, owner.id, "a complaint")
    clock.advance(days(services, "face_video_days") + timedelta(days=1))
    assert due_now(services)["face_videos"] == 0
    delete_all_due(services)
    assert not destroyed(services, FACE_VIDEO.kind)


def test_what_was_never_decided_goes_after_a_month(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    for kind in (ID_CARD_FRONT, FACE_VIDEO):
        submitted(owner, onboarding, kind.kind)
    work_off(services)
    clock.advance(timedelta(hours=2))
    Maintenance(services).expire()
    clock.advance(days(services, "undecided_days"))
    delete_all_due(services)
    assert destroyed(services, ID_CARD_FRONT.kind)
    assert destroyed(services, FACE_VIDEO.kind)
    with services.reading() as context:
        assert context.session.execute(sa.text("SELECT count(*) FROM templates")).scalar() == 0
    assert due_now(services)["not_approved"] == 0


def test_what_was_declined_goes_after_half_a_year(services: Services, clock: MovableClock) -> None:
    findings = {**OWNER.findings(), FACE_VIDEO.kind: OWNER.face_video(Reason.VIDEO_REUSED)}
    onboarded(applicant(services), findings)
    clock.advance(days(services, "declined_days") + timedelta(days=1))
    delete_all_due(services)
    assert destroyed(services, LICENCE.kind)


def test_an_upload_that_expired_goes_with_its_chunks(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    with owner.acting() as context:
        upload = begin_upload(context, BeginUpload(onboarding, LICENCE.kind, 2_000_000)).id
    with owner.acting() as context:
        append_chunk(context, AppendChunk(onboarding, upload, 0, bytes(1_000_000)))
    clock.advance(timedelta(hours=2))
    delete_all_due(services)
    with services.reading() as context:
        assert context.session.scalars(sa.select(Upload)).all() == []
    assert "uploads" in destroyed_kinds(services)


def test_jobs_that_are_done_go_and_others_stay(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, LICENCE.kind)
    work_off(services)
    waiting = submitted(owner, onboarding, ID_CARD_FRONT.kind)
    clock.advance(days(services, "job_days") + timedelta(days=1))
    delete_all_due(services)
    with services.reading() as context:
        left = context.session.execute(sa.select(Job.subject_id, Job.state)).all()
    assert [tuple(row) for row in left] == [(waiting, JobState.QUEUED)]


def test_the_days_run_is_one_in_small_batches(
    services: Services, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []

    def nothing_due(_context: Context, rule: RetentionRule) -> int:
        runs.append(rule.name)
        return 0

    monkeypatch.setattr("app.retention.delete_due", nothing_due)
    daily = DailyRetention(services)
    clock.advance(timedelta(days=1))
    for _ in range(100):
        daily.run_due()
    assert runs == [rule.name for rule in RETENTION.all()]
    assert not daily.run_due(), "once a day"
    clock.advance(timedelta(days=1))
    assert daily.run_due()
