"""The life of a job: stored once, given up where it cannot be done, dropped when superseded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import structlog
from pebble import ProcessExpired
from sqlalchemy.exc import OperationalError

from app.jobs.lifecycle import LEASE_S, ClaimedJob, JobLifecycle
from app.services import Services
from core.ids import new_id
from core.reasons import Reason
from kyc.decision.models import Check
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.onboarding.states import Decision
from sandbox.runner import ChildLost
from storage.handlers import Lane
from storage.keyring import KeysUnavailable
from storage.policy import QueuePolicy
from storage.queue import Job, JobState, enqueue
from tests.support.clock import MovableClock
from tests.support.factories import applicant, reread, started, submitted
from tests.support.jobs import analyses, work_off, work_off_by_performing
from tests.support.measure_text import DROPPED, KIND, Texts, registered

LANE = Lane.LENDING


@pytest.fixture
def texts() -> Iterator[Texts]:
    """A job kind of the lending lane."""
    with registered(LANE) as known:
        yield known


def queued(services: Services, texts: Texts, text: str) -> UUID:
    subject = new_id()
    texts.texts[subject] = text
    with services.transaction() as context:
        return enqueue(context, KIND, subject).id


def state_of(services: Services, job: UUID) -> JobState:
    with services.reading() as context:
        return context.session.get_one(Job, job).state


def claimed(lifecycle: JobLifecycle) -> ClaimedJob:
    job = lifecycle.claim()
    assert job is not None
    return job


def failing(error: Exception) -> Callable[[], Any]:
    def result() -> Any:
        raise error

    return result


def test_kinds_are_prepared_by_processes_of_their_lane(services: Services, texts: Texts) -> None:
    texts.parts = 2
    assert JobLifecycle(services, Lane.HOUSEKEEPING).prepare()
    assert texts.prepared == 0
    lifecycle = JobLifecycle(services, LANE)
    assert not lifecycle.prepare()
    assert lifecycle.prepare()


def test_what_cannot_be_prepared_keeps_no_process_from_starting(
    services: Services, texts: Texts
) -> None:
    texts.defect = ValueError("a damaged row")
    lifecycle = JobLifecycle(services, LANE)
    with structlog.testing.capture_logs() as logs:
        assert lifecycle.prepare()
    assert [entry["event"] for entry in logs] == ["jobs are not prepared"]
    job = queued(services, texts, "三个字")
    assert claimed(lifecycle).claim.job_id == job


def test_what_is_away_for_a_moment_is_prepared_for_later(services: Services, texts: Texts) -> None:
    texts.defect = KeysUnavailable()
    lifecycle = JobLifecycle(services, LANE)
    with pytest.raises(KeysUnavailable):
        lifecycle.prepare()
    texts.defect, texts.prepared = None, 0
    assert lifecycle.prepare()


def test_a_job_is_performed_and_its_result_stored(services: Services, texts: Texts) -> None:
    job = queued(services, texts, "four")
    assert work_off_by_performing(services, LANE) == 1
    assert list(texts.lengths.values()) == [4]
    assert state_of(services, job) is JobState.DONE
    assert JobLifecycle(services, LANE).claim() is None


def test_what_is_superseded_is_dropped(services: Services, texts: Texts) -> None:
    job = queued(services, texts, DROPPED)
    assert work_off_by_performing(services, LANE) == 0
    assert (texts.lengths, texts.given_up) == ({}, [])
    assert state_of(services, job) is JobState.DONE


def test_what_cannot_be_loaded_is_given_up_and_blocks_nobody(
    services: Services, texts: Texts
) -> None:
    lost = queued(services, texts, "lost")
    texts.texts.clear()
    good = queued(services, texts, "good")
    assert work_off_by_performing(services, LANE) == 1
    assert len(texts.given_up) == 1
    assert (state_of(services, lost), state_of(services, good)) == (
        JobState.POISONED,
        JobState.DONE,
    )


def test_a_defect_ends_as_given_up_with_its_traceback_in_the_log(
    services: Services, texts: Texts
) -> None:
    job = queued(services, texts, "")
    with structlog.testing.capture_logs() as log:
        work_off_by_performing(services, LANE)
    (entry,) = [line for line in log if line["event"] == "job failed"]
    assert (entry["job"], entry["exc_info"]) == (str(job), True)
    assert len(texts.given_up) == 1
    assert state_of(services, job) is JobState.POISONED


@pytest.mark.parametrize("error", [ProcessExpired("killed"), ChildLost()])
def test_a_process_that_dies_is_tried_again_and_then_given_up(
    services: Services, texts: Texts, error: Exception
) -> None:
    job = queued(services, texts, "deadly")
    lifecycle = JobLifecycle(services, LANE)
    max_deaths = services.parts.policy.section(QueuePolicy).max_deaths
    for _ in range(max_deaths):
        lifecycle.complete(claimed(lifecycle).claim, failing(error))
    assert lifecycle.claim() is None
    assert len(texts.given_up) == 1
    assert state_of(services, job) is JobState.POISONED


def test_what_every_process_dies_of_is_given_up_by_the_next_claim(
    services: Services, texts: Texts, clock: MovableClock
) -> None:
    job = queued(services, texts, "deadly")
    lifecycle = JobLifecycle(services, LANE)
    for _ in range(services.parts.policy.section(QueuePolicy).max_deaths):
        claimed(lifecycle)
        clock.advance(seconds=LEASE_S + 1)
    assert lifecycle.claim() is None
    assert len(texts.given_up) == 1
    assert state_of(services, job) is JobState.POISONED


def test_a_result_that_comes_after_its_lease_is_dropped(
    services: Services, texts: Texts, clock: MovableClock
) -> None:
    queued(services, texts, "late")
    lifecycle = JobLifecycle(services, LANE)
    late = claimed(lifecycle)
    clock.advance(seconds=LEASE_S + 1)
    second = claimed(lifecycle)
    lifecycle.complete(late.claim, lambda: 99)
    assert texts.lengths == {}
    lifecycle.renew([second.claim])
    lifecycle.complete(second.claim, lambda: 4)
    assert list(texts.lengths.values()) == [4]


def test_an_analysis_whose_file_is_gone_ends_as_a_review_and_blocks_nobody(
    services: Services,
) -> None:
    owner = applicant(services)
    lost = submitted(owner, started(owner), LICENCE.kind)
    services.parts.media.delete(lost)
    other = applicant(services, "13800000002")
    good = submitted(other, started(other), LICENCE.kind)
    assert work_off(services) == 1
    with services.reading() as context:
        assert context.session.get_one(Evidence, lost).state is EvidenceState.REVIEW
        assert context.session.get_one(Evidence, good).state is EvidenceState.ACCEPTED


def test_an_analysis_that_fails_is_seen_by_a_person(services: Services) -> None:
    owner = applicant(services)
    evidence = submitted(owner, started(owner), LICENCE.kind)
    lifecycle = analyses(services)
    lifecycle.complete(claimed(lifecycle).claim, failing(ZeroDivisionError()))
    with services.reading() as context:
        assert context.session.get_one(Evidence, evidence).state is EvidenceState.REVIEW
        check = context.session.query(Check).one()
        assert check.reasons == [Reason.ANALYSIS_FAILED]


def test_what_takes_too_long_is_asked_for_again_and_never_tried_again(services: Services) -> None:
    owner = applicant(services)
    evidence = submitted(owner, started(owner), LICENCE.kind)
    lifecycle = analyses(services)
    lifecycle.complete(claimed(lifecycle).claim, failing(TimeoutError()))
    assert lifecycle.claim() is None
    with services.reading() as context:
        assert context.session.get_one(Evidence, evidence).state is EvidenceState.RETRY
        assert context.session.query(Check).one().reasons == [Reason.FILE_TOO_COSTLY]
        assert context.session.query(Job).one().deaths == 0


def broken(*_: object) -> None:
    raise ZeroDivisionError


def test_what_cannot_be_given_up_ends_all_the_same_and_blocks_nobody(
    services: Services, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = queued(services, texts, "lost")
    texts.texts.clear()
    good = queued(services, texts, "good")
    handler = services.jobs.handler(KIND)
    monkeypatch.setattr(services.jobs, "handler", lambda _kind: replace(handler, give_up=broken))
    assert work_off_by_performing(services, LANE) == 1
    assert state_of(services, bad) is JobState.POISONED
    assert state_of(services, good) is JobState.DONE


def test_a_result_that_cannot_be_stored_is_given_up(
    services: Services, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queued(services, texts, "four")
    handler = services.jobs.handler(KIND)
    monkeypatch.setattr(services.jobs, "handler", lambda _kind: replace(handler, store=broken))
    work_off_by_performing(services, LANE)
    assert len(texts.given_up) == 1
    assert state_of(services, job) is JobState.POISONED


def test_a_kind_of_another_version_waits_for_its_workers_and_blocks_nobody(
    services: Services, texts: Texts
) -> None:
    unknown = queued(services, texts, "newer")
    with services.transaction() as context:
        context.session.get_one(Job, unknown).kind = "unheard_of"
    good = queued(services, texts, "good")
    assert work_off_by_performing(services, LANE) == 1
    assert state_of(services, good) is JobState.DONE
    assert state_of(services, unknown) is JobState.QUEUED


def test_a_database_that_is_busy_ends_no_job(
    services: Services, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("SELECT 1", None, Exception("lock timeout"))

    job = queued(services, texts, "four")
    handler = services.jobs.handler(KIND)
    with monkeypatch.context() as patched:
        patched.setattr(services.jobs, "handler", lambda _kind: replace(handler, load=busy))
        with pytest.raises(OperationalError):
            JobLifecycle(services, LANE).claim()
    assert state_of(services, job) is JobState.QUEUED
    assert work_off_by_performing(services, LANE) == 1


def test_a_damaged_row_of_one_owner_goes_to_a_person_and_blocks_nobody(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    for kind in (ID_CARD_FRONT, ID_CARD_BACK, LICENCE, FACE_VIDEO):
        submitted(owner, onboarding, kind.kind)
    work_off(services)
    _damage(services, ID_CARD_FRONT.kind)
    submitted(owner, onboarding, VOICE_CLIP.kind)
    other = applicant(services, "13800000002")
    licence = submitted(other, started(other), LICENCE.kind)
    assert work_off(services) == 2
    row = reread(services, onboarding)
    assert (row.decision, row.reasons) == (Decision.REVIEW, [Reason.FILE_DAMAGED])
    with services.reading() as context:
        assert context.session.get_one(Evidence, licence).state is EvidenceState.ACCEPTED


def _damage(services: Services, kind: str) -> None:
    """Flip a byte of sealed facts."""
    with services.transaction() as context:
        row = context.session.scalars(sa.select(Evidence).where(Evidence.kind == kind)).one()
        assert row.facts is not None
        row.facts = row.facts[:-1] + bytes([row.facts[-1] ^ 1])
