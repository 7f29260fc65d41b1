"""Reviewers and the cases that wait for them, over HTTP and both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.services import House, remember_policy
from audit.writer import AuditEvent
from kyc.analysis.analyser import Finding
from kyc.decision.replay import replay
from kyc.onboarding.models import Onboarding
from storage.database import utc_now
from tests.integration.conftest import Web
from tests.integration.test_onboarding import LICENCE, onboard

Owner = Callable[[str], Web]
Staff = Callable[[str], Web]
LAPSED = Finding(("licence_expired",), LICENCE)
COPIED = Finding(("photocopy",), LICENCE)
NOTE = "called the owner, renewal seen"


def verdict(web: Web, case: str, judgement: str) -> tuple[int, Any]:
    body = {"judgement": judgement, "note": NOTE}
    return web.call("POST", f"/reviews/{case}/verdicts", body)


def test_a_case_is_claimed_looked_at_and_decided(
    sign_in: Owner, staff: Staff, house: House
) -> None:
    remember_policy(house)
    owner = sign_in("13800000001")
    case = onboard(owner, house, licence=LAPSED)["id"]
    reviewer, agent = staff("reviewer"), staff("agent")
    assert agent.call("GET", "/reviews")[1]["code"] == "not_allowed"
    (row,) = reviewer.call("GET", "/reviews")[1]["cases"]
    assert (row["id"], row["reasons"], row["taken"]) == (case, ["licence_expired"], False)
    assert verdict(reviewer, case, "approved")[1]["code"] == "case_not_claimed"
    status, view = reviewer.call("POST", f"/reviews/{case}/claim")
    assert status == 201
    assert {check["kind"] for check in view["checks"]} >= {"licence", "face_match"}
    licence = next(item for item in view["evidence"] if item["kind"] == "licence")
    looked = reviewer.client.get(
        f"/api/v1/reviews/{case}/evidence/{licence['id']}", headers=reviewer.headers
    )
    assert looked.data == f"/onboardings/{case}licence".encode()
    assert looked.headers["Cache-Control"] == "no-store"
    assert verdict(reviewer, case, "approved")[1] == {"decision": "approved", "settled": True}
    assert owner.call("GET", f"/onboardings/{case}")[1]["decision"] == "approved"
    assert reviewer.call("GET", "/reviews")[1]["cases"] == []
    with house.database.reading() as session:
        actions = set(session.scalars(sa.select(AuditEvent.action)))
        assert {"review.claimed", "review.looked", "review.judged"} <= actions
        assert replay(session, UUID(case)).same


def test_what_speaks_of_fraud_takes_four_eyes(sign_in: Owner, staff: Staff, house: House) -> None:
    case = onboard(sign_in("13800000001"), house, licence=COPIED)["id"]
    first, second = staff("reviewer"), staff("admin")
    first.call("POST", f"/reviews/{case}/claim")
    assert second.call("POST", f"/reviews/{case}/claim")[1]["code"] == "case_taken"
    assert verdict(first, case, "approved")[1] == {"decision": "review", "settled": False}
    first.call("POST", f"/reviews/{case}/claim")
    assert verdict(first, case, "approved")[1]["code"] == "second_eyes_missing"
    assert first.call("DELETE", f"/reviews/{case}/claim")[0] == 200
    second.call("POST", f"/reviews/{case}/claim")
    assert verdict(second, case, "approved")[1] == {"decision": "approved", "settled": True}


def test_two_who_differ_leave_it_to_a_third_and_one_may_decline(
    sign_in: Owner, staff: Staff, house: House
) -> None:
    case = onboard(sign_in("13800000001"), house, licence=COPIED)["id"]
    first, second = staff("reviewer"), staff("admin")
    first.call("POST", f"/reviews/{case}/claim")
    verdict(first, case, "approved")
    second.call("POST", f"/reviews/{case}/claim")
    assert verdict(second, case, "declined")[1]["settled"] is False
    other = onboard(sign_in("13800000002"), house, licence=COPIED)["id"]
    first.call("POST", f"/reviews/{other}/claim")
    assert verdict(first, other, "declined")[1] == {"decision": "declined", "settled": True}


def test_a_silent_reviewer_loses_the_case_and_a_short_note_is_no_reason(
    sign_in: Owner, staff: Staff, house: House
) -> None:
    case = onboard(sign_in("13800000001"), house, licence=LAPSED)["id"]
    first, second = staff("reviewer"), staff("admin")
    first.call("POST", f"/reviews/{case}/claim")
    with house.database.transaction() as session:
        row = session.get_one(Onboarding, UUID(case))
        row.claimed_until = utc_now() - timedelta(seconds=1)
    assert second.call("POST", f"/reviews/{case}/claim")[0] == 201
    assert verdict(first, case, "approved")[1]["code"] == "case_not_claimed"
    short = {"judgement": "approved", "note": "ok"}
    assert second.call("POST", f"/reviews/{case}/verdicts", short)[0] == 422
