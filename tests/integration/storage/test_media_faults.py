"""What breaks around Kaihu: disks full or slow, a store or a database away, a clock that jumps."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app.cli.serve import free_port
from app.factory import create_app
from app.jobs.worker import Worker
from app.services import House, migrate, open_house
from app.settings import Settings
from kyc.onboarding.models import Evidence
from storage import queue as jobs
from storage.database import new_id, utc_now
from storage.media import MediaMissing, MediaStore, ObjectMedia, StoreUnavailable
from tests.integration.conftest import Web, admit
from tests.integration.test_onboarding import GOOD, analyse, begin, onboard, send


@dataclass
class S3:
    """A real S3 server, and a bucket of it."""

    server: ThreadedMotoServer
    port: int
    bucket: str

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/media"

    def names(self) -> list[str]:
        listed = boto3.client("s3").list_objects(Bucket=self.bucket)
        return [item["Key"] for item in listed.get("Contents", [])]

    def start(self) -> None:
        self.server = ThreadedMotoServer(port=self.port, verbose=False)
        self.server.start()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    port = free_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1", "NO_PROXY": "127.0.0.1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    running = S3(ThreadedMotoServer(), port, f"kaihu-{new_id().hex}")
    running.start()
    boto3.client("s3").create_bucket(Bucket=running.bucket)
    yield running
    running.server.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def slow_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that takes fifteen writes a second, for this process: the kernel holds it back."""
    group, device = Path("/sys/fs/cgroup/blkio") / f"kaihu-{new_id().hex}", tmp_path.stat().st_dev
    try:
        group.mkdir()
        limit = f"{os.major(device)}:{os.minor(device)} 15"
        (group / "blkio.throttle.write_iops_device").write_text(limit)
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError as error:
        pytest.skip(f"no right to slow a disk here: {error}")
    yield tmp_path
    (group.parent / "cgroup.procs").write_text(str(os.getpid()))
    group.rmdir()


def held(store: MediaStore, media_id: UUID) -> bytes | None:
    try:
        return store.get(media_id)
    except MediaMissing:
        return None


def test_media_is_shared_through_an_object_store(s3: S3, settings: Settings) -> None:
    shared = settings.model_copy(update={"media_url": s3.url})
    web, house = signed_in(shared)
    assert onboard(web, house)["decision"] == "approved"
    assert not list((settings.var / "media").glob("**/*"))
    names = s3.names()
    assert len(names) == 5
    another_machine = ObjectMedia(s3.url)
    kept = UUID(names[0].rsplit("/", 1)[-1])
    sealed = another_machine.get(kept)
    assert b"licence" not in sealed
    another_machine.delete(kept)
    another_machine.delete(kept)
    assert held(another_machine, kept) is None


def test_a_store_that_is_away_takes_nothing_and_then_everything(s3: S3, settings: Settings) -> None:
    web, house = signed_in(settings.model_copy(update={"media_url": s3.url}))
    path = begin(web)
    s3.server.stop()
    status, refused = send(web, path, "licence")
    assert (status, refused["code"]) == (503, "store_unavailable")
    with house.database.reading() as session:
        assert session.query(Evidence).count() == session.query(jobs.Job).count() == 0
    with pytest.raises(StoreUnavailable):
        house.desk.media.get(new_id())
    s3.start()
    assert send(web, path, "licence")[0] == 202


def test_a_full_disk_keeps_no_half_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    web, house = signed_in(Settings(var=small_disk, code_outbox=small_disk.parent / "codes"))
    path = begin(web)
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk)
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - 64 * 1024))
    status, refused = send(web, path, "licence", os.urandom(200_000))
    assert (status, refused["code"]) == (503, "store_unavailable")
    assert not [file for file in (small_disk / "media").glob("**/*") if file.is_file()]
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - 4 * 1024))
    answers = [web.call("POST", f"{path}/challenges", {"kind": "voice"}) for _ in range(4)]
    assert {status for status, _ in answers} <= {201, 503}
    ballast.unlink()
    for kind in ("licence", "id_card_front", "id_card_back", "face_video", "voice_clip"):
        assert send(web, path, kind)[0] == 202
    analyse(house, GOOD)
    assert web.call("GET", path)[1]["decision"] == "approved"


def test_a_slow_disk_holds_up_whoever_writes_and_nobody_else(slow_disk: Path) -> None:
    settings = Settings(var=slow_disk, code_outbox=slow_disk / "codes")
    web, house = signed_in(settings)
    other = Web(create_app(settings).test_client(), web.headers)
    path = begin(web)
    sent: list[int] = []
    sending = threading.Thread(target=lambda: sent.append(send(web, path, "licence")[0]))
    sending.start()
    answers = []
    while sending.is_alive():
        answers.append(other.call("GET", path)[0])
    sending.join()
    assert sent == [202]
    assert len(answers) > 5
    assert set(answers) == {200}
    for kind in ("id_card_front", "id_card_back", "face_video", "voice_clip"):
        assert send(web, path, kind)[0] == 202
    analyse(house, GOOD)
    assert web.call("GET", path)[1]["decision"] == "approved"


def test_a_clock_that_jumps_gives_a_job_one_result(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(moment: datetime) -> None:
        monkeypatch.setattr("storage.jobs.utc_now", lambda: moment)

    now = utc_now()
    with house.database.transaction() as session:
        jobs.enqueue(session, "licence", new_id())
        first = jobs.claim(session, 10)
    at(now + timedelta(days=1))
    with house.database.transaction() as session:
        second = jobs.claim(session, 10)
    at(now - timedelta(days=1))
    with house.database.transaction() as session:
        assert first is not None
        assert second is not None
        assert jobs.claim(session, 10) is None
        assert not jobs.holds(session, first)
        assert jobs.holds(session, second)
        jobs.finish(session, second)
    at(now + timedelta(days=2))
    with house.database.transaction() as session:
        assert jobs.claim(session, 10) is None


def test_a_job_whose_file_is_gone_ends_as_a_review_and_blocks_nobody(
    sign_in: Callable[[str], Web], house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    send(web, path, "licence")
    with house.database.reading() as session:
        lost = session.query(Evidence.id).scalar()
    house.desk.media.delete(lost)
    monkeypatch.setattr("app.worker.Analysts", NoAnalysts)
    monkeypatch.setattr("app.hands.verify", lambda _: {})
    worker = Worker(house)
    threading.Timer(1.0, worker.stop).start()
    worker.run()
    assert web.call("GET", path)[1]["evidence"][0]["state"] == "review"


class NoAnalysts:
    """Processes that nothing may reach."""

    def __init__(self, *_: object) -> None: ...

    def close(self) -> None: ...


def signed_in(settings: Settings) -> tuple[Web, House]:
    """A house of these settings and somebody at its door."""
    migrate(settings)
    house = open_house(settings)
    client = create_app(settings).test_client()
    return admit(client, settings.code_outbox, "13800000001"), house
