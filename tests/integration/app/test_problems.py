"""Every failure is a problem (RFC 9457) with a stable code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.web import API


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
