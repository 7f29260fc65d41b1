"""Owners see their sessions and end them; what is ended opens nothing from that moment on."""

from __future__ import annotations

from typing import Any

import pytest

from app.services import Services
from app.settings import Settings
from core.actors import Role
from demo.device import DeviceKey
from tests.support.clock import MovableClock
from tests.support.devices import HERE
from tests.support.web import API, SignIn, Web, sign_in_owner, signed_in

PHONE = "13800000001"


@pytest.fixture
def web(sign_in: SignIn) -> Web:
    return sign_in(PHONE)


def sessions(web: Web) -> list[dict[str, Any]]:
    status, answer = web.call("GET", "/me/sessions")
    assert status == 200, answer
    found: list[dict[str, Any]] = answer["sessions"]
    return found


def refreshed(web: Web, token: str | None, key: DeviceKey) -> tuple[int, Any]:
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


def signed_in_by_page(web: Web, settings: Settings) -> Web:
    """A page's sign-in, whose refresh token the browser keeps."""
    page = sign_in_owner(web.client, settings, "13800000003", cookie=True)
    assert page.refresh is None
    return page


def refreshed_by_cookie(page: Web, key: DeviceKey) -> tuple[int, Any]:
    proof = key.proof("POST", f"{HERE}{API}/auth/refresh")
    return Web(page.client, {}).call("POST", "/auth/refresh", {}, headers={"DPoP": proof})


def test_a_pages_refresh_token_is_in_a_cookie_that_no_script_reads(
    web: Web, settings: Settings
) -> None:
    page = signed_in_by_page(web, settings)
    cookie = page.client.get_cookie("kaihu_refresh", path="/api/v1/auth")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")
    assert page.client.get_cookie("kaihu_refresh", path="/") is None
    status, tokens = refreshed_by_cookie(page, page.device)
    assert (status, tokens["refresh"]) == (200, None)
    assert page.holding(tokens["access"], page.device).call("GET", "/me/sessions")[0] == 200


def test_a_stolen_cookie_opens_nothing_without_its_key(web: Web, settings: Settings) -> None:
    page = signed_in_by_page(web, settings)
    status, refused = refreshed_by_cookie(page, DeviceKey(now=page.device.now))
    assert (status, refused["code"]) == (401, "proof_invalid")


def test_logging_out_takes_the_cookie_along(web: Web, settings: Settings) -> None:
    page = signed_in_by_page(web, settings)
    assert page.call("POST", "/auth/logout", base_url=HERE)[0] == 204
    status, refused = refreshed_by_cookie(page, page.device)
    assert (status, refused["code"]) == (401, "token_invalid")
