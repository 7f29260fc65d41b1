"""Customer service over HTTP: searches, an account, its values; and staff that is administered."""

from __future__ import annotations

import json
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from access.staff import AddStaff, add_staff
from app.services import Services
from audit.actions import Action
from core.actors import Role
from core.ids import new_id
from core.reasons import Reason
from kyc.evidence.types import LICENCE
from tests.support.clock import MovableClock
from tests.support.findings import OWNER
from tests.support.log import events
from tests.support.web import PASSWORD, SignIn, Web, offer, onboard

PHONE = "13800000001"
SEARCH = {"phone": PHONE, "reason": "call"}


def account_path(agent: Web, body: dict[str, str] = SEARCH) -> str:
    (one,) = agent.call("POST", "/accounts/searches", body)[1]["accounts"]
    return f"/accounts/{one['id']}"


def test_an_account_is_searched_for_and_read(
    sign_in: SignIn, staff: SignIn, services: Services
) -> None:
    owner = sign_in(PHONE)
    application = offer(owner, services)
    agent = staff("agent").saying(**{"Accept-Language": "en"})
    for value in (SEARCH, {"name": OWNER.name, "number_end": "421x", "reason": "fraud"}):
        status, found = agent.call("POST", "/accounts/searches", value)
        assert (status, found["more"]) == (200, False)
        assert [(one["phone"], one["name"]) for one in found["accounts"]] == [
            ("138****0001", "林**")
        ]
    status, view = agent.call("GET", f"{account_path(agent)}?reason=call")
    assert (status, view["phone"], view["name"]) == (200, "138****0001", "林**")
    assert view["caller_verified"] is False
    assert [one["decision"] for one in view["onboardings"]] == ["approved"]
    assert [one["id"] for one in view["applications"]] == [application["id"]]
    text = json.dumps(view, ensure_ascii=False)
    for hidden in (PHONE, OWNER.name, OWNER.number, OWNER.code, "llr", "score"):
        assert hidden not in text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "call"}, "search_too_wide"),
        ({"phone": PHONE}, "fields_invalid"),
        ({"phone": PHONE, "reason": "curiosity"}, "fields_invalid"),
        ({"phone_end": "٠٠٠١", "reason": "call"}, "fields_invalid"),
        ({"number_end": "42", "reason": "call"}, "fields_invalid"),
    ],
)
def test_a_search_says_whom_and_why(staff: SignIn, body: dict[str, str], code: str) -> None:
    status, problem = staff("agent").call("POST", "/accounts/searches", body)
    assert (status, problem["code"]) == (422, code)


def test_reading_an_account_needs_a_reason(sign_in: SignIn, staff: SignIn) -> None:
    sign_in(PHONE)
    agent = staff("agent")
    path = account_path(agent)
    for query in ("", "?reason=", "?reason=curiosity"):
        assert agent.call("GET", f"{path}{query}")[1]["code"] == "fields_invalid"
    absent = agent.call("GET", f"/accounts/{new_id()}?reason=call")
    assert (absent[0], absent[1]["code"]) == (404, "not_found")


def test_what_the_owner_should_do_is_told_in_the_language_that_is_asked_for(
    sign_in: SignIn, staff: SignIn, services: Services
) -> None:
    lapsed = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}
    onboard(sign_in(PHONE), services, lapsed)
    agent = staff("agent")
    path = f"{account_path(agent)}?reason=call"
    told = {
        language: agent.saying(**{"Accept-Language": language}).call("GET", path)[1]
        for language in ("en", "zh-CN")
    }
    assert "renew it" in told["en"]["onboardings"][0]["advice"][0]
    assert "renew" not in json.dumps(told["zh-CN"]["onboardings"][0]["advice"])


def stepped_up(services: Services, client: FlaskClient, clock: MovableClock, role: Role) -> Web:
    name = f"{role} {new_id().hex}"
    with services.transaction() as context:
        totp = pyotp.TOTP(add_staff(context, AddStaff(name, role, PASSWORD)))
    body = {"name": name, "password": PASSWORD, "totp": totp.at(clock.now())}
    tokens = Web(client, {}).call("POST", "/staff/tokens", body)[1]
    web = Web(client, {"Authorization": f"Bearer {tokens['access']}"})
    used = web.call("POST", "/staff/step-up", {"totp": body["totp"]})
    assert (used[0], used[1]["code"]) == (403, "step_up_failed")
    foreign = web.call("POST", "/staff/step-up", {"totp": "١٢٣٤٥٦"})
    assert (foreign[0], foreign[1]["code"]) == (422, "fields_invalid")
    clock.advance(seconds=30)
    status, answer = web.call("POST", "/staff/step-up", {"totp": totp.at(clock.now())})
    assert (status, answer["until"] > clock.now().isoformat()) == (200, True)
    return web


