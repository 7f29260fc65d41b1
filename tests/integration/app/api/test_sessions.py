"""Owners see their sessions and end them; what is ended opens nothing from that moment on."""

from __future__ import annotations

from typing import Any

import pytest

from app.services import Services
from core.actors import Role
from demo.device import DeviceKey
from tests.support.clock import MovableClock
from tests.support.devices import HERE
from tests.support.web import API, SignIn, Web, signed_in

PHONE = "13800000001"


@pytest.fixture
def web(sign_in: SignIn) -> Web:
    return sign_in(PHONE)


def sessions(web: Web) -> list[dict[str, Any]]:
    status, answer = web.call("GET", "/me/sessions")
    assert status == 200, answer
    found: list[dict[str, Any]] = answer["sessions"]
    return found


def refreshed(web: Web, token: str, key: DeviceKey) -> tuple[int, Any]:
    proof = key.proof("POST", f"{HERE}{API}/auth/refresh")
    without = Web(web.client, {})
    return without.call("POST", "/auth/refresh", {"refresh": token}, headers={"DPoP": proof})


def test_owners_list_their_sessions_and_end_one_elsewhere(sign_in: SignIn) -> None:
    first, second, stranger = sign_in(PHONE), sign_in(PHONE), sign_in("13800000002")
    assert [one["current"] for one in sessions(second)] == [True, False]
    assert {one["address_prefix"] for one in sessions(second)} == {"127.0.0.0/24"}
    old = sessions(second)[1]["id"]
    assert stranger.call("DELETE", f"/me/sessions/{old}")[1]["code"] == "not_found"
    assert second.call("DELETE", f"/me/sessions/{old}")[0] == 204
    assert first.call("GET", "/me/sessions")[1]["code"] == "token_invalid"
    assert [one["current"] for one in sessions(second)] == [True]


def test_logging_out_ends_the_session_with_both_its_tokens(sign_in: SignIn) -> None:
    web, elsewhere = sign_in(PHONE), sign_in(PHONE)
    assert web.call("POST", "/auth/logout")[0] == 204
    assert web.call("POST", "/onboardings")[1]["code"] == "token_invalid"
    alone = web.saying(Authorization=f"Bearer {web.token}")
    assert alone.call("GET", "/me/sessions")[1]["code"] == "token_invalid"
    assert elsewhere.call("POST", "/onboardings")[0] == 201


@pytest.mark.parametrize("role", [Role.AGENT, Role.COMPLIANCE])
def test_staff_log_out_too(web: Web, services: Services, role: Role) -> None:
    staff = signed_in(web.client.application, services, role)
    assert len(sessions(staff)) == 1
    assert staff.call("POST", "/auth/logout")[0] == 204
    assert staff.call("GET", "/me/sessions")[1]["code"] == "token_invalid"


def test_tokens_are_refreshed_by_their_device_alone(web: Web, clock: MovableClock) -> None:
    status, tokens = refreshed(web, web.refresh, DeviceKey(now=web.device.now))
    assert (status, tokens["code"]) == (401, "proof_invalid")
    status, tokens = refreshed(web, web.refresh, web.device)
    assert status == 200
    clock.advance(seconds=899)
    assert len(sessions(web.holding(tokens["access"], web.device))) == 1


def test_a_refresh_token_used_twice_ends_access_at_once(web: Web) -> None:
    _, tokens = refreshed(web, web.refresh, web.device)
    fresh = web.holding(tokens["access"], web.device)
    assert len(sessions(fresh)) == 1
    assert refreshed(web, web.refresh, web.device)[1]["code"] == "token_invalid"
    assert fresh.call("GET", "/me/sessions")[1]["code"] == "token_invalid"
    assert refreshed(web, tokens["refresh"], web.device)[1]["code"] == "token_invalid"
