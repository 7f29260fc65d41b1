"""The reference service of records, asked as a client asks it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reference.records import TAG
from reference.records.firms import Firm
from reference.signatures import Answer, Request, Signatures
from tests.support.findings import OWNER
from tests.support.records import CLIENT_KEY, REGISTERED, SERVICE_KEY, acquired, record_service

CLIENT = Signatures(CLIENT_KEY, {"records": SERVICE_KEY.public_key()}, TAG)
URL = "http://localhost/v1/records"
FIRMS = {OWNER.code: Firm(registry=REGISTERED, acquiring=acquired(date(2026, 11, 28)))}


@pytest.fixture
def client() -> FlaskClient:
    """A client of the service."""
    return record_service(FIRMS).test_client()


def ask(client: FlaskClient, path: str, key: str = "k1", **question: str) -> TestResponse:
    body = json.dumps(question).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    request = Request("POST", f"{URL}/{path}", headers)
    CLIENT.sign(request, body)
    response = client.post(f"/v1/records/{path}", data=body, headers=dict(request.headers))
    CLIENT.verify(Answer(response.status_code, dict(response.headers), request), response.data)
    return response


def test_a_record_is_told_signed(client: FlaskClient) -> None:
    response = ask(client, "registry", credit_code=OWNER.code)
    assert response.status_code == 200
    assert response.get_json()["record"]["principal"] == OWNER.name


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("registry", {"credit_code": "92110101MA00000001"}),
        ("reviews", {"credit_code": OWNER.code}),
        (
            "acquiring",
            {"credit_code": OWNER.code, "first_day": "2030-01-01", "last_day": "2030-01-31"},
        ),
    ],
)
def test_what_is_not_known_is_told_signed(
    client: FlaskClient, path: str, question: dict[str, str]
) -> None:
    response = ask(client, path, **question)
    assert (response.status_code, response.get_json()["code"]) == (404, "not_known")


@pytest.mark.parametrize(
    ("path", "question", "place"),
    [
        ("registry", {"credit_code": "short"}, "credit_code"),
        ("registry", {"credit_code": OWNER.code, "name": "林知夏"}, "name"),
        ("acquiring", {"credit_code": OWNER.code, "first_day": "2026-01-01"}, "last_day"),
    ],
)
def test_what_is_no_question_is_told(
    client: FlaskClient, path: str, question: dict[str, str], place: str
) -> None:
    response = ask(client, path, **question)
    assert response.status_code == 422
    assert response.get_json()["places"] == [place]


def test_who_is_not_known_is_told_nothing(client: FlaskClient) -> None:
    body = json.dumps({"credit_code": OWNER.code})
    response = client.post("/v1/records/registry", data=body, headers={"Idempotency-Key": "k1"})
    assert response.status_code == 401
    assert OWNER.name not in response.text


def test_an_asking_has_a_name(client: FlaskClient) -> None:
    assert ask(client, "registry", key="k" * 129, credit_code=OWNER.code).status_code == 400
    assert client.get("/health").status_code == 204
