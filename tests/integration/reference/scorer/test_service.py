from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reference.scorer import TAG
from reference.scorer.answers import KEPT_S
from reference.signatures import Answer, Request, Signatures
from tests.support.scorers import (
    CARDS,
    CLIENT_KEY,
    SCORER_KEY,
    known,
    question,
    reference_scorer,
)

URL = "http://localhost/v1/assessments"
CLIENT = Signatures(CLIENT_KEY, {"scorer": SCORER_KEY.public_key()}, TAG)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return reference_scorer(tmp_path).test_client()


def ask(client: FlaskClient, asked: object, key: str = "k1", **headers: str) -> TestResponse:
    body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    sent = {"Content-Type": "application/json", "Idempotency-Key": key, **headers}
    request = Request("POST", URL, sent)
    CLIENT.sign(request, body)
    answer = client.post(URL, data=body, headers=dict(request.headers))
    CLIENT.verify(Answer(answer.status_code, dict(answer.headers), request), answer.data)
    return answer


def test_a_question_is_answered_and_signed(client: FlaskClient) -> None:
    answer = ask(client, question()).get_json()
    assert answer["application"] == question()["application"]
    assert answer["model"] == {
        "name": "reference-thin",
        "version": "1",
        "card_sha256": CARDS.thin.sha256,
    }
    assert 0.01 < answer["pd_12m"] < 0.2
    assert answer["reasons"][0]["code"] == "industry"
    assert answer["missing"] == []


def test_more_knowledge_takes_the_thick_card(client: FlaskClient) -> None:
    features = {**question()["features"], "employees": known(4)}
    answer = ask(client, question(features=features)).get_json()
    assert answer["model"]["name"] == "reference-thick"
    assert "turnover_trend" in answer["missing"]


def test_invoices_take_the_card_that_was_fitted_on_them(client: FlaskClient) -> None:
    features = {**question()["features"], "invoice_variation": known(0.5)}
    answer = ask(client, question(features=features)).get_json()
    assert answer["model"]["name"] == "reference-invoiced"
    assert "invoice_void_share" in answer["missing"]


def test_what_it_does_not_know_changes_nothing(client: FlaskClient) -> None:
    features = {**question()["features"], "shoe_size": known(43)}
    plain = ask(client, question(), "k1").get_json()
    more = ask(client, question(features=features), "k2").get_json()
    assert more["points"] == plain["points"]
    assert more["model"] == plain["model"]


def test_the_same_key_is_answered_with_the_same_bytes(client: FlaskClient, tmp_path: Path) -> None:
    first = ask(client, question())
    again = ask(reference_scorer(tmp_path).test_client(), question())  # after a restart
    other = ask(client, question(), "k2")
    assert first.data == again.data
    assert other.get_json()["assessment"] != first.get_json()["assessment"]


def test_a_key_of_another_question_is_refused(client: FlaskClient) -> None:
    ask(client, question())
    answer = ask(client, question(amount_fen=1))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency_key_reused")


def test_a_refused_question_uses_no_key_up(client: FlaskClient) -> None:
    assert ask(client, question(amount_fen=0)).status_code == 422
    assert ask(client, question()).status_code == 200


def test_answers_are_kept_a_week(tmp_path: Path) -> None:
    moment = 1_000_000.0
    client = reference_scorer(tmp_path, lambda: moment).test_client()
    ask(client, question(), "old")
    moment += KEPT_S + 1
    ask(client, question(), "new")
    with sqlite3.connect(tmp_path / "answers.sqlite") as kept:
        assert kept.execute("SELECT key FROM answers").fetchall() == [("new",)]


@pytest.mark.parametrize(
    ("changes", "code", "places"),
    [
        ({"amount_fen": "5000000"}, "request_invalid", ["amount_fen"]),
        ({"amount_fen": -1, "tenor_months": 0}, "request_invalid", ["amount_fen", "tenor_months"]),
        ({"catalogue": "2"}, "catalogue_unknown", ["catalogue"]),
        (
            {"features": {"months_in_business": known(-1)}},
            "feature_invalid",
            ["features.months_in_business"],
        ),
        (
            {"features": {"months_in_business": known("young")}},
            "feature_invalid",
            ["features.months_in_business"],
        ),
        (
            {"features": {"months_in_business": {"value": 3}}},
            "request_invalid",
            ["features.months_in_business"],
        ),
    ],
)
def test_what_is_wrong_is_named(
    client: FlaskClient, changes: dict[str, Any], code: str, places: list[str]
) -> None:
    answer = ask(client, question(**changes))
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json()
    assert (problem["code"], problem["places"]) == (code, places)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"null", b"NaN"])
def test_what_is_no_question_is_refused(client: FlaskClient, body: bytes) -> None:
    assert ask(client, body).status_code == 422


def test_a_question_needs_a_key(client: FlaskClient) -> None:
    assert ask(client, question(), "").status_code == 400
    assert ask(client, question(), "x" * 129).status_code == 400


def test_a_question_that_is_too_long_is_refused(client: FlaskClient) -> None:
    answer = client.post(URL, data=b"x" * (64 * 2**10 + 1))
    assert answer.status_code == 413


def test_nobody_unsigned_is_answered(client: FlaskClient) -> None:
    for answer in (client.post(URL, json=question()), client.get("/v1/model")):
        assert (answer.status_code, answer.get_json()["code"]) == (401, "not_signed")
    assert client.get("/health").status_code == 204


def test_a_file_that_is_held_is_unavailable_for_a_while(
    client: FlaskClient, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "answers.sqlite", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = ask(client, question())
        other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert ask(client, question()).status_code == 200


def test_the_model_tells_its_inputs_and_its_data(client: FlaskClient) -> None:
    request = Request("GET", "http://localhost/v1/model", {})
    CLIENT.sign(request, b"")
    answer = client.get("/v1/model", headers=dict(request.headers))
    CLIENT.verify(Answer(answer.status_code, dict(answer.headers), request), answer.data)
    thin, thick, invoiced = answer.get_json()["cards"]
    assert thin["sha256"] == CARDS.thin.sha256
    assert {feature["name"] for feature in thin["features"]} < {
        feature["name"] for feature in thick["features"]
    }
    every = (thin, thick, invoiced)
    assert all(card["data"]["source"] and card["data"]["licence"] for card in every)
    assert all(feature["source"] for card in every for feature in card["features"])


def test_only_its_own_user_reads_what_it_keeps(client: FlaskClient, tmp_path: Path) -> None:
    ask(client, question())
    assert (tmp_path / "answers.sqlite").stat().st_mode & 0o077 == 0
