"""A caller of the API, and what callers do over HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from access.staff import AddStaff, add_staff
from app.services import Services
from app.settings import Settings
from core.actors import Actor, ActorKind, Role
from core.clock import Clock
from core.ids import new_id
from demo.device import DeviceKey
from kyc.evidence.types import TYPES
from kyc.policy import OnboardingPolicy
from kyc.verification.states import Means
from loans.declaration.promise import promise
from loans.policy import LoanPolicy
from privacy.policy import ConsentPolicy
from tests.support.devices import HERE, DeviceClient, address_of, device_of, keys_of
from tests.support.factories import authorization_of, somebody
from tests.support.findings import OWNER, Findings
from tests.support.jobs import work_off
from tests.support.lending import lend
from tests.support.policy import POLICY

API = "/api/v1"
PASSWORD = "seven lamps by the quiet harbour"
PROMISE = promise(POLICY.section(LoanPolicy).declared.promise, "zh")
DECLARED: dict[str, Any] = {
    "occupation": "10600",
    "role": "owner",
    "industry": "62",
    "purpose": "stock_of_goods",
    "amount_fen": 5_000_000,
    "tenor_months": 12,
    "promise": {"version": PROMISE.version, "sha256": PROMISE.sha256},
}
CONSENTS = POLICY.section(ConsentPolicy).versions
REQUIRED = POLICY.section(OnboardingPolicy).required


@dataclass
class Web:
    """A caller of the API: JSON in, (status, JSON) out."""

    client: FlaskClient
    headers: dict[str, str]
    refresh: str | None = ""

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """The status and the JSON of an answer; None for an answer without JSON."""
        if body is not None:
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        headers = {**self.headers, **more.pop("headers", {})}
        answer = self.client.open(API + path, method=method, headers=headers, **more)
        return answer.status_code, answer.get_json(silent=True)

    def beside(self) -> Web:
        """The same caller in a thread of its own."""
        return Web(type(self.client)(self.client.application, TestResponse), self.headers)

    def holding(self, token: str, device: DeviceKey) -> Web:
        """A caller with an access token that is bound to a device."""
        keys_of(self.client.application)[token] = device
        return Web(self.client, {"Authorization": f"DPoP {token}"})

    @property
    def token(self) -> str:
        """The access token that is sent."""
        return self.headers["Authorization"].partition(" ")[2]

    @property
    def device(self) -> DeviceKey:
        """The device whose key signs what is sent."""
        return keys_of(self.client.application)[self.token]

    def signed(self, method: str, url: str) -> dict[str, str]:
        """Headers of one request to an address, for a client that does not sign."""
        proof = self.device.proof(method, address_of(url), self.token)
        return {**self.headers, "DPoP": proof}

    def saying(self, **headers: str) -> Web:
        """The same caller with further headers."""
        return replace(self, headers={**self.headers, **headers})


SignIn = Callable[[str], Web]  # an owner by phone number, a member of staff by role


def sent_code(settings: Settings) -> str:
    """The one-time code that was sent last."""
    code: str = json.loads(settings.codes.read_text("utf-8").splitlines()[-1])["code"]
    return code


def sign_in_owner(client: FlaskClient, settings: Settings, phone: str, **more: str | bool) -> Web:
    """The owner of a phone, signed in with the code that was sent to it, on a new device."""
    application = client.application
    device = device_of(application)
    web = Web(DeviceClient(application, TestResponse), {})
    status, asked = web.call("POST", "/auth/codes", {"phone": phone})
    assert status == 202, asked
    body = {"attempt": asked["attempt"], "phone": phone, "code": sent_code(settings), **more}
    status, tokens = enter(web, body, device)
    assert status == 200, tokens
    return replace(web.holding(tokens["access"], device), refresh=tokens["refresh"])


def enter(web: Web, body: dict[str, str], device: DeviceKey | None = None) -> tuple[int, Any]:
    """Try to sign in, on a new device unless one is given."""
    key = device or device_of(web.client.application)
    proof = key.proof("POST", f"{HERE}{API}/auth/tokens")
    return web.call("POST", "/auth/tokens", body, headers={"DPoP": proof})


def sign_in_staff(client: FlaskClient, services: Services, role: str, clock: Clock) -> Web:
    """A new member of staff, signed in with password and one-time code."""
    name = f"{role} {new_id().hex}"
    with services.transaction() as context:
        totp = pyotp.TOTP(add_staff(context, AddStaff(name, Role(role), PASSWORD)))
    body = {"name": name, "password": PASSWORD, "totp": totp.at(clock.now())}
    status, tokens = Web(client, {}).call("POST", "/staff/tokens", body)
    assert status == 200, tokens
    again = Web(client, {}).call("POST", "/staff/tokens", body)
    assert again[1]["code"] == "sign_in_failed", "a one-time code was taken twice"
    return Web(client, {"Authorization": f"Bearer {tokens['access']}"})


def begin(web: Web) -> str:
    """The path of a new onboarding, consented to."""
    status, view = web.call("POST", "/onboardings")
    assert status == 201, view
    path = f"/onboardings/{view['id']}"
    for kind, version in CONSENTS.items():
        answer = web.call("POST", f"{path}/consents", {"kind": kind, "version": version})
        assert answer[0] == 201, answer
    return path


def send(web: Web, path: str, kind: str, content: bytes | None = None) -> tuple[int, Any]:
    """Send a piece of evidence, with a fresh challenge where it needs one."""
    data: dict[str, Any] = {"file": (io.BytesIO(content or f"{path}{kind}".encode()), kind)}
    challenge = TYPES.of(kind).challenge
    if challenge is not None:
        status, drawn = web.call("POST", f"{path}/challenges", {"kind": challenge})
        if status != 201:
            return status, drawn
        data["challenge_id"] = drawn["id"]
    headers = {"Prefer": "wait=0"}
    return web.call("PUT", f"{path}/evidence/{kind}", data=data, headers=headers)


def onboard(web: Web, services: Services, findings: Findings | None = None) -> dict[str, Any]:
    """An onboarding that was decided on findings, as its owner sees it."""
    path = begin(web)
    for kind in REQUIRED:
        status, answer = send(web, path, kind)
        assert status == 202, answer
    work_off(services, OWNER.findings() if findings is None else findings)
    view: dict[str, Any] = web.call("GET", path)[1]
    return view


def offer(web: Web, services: Services) -> dict[str, Any]:
    """An application of an approved owner, with its offers."""
    assert onboard(web, services)["decision"] == "approved"
    declaration = web.call("POST", "/declarations", DECLARED)[1]["id"]
    wanted = {"declaration_id": declaration, "amount_fen": 5_000_000, "tenor_months": 12}
    status, application = web.call("POST", "/applications", wanted)
    assert status == 201, application
    lend(services)
    made: dict[str, Any] = web.call("GET", f"/applications/{application['id']}")[1]
    return made


def confirm(
    web: Web, services: Services, purpose: str, means: Means = Means.VOICE
) -> dict[str, str]:
    """The body that names a verification of the owner for a purpose."""
    body = {"purpose": purpose, "means": means}
    status, asked = web.call("POST", "/me/verifications", body)
    assert status == 201, asked
    data = {"file": (io.BytesIO(asked["id"].encode()), "voice.wav")}
    path = f"/me/verifications/{asked['id']}"
    headers = {"Prefer": "wait=0"}
    assert web.call("PUT", f"{path}/recording", data=data, headers=headers)[0] == 202
    work_off(services)
    return {"verification_id": asked["id"]}


def signed_in(application: Flask, services: Services, role: Role) -> Web:
    """Somebody new in a role, in a session of their own."""
    return session_of(application, services, somebody(services, role))


def session_of(
    application: Flask, services: Services, holder: Actor, confined_to: UUID | None = None
) -> Web:
    """Somebody who is known, in a new session; applicants on a new device of their own.

    `confined_to` is the one onboarding that the session is for.
    """
    web = Web(DeviceClient(application, TestResponse), {})
    if holder.kind is not ActorKind.APPLICANT:
        return web.saying(Authorization=authorization_of(services, holder))
    device = device_of(application)
    bound = authorization_of(services, holder, device.thumbprint, confined_to=confined_to)
    token = bound.partition(" ")[2]
    return web.holding(token, device)
