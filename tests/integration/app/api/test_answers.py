"""Answers of the routes, over both databases: what an app sees of the minute."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.jobs.maintenance import Maintenance
from app.services import Services
from app.settings import Settings
from audit.checkpoint import read_checkpoint
from audit.merkle import is_consistent, root_from_inclusion
from core.ids import new_id
from core.reasons import Reason
from kyc.analysis.findings import Finding
from kyc.analysis.manifest import ModelManifest
from kyc.decision.record import record_finding
from tests.support.web import API, Web, enter

SignIn = Callable[[str], Web]
ENGLISH = {"Accept-Language": "en"}
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}
CONTENT = b"0123456789" * 10


@pytest.fixture
def owner(sign_in: SignIn) -> Web:
    return sign_in("13800000001")


def started(owner: Web) -> str:
    """The path of an onboarding with both consents."""
    path = f"/onboardings/{owner.call('POST', '/onboardings')[1]['id']}"
    for kind in ("terms", "biometric"):
        body = {"kind": kind, "version": "2026-11-28"}
        assert owner.call("POST", f"{path}/consents", body) == (201, {"done": True})
    return path


def send(owner: Web, path: str, kind: str, content: bytes, **more: Any) -> tuple[int, Any]:
    data = {"file": (io.BytesIO(content), "photo.jpg"), **more}
    headers = {"Prefer": "wait=0"}
    return owner.call("PUT", f"{path}/evidence/{kind}", data=data, headers=headers)


def find(services: Services, evidence: dict[str, Any], *reasons: Reason) -> None:
    """Record what an analysis might find."""
    services.parts.resources.add(ModelManifest, ModelManifest({}))
    with services.transaction() as context:
        record_finding(context, UUID(evidence["id"]), Finding(reasons))


def test_evidence_comes_back_with_advice_in_one_language(owner: Web, services: Services) -> None:
    path = started(owner)
    status, view = send(owner, path, "licence", CONTENT)
    assert status == 202
    [sent] = view["evidence"]
    assert (sent["kind"], sent["state"], sent["advice"]) == ("licence", "analysing", [])
    assert "licence" not in view["missing"]
    find(services, sent, Reason.BLURRED)
    status, view = owner.call("GET", path, headers={**ENGLISH, "Prefer": "wait=20"})
    assert status == 200
    assert view["evidence"][0]["state"] == "retry"
    assert view["evidence"][0]["advice"] == ["The photo is blurred: hold still and focus."]
    assert "licence" in view["missing"]
    chinese = owner.call("GET", path)[1]
    assert chinese["evidence"][0]["advice"] == ["照片模糊，请拿稳手机并对焦。"]


def test_who_is_listed_is_not_told_so(owner: Web, services: Services) -> None:
    path = started(owner)
    [sent] = send(owner, path, "licence", CONTENT)[1]["evidence"]
    find(services, sent, Reason.LISTED)
    view = owner.call("GET", path, headers=ENGLISH)[1]
    assert view["evidence"][0]["advice"] == ["A person will look at this: please wait."]
    assert "listed" not in json.dumps(view)


def test_uploads_that_are_none_are_refused(owner: Web) -> None:
    path = f"{started(owner)}/evidence/licence"
    assert owner.call("PUT", path)[1]["code"] == "upload_invalid"
    wrong = {"file": (io.BytesIO(b"x"), "x.jpg"), "challenge_id": "no id"}
    assert owner.call("PUT", path, data=wrong)[1]["code"] == "upload_invalid"
    assert owner.call("PUT", path.replace("licence", "passport"))[0] == 404


def test_a_key_gives_the_same_answer(owner: Web) -> None:
    path = f"{started(owner)}/challenges"
    key = {"Idempotency-Key": "one"}
    first = owner.call("POST", path, {"kind": "face"}, headers=key)
    assert first[0] == 201
    assert owner.call("POST", path, {"kind": "face"}, headers=key) == first
    other = owner.call("POST", path, {"kind": "voice"}, headers=key)
    assert other[1]["code"] == "idempotency_key_reused"
    assert owner.call("POST", path, {"kind": "face"})[1]["id"] != first[1]["id"]


def test_a_consent_is_given_to_the_version_in_force_and_withdrawn_once(owner: Web) -> None:
    path = f"{started(owner)}/consents"
    outdated = owner.call("POST", path, {"kind": "terms", "version": "2020-01"})
    assert (outdated[0], outdated[1]["code"]) == (422, "consent_outdated")
    assert owner.call("DELETE", f"{path}/biometric") == (200, {"done": True})
    assert owner.call("DELETE", f"{path}/biometric")[0] == 404
    assert owner.call("DELETE", f"{path}/everything")[0] == 404


def test_a_stream_begins_with_what_was_missed(owner: Web) -> None:
    path = started(owner)
    answer = owner.client.get(f"{API}{path}/events", headers=owner.headers)
    assert answer.mimetype == "text/event-stream"
    retry, event = next(answer.iter_encoded()).decode().strip().split("\n\n")
    answer.close()
    assert retry == "retry: 500"
    assert event.startswith("id: ")
    fields = dict(line.split(": ", 1) for line in event.strip().splitlines())
    assert fields["event"] == "onboarding"
    assert json.loads(fields["data"])["state"] == "open"


def test_somebody_elses_onboarding_is_as_absent_as_none(owner: Web, sign_in: SignIn) -> None:
    path = started(owner)
    other = sign_in("13900000002")
    for there in (path, f"/onboardings/{new_id()}"):
        assert other.call("GET", there)[0] == 404
        assert other.call("GET", f"{there}/events")[0] == 404
        assert other.call("POST", f"{there}/challenges", {"kind": "face"})[0] == 404


def test_an_upload_in_chunks_becomes_evidence(owner: Web) -> None:
    path = started(owner)
    client, content = owner.client, CONTENT * 1_000
    first = 70_000  # bytes: a part but the last has a least size
    about = client.options(f"{API}{path}/uploads")
    assert (about.status_code, about.headers["Tus-Max-Size"]) == (204, "20971520")
    headers = {**owner.headers, **TUS, "Upload-Length": str(len(content))}
    headers["Upload-Metadata"] = "kind bGljZW5jZQ==,filename"
    begun = client.post(f"{API}{path}/uploads", headers=headers)
    assert begun.status_code == 201
    there = begun.headers["Location"]
    half = {**owner.headers, **CHUNK, "Upload-Offset": "0"}
    assert client.patch(there, headers=half, data=content[:first]).status_code == 204
    assert client.patch(there, headers=half, data=content[:first]).status_code == 409
    asked = client.head(there, headers={**owner.headers, **TUS})
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, str(first))
    rest = {**half, "Upload-Offset": str(first)}
    whole = client.patch(there, headers=rest, data=content[first:])
    assert whole.headers["Upload-Offset"] == str(len(content))
    assert owner.call("GET", path)[1]["evidence"][0]["kind"] == "licence"


def test_an_upload_is_cancelled(owner: Web) -> None:
    path = started(owner)
    headers = {**owner.headers, **TUS, "Upload-Length": "100"}
    headers["Upload-Metadata"] = "kind bGljZW5jZQ=="
    there = owner.client.post(f"{API}{path}/uploads", headers=headers).headers["Location"]
    tus = {**owner.headers, **TUS}
    assert owner.client.delete(there, headers=tus).status_code == 204
    assert owner.client.head(there, headers=tus).status_code == 404


def test_codes_end_after_wrong_ones_and_asking_has_a_limit(
    client: FlaskClient, settings: Settings
) -> None:
    web = Web(client, {})
    asked = {"phone": "13800000001"}
    attempts = [web.call("POST", "/auth/codes", asked)[1]["attempt"] for _ in range(3)]
    code = json.loads(settings.codes.read_text().splitlines()[-1])["code"]
    wrong = {**asked, "attempt": attempts[-1], "code": f"{(int(code) + 1) % 1_000_000:06d}"}
    tries = [enter(web, wrong)[1]["code"] for _ in range(5)]
    assert set(tries) == {"code_wrong"}
    assert enter(web, {**wrong, "code": code})[1]["code"] == "code_wrong"
    answer = client.post(f"{API}/auth/codes", json=asked, headers=ENGLISH)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "codes_paused")
    assert "in 60 minutes" in answer.get_json()["detail"]
    assert 3590 <= int(answer.headers["Retry-After"]) <= 3600


def test_a_defect_says_nothing_of_its_inside(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("SELECT secret FROM vault")

    monkeypatch.setattr("app.codes.request_code", broken)
    answer = client.post(f"{API}/auth/codes", json={"phone": "13800000001"})
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)


@pytest.mark.usefixtures("owner")
def test_customer_service_sees_masked_values(staff: SignIn) -> None:
    agent = staff("agent")
    found = agent.call("GET", "/accounts?phone=13800000001")[1]["accounts"]
    assert [one["phone"] for one in found] == ["138****0001"]
    for typed in ("phone=138 0000 0001", "phone=１３８０００００００１"):
        assert agent.call("GET", f"/accounts?{typed}")[1]["accounts"] == found
    for empty in ("/accounts", "/accounts?phone=&name="):
        assert agent.call("GET", empty)[1]["code"] == "search_too_wide"
    for name in ("calls", "voice-verifications"):
        asked = agent.call("POST", f"/accounts/{found[0]['id']}/{name}")
        assert (asked[0], asked[1]["code"]) == (409, "voice_unknown")


def test_compliance_reads_a_story_and_proves_it(
    owner: Web, staff: SignIn, services: Services
) -> None:
    path = started(owner)
    compliance = staff("compliance")
    status, story = compliance.call("GET", f"/audit{path}")
    assert (status, story["intact"], story["faults"], story["verified_size"]) == (200, None, [], 0)
    assert Maintenance(services).sequence()
    event = story["events"][0]
    assert event["action"] == "onboarding.started"
    proof = compliance.call("GET", f"/audit/proofs/{event['id']}")[1]
    key = compliance.call("GET", "/audit/checkpoint")[1]["public_key"]
    public_key = base64.b64decode(key)
    earlier = read_checkpoint(proof["note"], "kaihu.local/audit", public_key)
    path_up = [bytes.fromhex(node) for node in proof["proof"]]
    leaf = bytes.fromhex(event["leaf"])
    root = root_from_inclusion(leaf, proof["position"], proof["size"], path_up)
    assert root == earlier.root

    compliance.call("GET", f"/audit{path}")  # is an event itself: the log grows
    assert Maintenance(services).sequence()
    grown = compliance.call("GET", f"/audit/consistency-proofs/{earlier.size}")[1]
    later = read_checkpoint(grown["note"], "kaihu.local/audit", public_key)
    nodes = [bytes.fromhex(node) for node in grown["proof"]]
    assert later.size > earlier.size
    assert is_consistent(earlier.size, later.size, earlier.root, later.root, nodes)


def test_a_story_of_nothing_is_not_found(staff: SignIn) -> None:
    status, problem = staff("compliance").call("GET", f"/audit/onboardings/{new_id()}")
    assert (status, problem["code"]) == (404, "not_found")


def test_a_queue_without_cases_is_empty(staff: SignIn) -> None:
    reviewer = staff("reviewer")
    assert reviewer.call("GET", "/reviews") == (200, {"cases": []})
    assert reviewer.call("POST", f"/reviews/{new_id()}/claim")[0] == 404
