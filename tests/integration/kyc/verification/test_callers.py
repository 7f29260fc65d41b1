"""Callers verified by voice, over HTTP and both databases; findings are given, as by a worker."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.services import House
from audit.writer import AuditEvent
from kyc import jobs as work
from kyc.analysis.analyser import Finding
from kyc.onboarding.models import Call
from storage import queue as jobs
from storage.database import utc_now
from tests.integration.conftest import Web
from tests.integration.test_onboarding import onboard

Staff = Callable[[str], Web]
KNOWN = Finding((), measurements={"outcome": "verified", "llr": 8.0})


def account(agent: Web, phone: str) -> str:
    found = agent.call("GET", f"/accounts?phone={phone}")[1]["accounts"]
    return f"/accounts/{found[0]['id']}/calls"


def record(agent: Web, path: str, content: bytes) -> tuple[int, Any]:
    return agent.call("PUT", f"{path}/recording", data={"file": (io.BytesIO(content), "call.wav")})


def judge(house: House, finding: Finding) -> None:
    with house.database.transaction() as session:
        claim = jobs.claim(session, 60)
        assert claim is not None
        content, asked = work.brief(session, house.desk, claim.kind, claim.subject_id)
        assert content
        assert {"digits", "voice_template", "digits_template"} == set(asked)
        work.record(session, house.desk, claim.kind, claim.subject_id, finding, {})
        jobs.finish(session, claim)


def test_a_caller_reads_digits_and_is_known(
    sign_in: Callable[[str], Web], staff: Staff, house: House
) -> None:
    onboard(sign_in("13800000001"), house)
    agent = staff("agent")
    calls = account(agent, "13800000001")
    status, asked = agent.call("POST", calls)
    assert (status, asked["state"], len(asked["digits"])) == (201, "asked", 6)
    path = f"{calls}/{asked['id']}"
    assert record(agent, path, b"sound")[1]["state"] == "analysing"
    judge(house, KNOWN)
    view = agent.call("GET", path)[1]
    assert (view["state"], view["advice"]) == ("verified", [])
    assert "llr" not in json.dumps(view)
    assert record(agent, path, b"again")[1]["code"] == "call_unusable"
    with house.database.reading() as session:
        actions = set(session.scalars(sa.select(AuditEvent.action)))
    assert {"voice.asked", "voice.recorded", "voice.judged"} <= actions


def test_a_recording_sent_before_is_rejected_and_a_wrong_voice_told(
    sign_in: Callable[[str], Web], staff: Staff, house: House
) -> None:
    onboard(sign_in("13800000001"), house)
    agent = staff("agent")
    calls = account(agent, "13800000001")
    first = agent.call("POST", calls)[1]["id"]
    record(agent, f"{calls}/{first}", b"sound")
    judge(house, Finding(("voice_differs",), measurements={"outcome": "rejected"}))
    view = agent.call("GET", f"{calls}/{first}")[1]
    assert view["state"] == "rejected"
    assert "do not proceed" in view["advice"][0]
    second = agent.call("POST", calls)[1]["id"]
    assert record(agent, f"{calls}/{second}", b"sound")[1]["state"] == "rejected"


def test_what_cannot_be_analysed_is_for_the_agent_to_judge(
    sign_in: Callable[[str], Web], staff: Staff, house: House
) -> None:
    onboard(sign_in("13800000001"), house)
    agent = staff("agent")
    calls = account(agent, "13800000001")
    asked = agent.call("POST", calls)[1]["id"]
    record(agent, f"{calls}/{asked}", b"sound")
    judge(house, Finding(("analysis_failed",)))
    assert agent.call("GET", f"{calls}/{asked}")[1]["state"] == "unsure"


def test_calls_have_their_owner_their_time_and_their_number(
    sign_in: Callable[[str], Web], staff: Staff, house: House
) -> None:
    owner, stranger = sign_in("13800000001"), sign_in("13800000002")
    onboard(owner, house)
    agent, admin = staff("agent"), staff("admin")
    calls = account(agent, "13800000001")
    asked = agent.call("POST", calls)[1]["id"]
    assert admin.call("GET", f"{calls}/{asked}")[0] == 404
    assert owner.call("POST", calls)[1]["code"] == "not_allowed"
    assert stranger.call("GET", f"{calls}/{asked}")[1]["code"] == "not_allowed"
    with house.database.transaction() as session:
        session.get_one(Call, UUID(asked)).expires_at = utc_now() - timedelta(seconds=1)
    assert record(agent, f"{calls}/{asked}", b"late")[1]["code"] == "call_unusable"
    assert agent.call("POST", account(agent, "13800000002"))[1]["code"] == "voice_unknown"
    codes = [agent.call("POST", calls)[0] for _ in range(3)]
    assert codes == [201, 201, 429]