def test_values_are_shown_after_a_step_up(
    sign_in: SignIn, services: Services, client: FlaskClient, clock: MovableClock, staff: SignIn
) -> None:
    onboard(sign_in(PHONE), services)
    why: dict[str, Any] = {"reason": "correction", "note": "The caller says the name is wrong."}
    other = staff("agent")
    path = f"{account_path(other)}/unmask"
    refused = other.call("POST", path, why)
    assert (refused[0], refused[1]["code"]) == (403, "step_up_required")
    agent = stepped_up(services, client, clock, Role.AGENT)
    for note in ("", "short"):
        assert agent.call("POST", path, {**why, "note": note})[0] == 422
    key = {"Idempotency-Key": "the same"}
    for _ in range(2):  # each look is an event, and no answer is kept
        status, values = agent.call("POST", path, why, headers=key)
        assert (status, values["phone"], values["name"]) == (200, PHONE, OWNER.name)
        assert (values["identity_number"], values["credit_code"]) == (OWNER.number, OWNER.code)
    assert len(events(services, Action.ACCOUNT_UNMASKED)) == 2


def test_administrators_see_and_disable_staff(staff: SignIn) -> None:
    admin, agent = staff("admin"), staff("agent")
    assert agent.call("GET", "/staff/accounts")[1]["code"] == "not_allowed"
    accounts = admin.call("GET", "/staff/accounts")[1]["accounts"]
    by_role = {one["role"]: one for one in accounts}
    assert set(by_role) == {"admin", "agent"}
    assert set(by_role["agent"]) == {"id", "name", "role", "created_at", "disabled_at"}
    assert agent.call("POST", "/accounts/searches", SEARCH)[0] == 200
    status, gone = admin.call("POST", f"/staff/accounts/{by_role['agent']['id']}/disable")
    assert (status, gone["disabled_at"] is not None) == (200, True)
    assert agent.call("POST", "/accounts/searches", SEARCH)[1]["code"] == "token_invalid"
    own = admin.call("POST", f"/staff/accounts/{by_role['admin']['id']}/disable")
    assert (own[0], own[1]["code"]) == (409, "own_account")
    assert admin.call("POST", f"/staff/accounts/{new_id()}/disable")[0] == 404


def test_an_administrator_reads_nobodys_data(sign_in: SignIn, staff: SignIn) -> None:
    owner, admin, agent = sign_in(PHONE), staff("admin"), staff("agent")
    case = owner.call("POST", "/onboardings")[1]["id"]
    path = account_path(agent)
    for method, address, body in (
        ("GET", f"/accounts?phone={PHONE}", None),
        ("POST", "/accounts/searches", SEARCH),
        ("GET", f"{path}?reason=call", None),
        ("POST", f"{path}/unmask", {"reason": "call", "note": "long enough a reason"}),
        ("POST", f"{path}/voice-verifications", None),
        ("GET", "/reviews", None),
        ("POST", f"/reviews/{case}/claim", None),
        ("GET", f"/audit/onboardings/{case}", None),
        ("GET", f"/onboardings/{case}", None),
    ):
        assert admin.call(method, address, body)[1]["code"] == "not_allowed", address


def test_wrong_sign_ins_are_answered_alike_until_the_limit(client: FlaskClient) -> None:
    anybody = Web(client, {})
    body = {"name": "nobody", "password": PASSWORD, "totp": "000000"}
    foreign = anybody.call("POST", "/staff/tokens", {**body, "totp": "١٢٣٤٥٦"})
    assert (foreign[0], foreign[1]["code"]) == (422, "fields_invalid")
    answers = [anybody.call("POST", "/staff/tokens", body) for _ in range(11)]
    codes = [answer[1]["code"] for answer in answers]
    assert codes == ["sign_in_failed"] * 10 + ["sign_in_attempts_used"]
    refused = client.post("/api/v1/staff/tokens", json=body)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900


def test_a_session_of_staff_goes_on_and_ends_by_logging_out(
    services: Services, client: FlaskClient, clock: MovableClock
) -> None:
    with services.transaction() as context:
        totp = pyotp.TOTP(add_staff(context, AddStaff("wang.fang", Role.REVIEWER, PASSWORD)))
    body = {"name": "wang.fang", "password": PASSWORD, "totp": totp.at(clock.now())}
    tokens = Web(client, {}).call("POST", "/staff/tokens", body)[1]
    clock.advance(seconds=tokens["expires_in"])
    old = Web(client, {"Authorization": f"Bearer {tokens['access']}"})
    assert old.call("GET", "/reviews")[1]["code"] == "token_invalid"
    status, renewed = Web(client, {}).call("POST", "/auth/refresh", {"refresh": tokens["refresh"]})
    assert status == 200
    web = Web(client, {"Authorization": f"Bearer {renewed['access']}"})
    assert web.call("GET", "/reviews")[0] == 200
    assert web.call("POST", "/auth/logout")[0] == 204
    assert web.call("GET", "/reviews")[1]["code"] == "token_invalid"
    again = Web(client, {}).call("POST", "/auth/refresh", {"refresh": renewed["refresh"]})
    assert again[1]["code"] == "token_invalid"
