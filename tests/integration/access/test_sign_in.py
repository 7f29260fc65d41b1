"""Who may do what: codes, tokens, roles; and how failures look."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from access import applicants as auth
from app.services import House
from app.settings import Settings
from tests.integration.conftest import Web


def test_customer_service_sees_masked_values_and_is_seen(
    sign_in: Callable[[str], Web], staff: Callable[[str], Web], house: House
) -> None:
    sign_in("13800000001")
    agent = staff("agent")
    status, found = agent.call("GET", "/accounts?phone=13800000001")
    assert status == 200
    assert [account["phone"] for account in found["accounts"]] == ["138****0001"]
    assert agent.call("GET", "/accounts?phone=13900000000")[1]["accounts"] == []
    assert agent.call("GET", "/accounts")[1]["code"] == "search_too_wide"
    with house.database.reading() as session:
        import sqlalchemy as sa

        from audit.writer import AuditEvent

        looks = sa.select(AuditEvent).where(AuditEvent.action == "account.looked_up")
        assert len(session.scalars(looks).all()) == 1
        searches = sa.select(AuditEvent.data).where(AuditEvent.action == "accounts.searched")
        assert [data["found"] for data in session.scalars(searches)] == [1, 0]


def test_roles_keep_to_their_rooms(
    sign_in: Callable[[str], Web], staff: Callable[[str], Web]
) -> None:
    owner, agent, compliance = sign_in("13800000001"), staff("agent"), staff("compliance")
    onboarding = owner.call("POST", "/onboardings")[1]["id"]
    log_path = f"/audit/onboardings/{onboarding}"
    assert owner.call("GET", "/accounts?phone=13800000001")[1]["code"] == "not_allowed"
    assert agent.call("GET", log_path)[1]["code"] == "not_allowed"
    assert agent.call("POST", "/onboardings")[1]["code"] == "not_allowed"
    status, view = compliance.call("GET", log_path)
    assert status == 200
    assert view["intact"]
    event = view["events"][0]
    assert event["action"] == "onboarding.started"
    checkpoint = compliance.call("GET", "/audit/checkpoint")[1]
    assert checkpoint["note"].startswith("kaihu.local/audit\n")
    proof = compliance.call("GET", f"/audit/proofs/{event['id']}")[1]

    from audit.checkpoint import read_checkpoint
    from audit.merkle import root_from_inclusion

    key = __import__("base64").b64decode(checkpoint["public_key"])
    signed = read_checkpoint(proof["note"], "kaihu.local/audit", key)
    path = [bytes.fromhex(node) for node in proof["proof"]]
    leaf = bytes.fromhex(event["leaf"])
    assert root_from_inclusion(leaf, proof["position"], proof["size"], path) == signed.root


def test_a_refresh_token_works_once_and_its_reuse_ends_the_family(
    client: FlaskClient, settings: Settings
) -> None:
    web = Web(client, {})
    web.call("POST", "/auth/codes", {"phone": "13800000001"})
    assert settings.code_outbox is not None
    code = json.loads(settings.code_outbox.read_text().splitlines()[-1])["code"]
    body = {"phone": "13800000001", "code": code}
    first = web.call("POST", "/auth/tokens", body)[1]["refresh"]
    assert web.call("POST", "/auth/tokens", body)[1]["code"] == "code_wrong"
    second = web.call("POST", "/auth/refresh", {"refresh": first})[1]["refresh"]
    assert web.call("POST", "/auth/refresh", {"refresh": first})[0] == 401
    assert web.call("POST", "/auth/refresh", {"refresh": second})[0] == 401


def test_guessing_a_code_ends_after_five_tries(client: FlaskClient, settings: Settings) -> None:
    web = Web(client, {})
    web.call("POST", "/auth/codes", {"phone": "13800000001"})
    assert settings.code_outbox is not None
    code = json.loads(settings.code_outbox.read_text().splitlines()[-1])["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        body = {"phone": "13800000001", "code": wrong}
        assert web.call("POST", "/auth/tokens", body)[0] == 401
    body = {"phone": "13800000001", "code": code}
    assert web.call("POST", "/auth/tokens", body)[0] == 401
    assert web.call("POST", "/auth/codes", {"phone": "13800000001"})[0] == 429


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
    headers = {"X-Request-ID": "abc"}
    answer = client.open(f"/api/v1{path}", method=method, data=data, headers=headers)
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert problem["instance"].endswith(":abc")
    assert answer.headers["X-Request-ID"] == "abc"
    assert {"type", "title", "status", "detail"} <= problem.keys()


def test_a_defect_tells_nothing_of_its_inside(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("SELECT secret FROM vault")

    monkeypatch.setattr(auth, "send_code", broken)
    answer = client.post("/api/v1/auth/codes", data='{"phone": "13800000001"}')
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)


def test_the_docs_describe_every_path(client: FlaskClient) -> None:
    document = client.get("/api/v1/swagger.json").get_json()
    assert "/onboardings/{onboarding_id}/challenges" in document["paths"]
    assert client.get("/api/v1/docs").status_code == 200
    assert client.get("/api/v1/health").status_code == 200


@pytest.mark.parametrize("name", ["KAIHU_DATABASE_URL=mysql://x", "KAIHU_PORT=x"])
def test_a_wrong_setting_stops_the_start_with_a_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.cli.main import main

    variable, value = name.split("=")
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as left:
        main(["audit", "verify"], standalone_mode=False)
    assert left.value.code == 2
    assert variable in capsys.readouterr().err
