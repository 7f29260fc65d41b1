"""Every failure is a problem (RFC 9457) with a stable code."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from access.models import Applicant
from app.services import Services
from tests.support.web import API, SignIn


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nowhere", None, 404, "not_found"),
        ("POST", "/onboardings", None, 401, "token_invalid"),
        ("POST", "/auth/codes", {"phone": "12"}, 422, "fields_invalid"),
        ("POST", "/auth/codes", {"phone": "13800000001", "x": 1}, 422, "fields_invalid"),
        ("DELETE", "/auth/codes", None, 405, "method_not_allowed"),
        ("GET", "/ready", None, 503, "not_ready"),
    ],
)
def test_every_failure_is_a_problem(
    client: FlaskClient, method: str, path: str, body: Any, status: int, code: str
) -> None:
    data = json.dumps(body) if body is not None else None
    headers = {"X-Request-ID": "abc", "Content-Type": "application/json"}
    answer = client.open(f"{API}{path}", method=method, data=data, headers=headers)
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    given = answer.headers["X-Request-ID"]
    assert problem["instance"].endswith(f":{given}")
    assert given != "abc", "a client chose the id of its request"
    assert {"type", "title", "status", "detail"} <= problem.keys()


def test_it_lives_though_it_is_not_ready(client: FlaskClient) -> None:
    assert client.get(f"{API}/health").status_code == 200


def test_a_damaged_row_is_told_as_the_document_says(
    client: FlaskClient, services: Services, sign_in: SignIn
) -> None:
    owner = sign_in("13800000001")
    with services.transaction() as context:
        context.session.execute(sa.update(Applicant).values(phone=b"\x00KS\x01 no seal"))
    status, problem = owner.call("GET", "/me")
    assert (status, problem["code"]) == (409, "record_damaged")
    paths = client.get(f"{API}/openapi.json").get_json()["paths"]
    described = paths["/me"]["get"]["responses"]["409"]["content"]["application/problem+json"]
    assert described["examples"]["record_damaged"]["value"]["detail"]
    assert "409" not in paths["/meta"]["get"]["responses"]
