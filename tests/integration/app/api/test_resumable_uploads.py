"""Resumable uploads over real HTTP, with a tus client that is not ours, on both databases."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from app.jobs.maintenance import Maintenance
from app.services import Services
from kyc.evidence.models import Evidence
from kyc.policy import OnboardingPolicy, UploadPolicy
from storage.handlers import Lane
from tests.support.clock import MovableClock
from tests.support.jobs import work_off, work_off_by_performing
from tests.support.media import media_files
from tests.support.servers import served
from tests.support.web import API, SignIn, Web, begin, send

CONTENT = os.urandom(700_000)
PART = 200_000
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def base(sign_in: SignIn) -> Iterator[tuple[Web, str]]:
    """An owner, and the address of a real server that knows them."""
    web = sign_in("13800000001")
    with served(web.client.application) as address:
        yield web, f"{address}{API}"


Served = tuple[Web, str]


class SignedUploader(Uploader):
    """The tus client, with the headers of a device that signs each request."""

    web: Web
    method = "PATCH"

    def get_headers(self) -> dict[str, str]:
        client: Any = self.client
        address = client.url if self.method == "POST" else str(self.url)
        return {**TUS, **self.web.signed(self.method, address)}

    def get_url_creation_headers(self) -> dict[str, str]:
        self.method = "POST"
        headers: dict[str, str] = super().get_url_creation_headers()  # type: ignore[no-untyped-call]
        self.method = "PATCH"
        return headers

    def get_offset(self) -> int:
        self.method = "HEAD"
        offset: int = super().get_offset()
        self.method = "PATCH"
        return offset


def uploader(base: Served, path: str, content: bytes = CONTENT, **about: str) -> Any:
    web, address = base
    client = TusClient(f"{address}{path}/uploads")
    metadata = {"kind": "licence", "sha256": hashlib.sha256(CONTENT).hexdigest(), **about}
    upload = SignedUploader(
        client=client, file_stream=io.BytesIO(content), chunk_size=PART, metadata=metadata
    )
    upload.web = web
    return upload


def created(upload: Any) -> str:
    upload.set_url(upload.create_url())
    return str(upload.url)


def patch(
    web: Web, url: str, offset: int, part: bytes, **headers: str
) -> tuple[int, dict[str, Any]]:
    sent = {
        **web.signed("PATCH", url),
        **TUS,
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
        **headers,
    }
    answer = httpx.patch(url, content=part, headers=sent, trust_env=False)
    return answer.status_code, answer.json() if answer.content else dict(answer.headers)


def test_an_upload_goes_on_after_a_tunnel_and_becomes_evidence(
    base: Served, services: Services
) -> None:
    web, _ = base
    path = begin(web)
    before = uploader(base, path)
    before.upload_chunk()
    before.upload_chunk()
    after = uploader(base, path)
    after.set_url(before.url)
    after.offset = after.get_offset()
    assert after.offset == 2 * PART
    after.upload()
    with services.reading() as context:
        evidence = context.session.scalars(sa.select(Evidence)).one()
    assert (evidence.kind, evidence.size) == ("licence", len(CONTENT))
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert [file.name for file in media_files(services)] == [evidence.id.hex]
    work_off(services)
    assert web.call("GET", path)[1]["evidence"][0]["state"] == "accepted"


def test_a_video_by_parts_answers_its_challenge_once(base: Served) -> None:
    web, _ = base
    path = begin(web)
    drawn = web.call("POST", f"{path}/challenges", {"kind": "face"})[1]["id"]
    uploader(base, path, kind="face_video", challenge_id=drawn).upload()
    assert [e["kind"] for e in web.call("GET", path)[1]["evidence"]] == ["face_video"]
    other = os.urandom(10)
    about = {"challenge_id": drawn, "sha256": hashlib.sha256(other).hexdigest()}
    with pytest.raises(Exception, match="409"):
        uploader(base, path, other, kind="face_video", **about).create_url()
    assert send(web, path, "face_video", b"another challenge")[0] == 202


def test_withdrawing_consent_deletes_what_has_come_of_a_video(
    base: Served, services: Services
) -> None:
    web, _ = base
    path = begin(web)
    drawn = web.call("POST", f"{path}/challenges", {"kind": "face"})[1]["id"]
    url = created(uploader(base, path, kind="face_video", challenge_id=drawn))
    patch(web, url, 0, CONTENT[:PART])
    assert len(media_files(services)) == 1
    assert web.call("DELETE", f"{path}/consents/biometric")[0] == 200
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert media_files(services) == []
    assert patch(web, url, PART, CONTENT[PART:])[0] == 404


def test_damage_wrong_places_and_strangers(
    base: Served, sign_in: SignIn, services: Services
) -> None:
    web, address = base
    path = begin(web)
    url = created(uploader(base, path))
    damaged = bytes(len(CONTENT))
    assert patch(web, url, 5, b"x")[1]["code"] == "offset_wrong"
    assert patch(web, url, 0, CONTENT + b"x")[1]["code"] == "upload_too_large"
    assert patch(web, url, 0, damaged)[1]["code"] == "upload_damaged"
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert media_files(services) == []
    assert patch(web, url, 0, CONTENT)[1]["upload-offset"] == str(len(CONTENT))
    assert patch(web, url, 0, b"x", **{"Tus-Resumable": "0.1"})[0] == 412
    assert patch(web, url, 0, b"x", **{"Content-Type": "text/plain"})[0] == 415
    stranger = sign_in("13800000002")
    assert patch(stranger, url, len(CONTENT), b"")[0] == 404
    with pytest.raises(Exception, match="422"):
        uploader(base, path, kind="passport").create_url()
    options = httpx.options(f"{address}{path}/uploads", trust_env=False).headers
    assert (options["tus-version"], options["tus-max-size"]) == ("1.0.0", "20971520")


def test_what_is_never_finished_is_bounded_and_cleared(
    base: Served, sign_in: SignIn, services: Services, clock: MovableClock
) -> None:
    web, address = base
    path = begin(web)
    max_open = services.parts.policy.section(UploadPolicy).max_open
    urls = [created(uploader(base, path)) for _ in range(max_open)]
    with pytest.raises(Exception, match="429"):
        uploader(base, path).create_url()
    patch(web, urls[0], 0, CONTENT[:PART])
    assert len(media_files(services)) == 1

    def sent(method: str) -> int:
        headers = {**web.signed(method, urls[1]), **TUS}
        return httpx.request(method, urls[1], headers=headers, trust_env=False).status_code

    assert (sent("DELETE"), sent("HEAD")) == (204, 404)
    minutes = services.parts.policy.section(OnboardingPolicy).expires_min
    clock.advance(timedelta(minutes=minutes))
    again = sign_in("13800000001")
    status, over = patch(again, urls[0], PART, CONTENT[PART:])
    assert (status, over["code"]) == (410, "upload_dead")
    uploader((again, address), begin(again)).create_url()
    Maintenance(services).expire()
    work_off_by_performing(services, Lane.HOUSEKEEPING, services)
    assert media_files(services) == []
