"""A token alone reads little; whatever changes something is signed by the device's key, once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from access.permissions import OWNED, Permission
from access.policy import RolesPolicy, SignInPolicy
from app.api.declaration import READING, Route, declared_routes
from app.factory import create_app
from app.services import Services
from app.settings import Settings
from audit.actions import Action
from core.actors import Role
from demo.device import DeviceKey
from tests.support.clock import MovableClock
from tests.support.devices import HERE
from tests.support.log import events
from tests.support.policy import POLICY
from tests.support.web import API, DECLARED, SignIn, Web, begin, onboard, signed_in

PHONE = "13800000001"
START = ("POST", "/onboardings")
OPEN_TO_A_TOKEN = {"read_onboarding", "stream_onboarding"}


def sent(
    web: Web,
    proof: str | None,
    method: str = "POST",
    path: str = "/onboardings",
    json: object = None,
    **more: str,
) -> Any:
    """An answer to a request with exactly these headers."""
    headers = {**web.headers, **more, **({} if proof is None else {"DPoP": proof})}
    client = web.client.application.test_client()
    return client.open(API + path, method=method, headers=headers, json=json)


def challenge(answer: Any) -> tuple[int, str, str]:
    return (
        answer.status_code,
        answer.get_json()["code"],
        answer.headers["WWW-Authenticate"].partition(",")[0],
    )


INVALID = (401, "proof_invalid", 'DPoP error="invalid_dpop_proof"')
MISSING = (401, "proof_missing", 'DPoP error="invalid_dpop_proof"')
REPLAYED = (401, "proof_replayed", 'DPoP error="invalid_dpop_proof"')


@pytest.fixture
def web(sign_in: SignIn) -> Web:
    return sign_in(PHONE)


def proof(web: Web, method: str = "POST", path: str = "/onboardings", **changed: Any) -> str:
    address = changed.get("address", f"{HERE}{API}{path}")
    key: DeviceKey = changed.get("key", web.device)
    return key.proof(method, address, changed.get("token", web.token), changed.get("nonce"))


def test_a_proof_is_taken_once(web: Web, services: Services) -> None:
    signed = proof(web)
    assert sent(web, signed).status_code == 201
    assert challenge(sent(web, signed)) == REPLAYED
    assert sent(web, proof(web)).status_code == 201
    (event,) = events(services, Action.ACCESS_REFUSED)
    assert event.data["code"] == "proof_replayed"


def test_a_proof_of_another_request_device_or_token_is_refused(web: Web, sign_in: SignIn) -> None:
    other = sign_in("13800000002")
    for wrong in (
        proof(web, method="PUT"),
        proof(web, path="/declarations"),
        proof(web, address=f"https://evil.example{API}/onboardings"),
        proof(web, key=DeviceKey(now=web.device.now)),
        proof(web, key=other.device),
        proof(web, token=other.token),
        proof(web, token=None),
        f"{proof(web)},{proof(web)}",
    ):
        assert challenge(sent(web, wrong)) == INVALID
    stolen = web.saying(Authorization=other.headers["Authorization"])
    assert challenge(sent(stolen, proof(web))) == INVALID


def test_a_token_alone_reads_the_state_of_ones_onboarding_and_nothing_else(web: Web) -> None:
    path = begin(web)
    alone = web.saying(Authorization=f"Bearer {web.token}")
    assert sent(alone, None, "GET", path).status_code == 200
    assert challenge(sent(alone, None, "GET", "/me/sessions")) == MISSING
    assert challenge(sent(alone, None)) == MISSING
    assert challenge(sent(alone, proof(web))) == MISSING  # a bearer's proof is none
    assert challenge(sent(web, None, "GET", path)) == MISSING
    signed = proof(web, "GET", path)
    assert sent(web, signed, "GET", path).status_code == 200
    assert challenge(sent(web, signed, "GET", "/me/sessions")) == INVALID


def test_a_wrong_clock_locks_nobody_out(web: Web, clock: MovableClock) -> None:
    late = DeviceKey(now=lambda: clock.now().timestamp() - 7 * 3600, private=web.device.private)
    refused = sent(web, proof(web, key=late))
    expected = (401, "proof_untimely", 'DPoP error="use_dpop_nonce"')
    assert challenge(refused) == expected
    again = proof(web, key=late, nonce=refused.headers["DPoP-Nonce"])
    assert sent(web, again).status_code == 201
    assert challenge(sent(web, again)) == REPLAYED
    clock.advance(seconds=POLICY.section(SignInPolicy).nonce_s)
    old = proof(web, key=late, nonce=refused.headers["DPoP-Nonce"])
    assert challenge(sent(web, old)) == expected


def test_a_used_proof_is_never_taken_again(web: Web, clock: MovableClock) -> None:
    signed = proof(web)
    assert sent(web, signed).status_code == 201
    for _ in range(4):
        clock.advance(seconds=POLICY.section(SignInPolicy).proof_s / 4)
        assert sent(web, signed).status_code == 401


NOWHERE = "/applications/01990f3e-7a5c-7c1a-9f52-2f6b7d1f0a11/withdrawal"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/declarations", {"purpose": 7}, 422),  # refused before anything is opened
        (NOWHERE, {}, 404),  # undone
        ("/declarations", DECLARED, 403),
    ],
)
def test_a_request_that_fails_has_used_its_proof_up(
    web: Web, path: str, body: object, status: int
) -> None:
    signed = proof(web, path=path)
    assert sent(web, signed, path=path, json=body).status_code == status
    assert challenge(sent(web, signed, path=path, json=DECLARED)) == REPLAYED


def test_one_proof_of_two_requests_at_once_serves_one(web: Web) -> None:
    signed, barrier = proof(web), threading.Barrier(2)

    def start(_: int) -> int:
        barrier.wait()
        return int(sent(web, signed).status_code)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(start, range(2))) == [201, 401]


def test_a_request_that_wrote_twice_before_it_failed_has_used_one_proof(
    web: Web, services: Services
) -> None:
    onboard(web, services)
    forbidden = {**DECLARED, "purpose": "stocks"}
    signed = proof(web, path="/declarations")
    refused = sent(web, signed, path="/declarations", json=forbidden)
    assert refused.get_json()["code"] == "purpose_forbidden"
    assert challenge(sent(web, signed, path="/declarations", json=forbidden)) == REPLAYED


def test_an_upload_is_signed_like_everything_else(web: Web) -> None:
    path = f"{begin(web)}/uploads"
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Metadata": "kind bGljZW5jZQ=="}
    assert challenge(sent(web, None, "POST", path, **tus)) == MISSING
    assert sent(web, proof(web, path=path), "POST", path, **tus).status_code == 201


def test_each_route_of_owners_that_changes_something_demands_a_proof(application: Flask) -> None:
    owners = set(POLICY.section(RolesPolicy).of(Role.APPLICANT)) - {Permission.PUBLIC}
    assert owners == OWNED
    routes = [r for r in declared_routes(application, {}) if r.declaration.permission in owners]
    assert len(routes) > 20

    def alone(route: Route) -> bool:
        return route.declaration.token_alone

    assert {r.operation for r in routes if alone(r)} == OPEN_TO_A_TOKEN
    assert all(r.method in READING for r in routes if alone(r))


@pytest.mark.parametrize(
    ("made_for", "host", "status"),
    [
        ("https://kaihu.example", "kaihu.example", 201),
        ("https://kaihu.example", "anything.example", 201),
        ("https://evil.example", "evil.example", 401),
        ("http://kaihu.example", "kaihu.example", 401),
        ("http://localhost", "localhost", 401),
    ],
)
def test_a_proof_is_made_for_the_public_address_whatever_host_is_named(
    settings: Settings,
    services: Services,
    clock: MovableClock,
    made_for: str,
    host: str,
    status: int,
) -> None:
    public = settings.model_copy(update={"public_url": "https://kaihu.example"})
    application = create_app(public, clock)
    web = signed_in(application, services, Role.APPLICANT)
    signed = proof(web, address=f"{made_for}{API}/onboardings")
    assert sent(web, signed, Host=host).status_code == status
