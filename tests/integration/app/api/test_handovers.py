"""Another device goes on with an onboarding, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from tests.support.devices import HERE, device_of
from tests.support.web import API, Web, begin

SESSION = "/handovers/session"


@pytest.fixture
def web(sign_in: Callable[[str], Web]) -> Web:
    return sign_in("13800000001")


def link_of(web: Web, onboarding: str) -> str:
    """The token of a link."""
    status, made = web.call("POST", f"{onboarding}/handover")
    assert status == 201
    link: str = made["link"]
    return link.partition("#handover=")[2]


def opened(web: Web, token: str) -> tuple[int, Web]:
    """The answer to another device that opens a link, and its session."""
    device = device_of(web.client.application)
    confined = Web(web.client, {"DPoP": device.proof("POST", f"{HERE}{API}{SESSION}")})
    status, answer = confined.call("POST", SESSION, {"token": token})
    return status, confined.holding(answer.get("access", ""), device)


def test_the_other_device_goes_on_and_borrows_nothing(web: Web) -> None:
    onboarding = begin(web)
    status, confined = opened(web, link_of(web, onboarding))
    assert status == 201
    status, view = confined.call("GET", onboarding)
    assert (status, view["handed_over"]) == (200, True)
    for method, path in (
        ("GET", "/me"),
        ("DELETE", "/me"),
        ("GET", "/me/sessions"),
        ("POST", "/onboardings"),
        ("DELETE", f"{onboarding}/consents/biometric"),
        ("POST", f"{onboarding}/handover"),
        ("GET", "/products"),
    ):
        assert confined.call(method, path)[1]["code"] == "not_allowed", path


def test_a_used_link_and_one_that_never_was_are_refused_alike(
    web: Web, client: FlaskClient
) -> None:
    token = link_of(web, begin(web))
    assert opened(web, token)[0] == 201
    answers = [
        client.post(f"{API}/handovers/owner", json={"token": one}) for one in (token, "never")
    ]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].get_json()["code"] == "handover_unusable"
    assert answers[0].get_json()["detail"] == answers[1].get_json()["detail"]


def test_the_first_device_takes_it_back_at_once(web: Web) -> None:
    onboarding = begin(web)
    _, confined = opened(web, link_of(web, onboarding))
    status, view = web.call("DELETE", f"{onboarding}/handover")
    assert (status, view["handed_over"]) == (200, False)
    assert confined.call("GET", onboarding)[0] == 401


def test_the_token_stands_in_no_line_of_the_log(web: Web, client: FlaskClient) -> None:
    with capture_logs() as lines:
        token = link_of(web, begin(web))
        client.post(f"{API}/handovers/owner", json={"token": token})
        opened(web, token)
    written = str(lines)
    assert SESSION in written
    assert token not in written


def test_a_page_keeps_its_refresh_token_in_a_cookie(web: Web, client: FlaskClient) -> None:
    token, device = link_of(web, begin(web)), device_of(client.application)
    answer = client.post(
        API + SESSION,
        json={"token": token, "cookie": True},
        headers={"DPoP": device.proof("POST", f"{HERE}{API}{SESSION}")},
    )
    assert answer.get_json()["refresh"] is None
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
