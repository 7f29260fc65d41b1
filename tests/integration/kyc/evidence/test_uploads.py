"""Resumable uploads, with a tus client that is not ours, over real HTTP and both databases."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from tusclient.client import TusClient
from werkzeug.serving import make_server

from app.services import House
from kyc.onboarding.models import Evidence, Upload
from storage.database import utc_now
from tests.integration.conftest import API, Web
from tests.integration.test_onboarding import GOOD, analyse, begin, send

SignIn = Callable[[str], Web]
CONTENT = os.urandom(700_000)
PART = 200_000


@pytest.fixture
def served(sign_in: SignIn) -> Iterator[tuple[Web, str]]:
    """An owner, and the address of a real server that knows them."""
    web = sign_in("13800000001")
    server = make_server("127.0.0.1", 0, web.client.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield web, f"http://127.0.0.1:{server.port}{API}"
    server.shutdown()
    thread.join()


def uploader(served: tuple[Web, str], path: str, content: bytes = CONTENT, **about: str) -> Any:
    web, base = served
    client = TusClient(f"{base}{path}/uploads", headers=web.headers)
    metadata = {"kind": "licence", "sha256": hashlib.sha256(CONTENT).hexdigest(), **about}
    return client.uploader(file_stream=io.BytesIO(content), chunk_size=PART, metadata=metadata)


def media(house: House) -> list[str]:
    return [f.name for f in (house.settings.var / "media").glob("**/*") if f.is_file()]


def test_an_upload_goes_on_after_a_tunnel_and_becomes_evidence(
    served: tuple[Web, str], house: House
) -> None:
    web, _ = served
    path = begin(web)
    before = uploader(served, path)
    before.upload_chunk()
    before.upload_chunk()
    after = uploader(served, path)
    after.set_url(before.url)
    after.offset = after.get_offset()
    assert after.offset == 2 * PART
    after.upload()
    with house.database.reading() as session:
        evidence = session.scalars(sa.select(Evidence)).one()
        assert (evidence.kind, evidence.size) == ("licence", len(CONTENT))
    assert media(house) == [evidence.id.hex]
    analyse(house, GOOD)
    assert web.call("GET", path)[1]["evidence"][0]["state"] == "accepted"


def test_a_video_by_parts_answers_its_challenge_once(served: tuple[Web, str]) -> None:
    web, _ = served
    path = begin(web)
    drawn = web.call("POST", f"{path}/challenges", {"kind": "face"})[1]["id"]
    uploader(served, path, kind="face_video", challenge_id=drawn).upload()
    assert [e["kind"] for e in web.call("GET", path)[1]["evidence"]] == ["face_video"]
    other = os.urandom(10)
    told = {"challenge_id": drawn, "sha256": hashlib.sha256(other).hexdigest()}
    url = created(uploader(served, path, other, kind="face_video", **told))
    status, refused = patch(served, url, 0, other)
    assert (status, refused["code"]) == (409, "challenge_unusable")
    assert send(web, path, "face_video", b"another challenge")[0] == 202


def test_withdrawing_consent_deletes_what_has_come_of_a_video(
    served: tuple[Web, str], house: House
) -> None:
    web, _ = served
    path = begin(web)
    drawn = web.call("POST", f"{path}/challenges", {"kind": "face"})[1]["id"]
    url = created(uploader(served, path, kind="face_video", challenge_id=drawn))
    patch(served, url, 0, CONTENT[:PART])
    assert len(media(house)) == 1
    assert web.call("DELETE", f"{path}/consents/biometric")[0] == 200
    assert media(house) == []
    assert patch(served, url, PART, CONTENT[PART:])[0] == 404


def created(upload: Any) -> str:
    upload.set_url(upload.create_url())
    return str(upload.url)


def patch(
    served: tuple[Web, str], url: str, offset: int, part: bytes, **headers: str
) -> tuple[int, Any]:
    sent = {
        **served[0].headers,
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
        **headers,
    }
    answer = httpx.patch(url, content=part, headers=sent, trust_env=False)
    return answer.status_code, answer.json() if answer.content else dict(answer.headers)


def test_damage_wrong_places_and_strangers(
    served: tuple[Web, str], sign_in: SignIn, house: House
) -> None:
    web, base = served
    path = begin(web)
    url = created(uploader(served, path))
    damaged = bytes(len(CONTENT))
    assert patch(served, url, 5, b"x")[1]["code"] == "offset_wrong"
    assert patch(served, url, 0, CONTENT + b"x")[1]["code"] == "upload_too_large"
    assert patch(served, url, 0, damaged)[1]["code"] == "upload_damaged"
    assert media(house) == []
    assert patch(served, url, 0, CONTENT)[1]["upload-offset"] == str(len(CONTENT))
    unversioned = {"Tus-Resumable": "0.1"}
    assert patch(served, url, 0, b"x", **unversioned)[0] == 412
    assert patch(served, url, 0, b"x", **{"Content-Type": "text/plain"})[0] == 415
    stranger = sign_in("13800000002")
    assert patch((stranger, base), url, len(CONTENT), b"")[0] == 404
    with pytest.raises(Exception, match="422"):
        uploader(served, path, kind="passport").create_url()
    options = httpx.options(f"{base}{path}/uploads", trust_env=False).headers
    assert (options["tus-version"], options["tus-max-size"]) == ("1.0.0", "20971520")


def test_what_is_never_finished_is_bounded_and_cleared(
    served: tuple[Web, str], house: House
) -> None:
    web, _ = served
    path = begin(web)
    urls = []
    for _ in range(house.desk.policy.onboarding.most_open_uploads):
        urls.append(created(uploader(served, path)))
    with pytest.raises(Exception, match="429"):
        uploader(served, path).create_url()
    patch(served, urls[0], 0, CONTENT[:PART])
    assert len(media(house)) == 1
    headers = {**web.headers, "Tus-Resumable": "1.0.0"}
    assert httpx.delete(urls[1], headers=headers, trust_env=False).status_code == 204
    assert httpx.head(urls[1], headers=headers, trust_env=False).status_code == 404
    with house.database.transaction() as session:
        row = session.get_one(Upload, UUID(urls[0].rsplit("/", 1)[-1]))
        row.expires_at = utc_now() - timedelta(seconds=1)
    assert patch(served, urls[0], PART, CONTENT[PART:])[0] == 404
    uploader(served, path).create_url()
    assert media(house) == []
