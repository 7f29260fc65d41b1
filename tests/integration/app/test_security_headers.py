"""What answers tell browsers, and what they do not repeat of what a client made up."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from flask.testing import FlaskClient

from app.security_headers import ALWAYS
from tests.support.web import API, SignIn, begin


@pytest.mark.parametrize("path", ["/health", "/nowhere", "/onboardings", "/openapi.json"])
def test_every_answer_carries_them(client: FlaskClient, path: str) -> None:
    answer = client.get(API + path)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "Strict-Transport-Security" not in answer.headers


def test_https_is_kept(client: FlaskClient) -> None:
    answer = client.get(f"{API}/health", base_url="https://kaihu.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_page_runs_its_own_scripts_alone(client: FlaskClient) -> None:
    answer = client.get(f"{API}/docs")
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert "unsafe-inline" not in policy["script-src"]
    inline = re.findall(r"<script[^>]*>(.+?)</script>", answer.text, re.DOTALL)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy["script-src"]


@pytest.mark.parametrize("path", ["/api/v1//meta", "//api/v1/meta", "/api/v1/meta/", "/api/v1"])
def test_a_host_is_not_repeated(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert "evil.example" not in f"{answer.headers}{answer.text}"


def test_an_uploads_address_is_a_path(sign_in: SignIn) -> None:
    web = sign_in("13800000001")
    path = begin(web)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5"}
    headers["Upload-Metadata"] = "kind bGljZW5jZQ=="
    answer = web.client.post(f"{API}{path}/uploads", headers={**web.headers, **headers})
    assert answer.status_code == 201
    assert answer.headers["Location"].startswith(f"{API}{path}/uploads/")


@pytest.mark.parametrize("path", ["/auth/codes", "/meta", "/onboardings", "/reviews"])
def test_a_method_that_is_none_says_which_are(client: FlaskClient, path: str) -> None:
    answer = client.put(API + path)
    assert answer.status_code == 405
    assert "OPTIONS" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/plain", b'{"phone": "13800000001"}', (415, "unsupported_media_type")),
        ("", b'{"phone": "13800000001"}', (415, "unsupported_media_type")),
        ("application/json", b'{"phone": "13800000001", "phone": "13800000002"}', (422, "fields")),
        ("application/json; charset=utf-8", b'{"phone": "13800000001"}', (202, "")),
    ],
)
def test_a_body_is_json_that_says_each_thing_once(
    client: FlaskClient, content_type: str, body: bytes, expected: tuple[int, str]
) -> None:
    answer = client.post(f"{API}/auth/codes", data=body, content_type=content_type)
    status, code = expected
    assert answer.status_code == status
    assert answer.get_json().get("code", "").startswith(code)
