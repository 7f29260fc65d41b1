"""Headers, paths and bodies that nobody means are refused, and never a defect of ours."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.api.caller import EXTENSION
from app.api.declaration import PREFIX
from app.services import Services
from core.actors import Role
from core.ids import new_id
from tests.support.web import signed_in

ONBOARDING = f"{PREFIX}/onboardings/{new_id()}"
UPLOADS = f"{ONBOARDING}/uploads"
DIGITS = "9" * 5000
TUS = {"Tus-Resumable": "1.0.0"}


def asked(
    application: Flask,
    method: str,
    path: str,
    headers: Mapping[str, str],
    data: bytes = b"",
    role: Role = Role.APPLICANT,
) -> tuple[int, str]:
    services: Services = application.extensions[EXTENSION]
    caller = signed_in(application, services, role)
    sent = {**caller.headers, **headers}
    answer = caller.client.open(path, method=method, headers=sent, data=data)
    body = answer.get_json(silent=True) or {}
    return answer.status_code, body.get("code", "")


@pytest.mark.parametrize("offset", ["²", "٣", "-1", "1e3", "0x1", "", DIGITS, "9" * 16])
def test_an_offset_is_a_short_number(application: Flask, offset: str) -> None:
    headers = {**TUS, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"}
    path = f"{UPLOADS}/{new_id()}"
    assert asked(application, "PATCH", path, headers) == (422, "upload_invalid")


@pytest.mark.parametrize("length", ["²", "-1", "x", "", DIGITS])
def test_a_length_is_a_short_number(application: Flask, length: str) -> None:
    headers = {**TUS, "Upload-Length": length, "Upload-Metadata": "kind bGljZW5jZQ=="}
    assert asked(application, "POST", UPLOADS, headers) == (422, "fields_invalid")


@pytest.mark.parametrize("metadata", ["kind \xff", "kind !!!", "kind gICA", "kind =", "a b c"])
def test_metadata_are_pairs_of_base64(application: Flask, metadata: str) -> None:
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": metadata}
    assert asked(application, "POST", UPLOADS, headers)[0] == 422


def test_another_protocol_is_refused(application: Flask) -> None:
    path = f"{UPLOADS}/{new_id()}"
    assert asked(application, "HEAD", path, {"Tus-Resumable": "0.2"})[0] == 412
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "text/plain"}
    assert asked(application, "PATCH", path, headers)[0] == 415


@pytest.mark.parametrize("prefer", ["wait=²", "wait=" + DIGITS, "wait", "\xff"])
def test_a_wait_that_is_not_valid_is_none(application: Flask, prefer: str) -> None:
    assert asked(application, "GET", ONBOARDING, {"Prefer": prefer}) == (404, "not_found")


@pytest.mark.parametrize("size", ["0", "7000", "999999999999999", DIGITS, "²", "-1"])
def test_a_log_of_no_such_size_is_not_found(application: Flask, size: str) -> None:
    path = f"{PREFIX}/audit/consistency-proofs/{size}"
    assert asked(application, "GET", path, {}, role=Role.COMPLIANCE)[0] == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b"\xff", b'{"kind": "\\ud800"}', b"[" * 100_000, b"1" * 100_000],
)
def test_a_body_that_is_no_request_is_refused(application: Flask, body: bytes) -> None:
    path, json = f"{ONBOARDING}/challenges", {"Content-Type": "application/json"}
    assert asked(application, "POST", path, json, body) == (422, "fields_invalid")


def test_a_name_with_a_nul_is_refused(application: Flask) -> None:
    path = f"{PREFIX}/accounts?name=a%00b"
    assert asked(application, "GET", path, {}, role=Role.AGENT) == (422, "fields_invalid")


def test_a_key_that_cannot_be_meant_is_refused(application: Flask) -> None:
    for key in ("", "\xff", "k" * 129):
        headers = {"Idempotency-Key": key}
        assert asked(application, "POST", f"{PREFIX}/onboardings", headers)[0] == 422


def test_a_request_is_not_larger_than_an_upload_and_its_envelope(application: Flask) -> None:
    limit = application.config["MAX_CONTENT_LENGTH"]
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = f"{ONBOARDING}/evidence/licence"
    status, _ = asked(application, "PUT", path, headers, b"-" * (limit + 1))
    assert status == 413


def test_a_host_that_cannot_be_one_is_refused(application: Flask) -> None:
    environ = EnvironBuilder(path=f"{PREFIX}/meta").get_environ()
    environ["HTTP_HOST"] = "h" * 300
    _, status, _ = run_wsgi_app(application.wsgi_app, environ)
    assert status.startswith("400")


@pytest.mark.parametrize(
    "query",
    [
        {"from": "0001-01-01T00:00:00+14:00"},
        {"to": "9999-12-31T23:59:59-14:00"},
        {"cursor": base64.urlsafe_b64encode(b'["0001-01-01T00:00:00+14:00", "x"]').decode()},
        {"cursor": base64.urlsafe_b64encode(f'["9999-12-31T23:00-14:00","{new_id()}"]'.encode())},
    ],
)
def test_a_moment_that_no_calendar_has_is_refused(
    application: Flask, query: Mapping[str, str]
) -> None:
    path = f"{PREFIX}/audit/events?{urlencode(query)}"
    assert asked(application, "GET", path, {}, role=Role.COMPLIANCE)[0] == 422
