"""Customer service and reviewers over HTTP, on both databases."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import UUID

from app.services import Services
from core.reasons import Reason
from kyc.evidence.types import LICENCE
from kyc.onboarding.models import Onboarding
from tests.support.findings import DIFFERENT, OWNER
from tests.support.jobs import work_off
from tests.support.web import API, SignIn, Web, confirm, offer, onboard

LAPSED = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}


def verifications(agent: Web, phone: str = "13800000001") -> str:
    found = agent.call("GET", f"/accounts?phone={phone}")[1]["accounts"]
    return f"/accounts/{found[0]['id']}/calls"


def record(agent: Web, path: str, content: bytes) -> tuple[int, Any]:
    data = {"file": (io.BytesIO(content), "call.wav")}
    return agent.call("PUT", f"{path}/recording", data=data, headers={"Prefer": "wait=0"})


def test_a_caller_reads_digits_and_is_known(
    sign_in: SignIn, staff: SignIn, services: Services
) -> None:
    onboard(sign_in("13800000001"), services)
    agent = staff("agent")
    calls = verifications(agent)
    status, asked = agent.call("POST", calls)
    assert (status, asked["state"], len(asked["digits"])) == (201, "asked", 6)
    path = f"{calls}/{asked['id']}"
    assert record(agent, path, b"sound")[1]["state"] == "analysing"
    work_off(services)
    view = agent.call("GET", path)[1]
    assert (view["state"], view["advice"]) == ("verified", [])
    assert "llr" not in json.dumps(view)
    assert record(agent, path, b"again")[1]["code"] == "call_unusable"


def test_an_agent_is_told_what_a_phone_is_not(
    sign_in: SignIn, staff: SignIn, services: Services
) -> None:
    owner = sign_in("13800000001").saying(**{"Accept-Language": "en"})
    onboard(owner, services)
    agent = staff("agent").saying(**{"Accept-Language": "en"})
    calls = verifications(agent)
    first = agent.call("POST", calls)[1]["id"]
    record(agent, f"{calls}/{first}", b"sound")
    work_off(services, verification=DIFFERENT)
    view = agent.call("GET", f"{calls}/{first}")[1]
    assert view["state"] == "rejected"
    assert "do not proceed" in view["advice"][0]
    second = agent.call("POST", calls)[1]["id"]
    assert record(agent, f"{calls}/{second}", b"sound")[1]["state"] == "rejected"
    asked = owner.call("POST", "/me/verifications", {"purpose": "offer"})[1]["id"]
    mine = f"/me/verifications/{asked}"
    record(owner, mine, b"other sound")
    work_off(services, verification=DIFFERENT)
    assert "do not proceed" not in json.dumps(owner.call("GET", mine)[1])


def test_verifications_have_their_asker_and_their_number(
    sign_in: SignIn, staff: SignIn, services: Services
) -> None:
    owner, stranger = sign_in("13800000001"), sign_in("13800000002")
    offer(owner, services)
    agent, other = staff("agent"), staff("agent")
    calls = verifications(agent)
    asked = agent.call("POST", calls)[1]["id"]
    assert other.call("GET", f"{calls}/{asked}")[0] == 404
    assert owner.call("POST", calls)[1]["code"] == "not_allowed"
    assert stranger.call("GET", f"{calls}/{asked}")[1]["code"] == "not_allowed"
    own = confirm(owner, services, "offer")["verification_id"]
    assert stranger.call("GET", f"/me/verifications/{own}")[0] == 404
    assert other.call("GET", f"{calls}/{own}")[0] == 404
    unknown = agent.call("POST", verifications(agent, "13800000002"))
    assert unknown[1]["code"] == "voice_unknown"
    codes = [agent.call("POST", calls)[0] for _ in range(3)]
    assert codes == [201, 201, 429]


def test_a_case_is_claimed_viewed_and_decided(
    sign_in: SignIn, staff: SignIn, services: Services
) -> None:
    owner = sign_in("13800000001")
    case = onboard(owner, services, LAPSED)["id"]
    reviewer, agent = staff("reviewer"), staff("agent")
    verdict = {"judgement": "approved", "note": "called the owner, renewal seen"}
    assert agent.call("GET", "/reviews")[1]["code"] == "not_allowed"
    (row,) = reviewer.call("GET", "/reviews")[1]["cases"]
    assert (row["id"], row["reasons"], row["taken"]) == (case, ["licence_expired"], False)
    early = reviewer.call("POST", f"/reviews/{case}/verdicts", verdict)
    assert early[1]["code"] == "case_not_claimed"
    status, view = reviewer.call("POST", f"/reviews/{case}/claim")
    assert status == 201
    assert {check["kind"] for check in view["checks"]} >= {"licence", "face_match"}
    licence = next(item for item in view["evidence"] if item["kind"] == "licence")
    viewed = reviewer.client.get(
        f"{API}/reviews/{case}/evidence/{licence['id']}", headers=reviewer.headers
    )
    assert viewed.data == f"/onboardings/{case}licence".encode()
    assert viewed.headers["Cache-Control"] == "no-store"
    assert viewed.headers["X-Content-Type-Options"] == "nosniff"
    short = reviewer.call("POST", f"/reviews/{case}/verdicts", {**verdict, "note": "ok"})
    assert short[0] == 422
    settled = reviewer.call("POST", f"/reviews/{case}/verdicts", verdict)[1]
    assert settled == {"decision": "approved", "settled": True}
    assert owner.call("GET", f"/onboardings/{case}")[1]["decision"] == "approved"
    assert reviewer.call("GET", "/reviews")[1]["cases"] == []


def test_a_case_of_another_is_taken_and_may_be_given_back(
    sign_in: SignIn, staff: SignIn, services: Services
) -> None:
    case = onboard(sign_in("13800000001"), services, LAPSED)["id"]
    first, second = staff("reviewer"), staff("reviewer")
    assert first.call("POST", f"/reviews/{case}/claim")[0] == 201
    assert second.call("POST", f"/reviews/{case}/claim")[1]["code"] == "case_taken"
    assert first.call("DELETE", f"/reviews/{case}/claim")[0] == 200
    assert second.call("POST", f"/reviews/{case}/claim")[0] == 201


def test_a_reason_of_another_version_hides_no_case(
    sign_in: SignIn, staff: SignIn, services: Services
) -> None:
    onboarding = onboard(sign_in("13800000001"), services, LAPSED)["id"]
    with services.transaction() as context:
        row = context.session.get_one(Onboarding, UUID(onboarding))
        row.reasons = [*row.reasons, "employer_unknown"]
    reviewer = staff("reviewer")
    (waiting,) = reviewer.call("GET", "/reviews")[1]["cases"]
    assert waiting["reasons"] == [Reason.LICENCE_EXPIRED, "employer_unknown"]
    assert reviewer.call("POST", f"/reviews/{onboarding}/claim")[0] == 201
