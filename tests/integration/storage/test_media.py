"""Sealed files in a folder or an object store, and what happens when these are full or away."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from app.services import Services, open_services
from app.settings import Settings
from core.ids import new_id
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.models import Evidence
from kyc.evidence.types import LICENCE
from kyc.onboarding.challenges import issue_challenge
from kyc.onboarding.ownership import own_onboarding
from kyc.onboarding.states import Decision, OnboardingState
from storage.media import FolderMedia, MediaMissing, MediaStore, ObjectMedia, StoreUnavailable
from storage.queue import Job
from tests.support.clock import MovableClock
from tests.support.damages import UNREADABLE
from tests.support.disks import slow_disk_at, small_disk_at
from tests.support.factories import Applicant, applicant, onboarded, started, submitted
from tests.support.jobs import work_off
from tests.support.media import media_files
from tests.support.servers import S3, running_s3


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """A real S3 server with an empty bucket."""
    with running_s3(monkeypatch.setenv) as server:
        yield server


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    with small_disk_at(tmp_path / "small") as place:
        yield place


@pytest.fixture
def shared(s3: S3, settings: Settings, clock: MovableClock) -> Iterator[Services]:
    """Services whose media lie in the bucket."""
    opened = open_services(settings.model_copy(update={"media_url": s3.url}), clock)
    yield opened
    opened.database.dispose()


def held(store: MediaStore, media_id: UUID) -> bytes | None:
    try:
        return store.get(media_id)
    except MediaMissing:
        return None


def test_a_folder_keeps_files_by_id(tmp_path: Path) -> None:
    store, media_id = FolderMedia(tmp_path), new_id()
    assert held(store, media_id) is None
    store.put(media_id, b"sealed")
    assert held(FolderMedia(tmp_path), media_id) == b"sealed"
    store.delete(media_id)
    store.delete(media_id)
    assert held(store, media_id) is None


def put_and_fail(services: Services, media_id: UUID) -> None:
    with services.transaction() as context:
        context.session.execute(sa.text("SELECT 1"))
        context.media.put_with(context.session, media_id, b"sealed")
        raise ZeroDivisionError


def challenges_drawn(owner: Applicant, onboarding: UUID, count: int) -> None:
    for _ in range(count):
        with owner.acting() as context:
            issue_challenge(context, onboarding, ChallengeKind.VOICE)


def test_one_file_that_cannot_be_read_is_damage_of_its_own(tmp_path: Path) -> None:
    store = FolderMedia(tmp_path)
    first, second = new_id(), new_id()
    for one in (first, second):
        store.put(one, b"sealed")
    unreadable(store, first)
    with pytest.raises(MediaMissing):
        store.get(first)
    assert store.get(second) == b"sealed"
    unreadable(store, second)
    for one in (first, second):
        with pytest.raises(StoreUnavailable):
            store.get(one)


def test_a_folder_in_the_place_of_a_file_is_deleted_with_what_is_in_it(tmp_path: Path) -> None:
    store, one = FolderMedia(tmp_path), new_id()
    path = store._path(one)
    (path / "more").mkdir(parents=True)
    (path / "more" / "face").write_bytes(b"left")
    store.delete(one)
    assert not path.exists()


def test_an_object_that_is_not_given_is_damage_of_its_own(s3: S3) -> None:
    store = ObjectMedia(s3.url)
    first, second = new_id(), new_id()
    for one in (first, second):
        store.put(one, b"sealed")
    s3.put_away(first.hex)
    with pytest.raises(MediaMissing):
        store.get(first)
    assert store.get(second) == b"sealed"
    s3.put_away(second.hex)
    with pytest.raises(StoreUnavailable):
        store.get(second)


def unreadable(store: FolderMedia, media_id: UUID) -> None:
    """Reading the file is an input/output error (EIO) from now on."""
    store._path(media_id).unlink()
    store._path(media_id).symlink_to(UNREADABLE)


def test_a_file_goes_with_its_transaction(services: Services) -> None:
    kept, undone = new_id(), new_id()
    with services.transaction() as context:
        context.media.put_with(context.session, kept, b"sealed")
        context.session.execute(sa.text("SELECT 1"))
    with pytest.raises(ZeroDivisionError):
        put_and_fail(services, undone)
    assert [file.name for file in media_files(services)] == [kept.hex]


def test_media_are_shared_through_an_object_store(s3: S3, shared: Services) -> None:
    assert onboarded(applicant(shared)).decision is Decision.APPROVED
    assert media_files(shared) == []
    names = s3.names()
    assert len(names) == 5
    another_machine = ObjectMedia(s3.url)
    kept = UUID(names[0].rsplit("/", 1)[-1])
    assert b"licence" not in another_machine.get(kept)
    another_machine.delete(kept)
    another_machine.delete(kept)
    assert held(another_machine, kept) is None


def test_a_store_that_is_away_takes_nothing_and_then_everything(s3: S3, shared: Services) -> None:
    owner = applicant(shared)
    onboarding = started(owner)
    s3.stop()
    with pytest.raises(StoreUnavailable):
        submitted(owner, onboarding, LICENCE.kind)
    with shared.reading() as context:
        assert context.session.scalars(sa.select(Evidence)).all() == []
        assert context.session.scalars(sa.select(Job)).all() == []
    with pytest.raises(StoreUnavailable):
        shared.parts.media.get(new_id())
    s3.start()
    evidence = submitted(owner, onboarding, LICENCE.kind)
    s3.stop()
    with pytest.raises(StoreUnavailable):
        work_off(shared)
    s3.start()
    assert work_off(shared) == 1, "the claim was undone, and the job waited on"
    with shared.reading() as context:
        assert context.session.get_one(Evidence, evidence).facts is not None


def test_a_full_disk_keeps_no_half_and_goes_on_when_there_is_room(
    small_disk: Path, sqlite_settings: Settings, clock: MovableClock
) -> None:
    shutil.copyfile(sqlite_settings.var / "kaihu.sqlite", small_disk / "kaihu.sqlite")
    services = open_services(sqlite_settings.model_copy(update={"var": small_disk}), clock)
    owner = applicant(services)
    onboarding = started(owner)
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk)
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - 64 * 1024))
    with pytest.raises(StoreUnavailable):
        submitted(owner, onboarding, LICENCE.kind, os.urandom(200_000))
    assert media_files(services) == []
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - 4 * 1024))
    with pytest.raises(SQLAlchemyError, match="full"):
        challenges_drawn(owner, onboarding, 8)
    ballast.unlink()
    assert onboarded(owner).decision is Decision.APPROVED
    services.database.dispose()


def test_a_slow_disk_holds_up_who_writes_and_nobody_else(
    tmp_path: Path, sqlite_settings: Settings, clock: MovableClock
) -> None:
    services = open_services(sqlite_settings, clock)
    owner = applicant(services)
    onboarding = started(owner)
    sent: list[UUID] = []
    writing = threading.Thread(
        target=lambda: sent.append(submitted(owner, onboarding, LICENCE.kind))
    )
    read = 0
    with slow_disk_at(tmp_path):
        writing.start()
        while writing.is_alive():
            with services.reading(owner.actor) as context:
                assert own_onboarding(context, onboarding).state is OnboardingState.OPEN
            read += 1
        writing.join()
    assert len(sent) == 1
    assert read > 5
    assert onboarded(owner).decision is Decision.APPROVED
    services.database.dispose()
