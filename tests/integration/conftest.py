"""Callers of the API: anybody, owners with a phone, staff of a role."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from access.staff import AddStaff, add_staff
from app.factory import create_app
from app.services import Services
from app.settings import Settings
from core.actors import Role

API = "/api/v1"
PASSWORD = "long password"


@dataclass
class Web:
    """A caller of the API: JSON in, (status, JSON) out."""

    client: FlaskClient
    headers: dict[str, str]

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        if body is not None:
            more["data"] = json.dumps(body)
        headers = {**self.headers, **more.pop("headers", {})}
        answer = self.client.open(API + path, method=method, headers=headers, **more)
        return answer.status_code, answer.get_json(silent=True)


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def admit(client: FlaskClient, outbox: Path | None, phone: str, **more: str) -> Web:
    """The owner of a phone, signed in with the code that was sent to it."""
    web = Web(client, {})
    assert web.call("POST", "/auth/codes", {"phone": phone})[0] == 202
    assert outbox is not None
    code = json.loads(outbox.read_text().splitlines()[-1])["code"]
    status, tokens = web.call("POST", "/auth/tokens", {"phone": phone, "code": code, **more})
    assert status == 200
    return Web(client, {"Authorization": f"Bearer {tokens['access']}"})


@pytest.fixture
def sign_in(client: FlaskClient, settings: Settings) -> Callable[[str], Web]:
    return lambda phone: admit(client, settings.code_outbox, phone)


@pytest.fixture
def staff(client: FlaskClient, services: Services) -> Callable[[str], Web]:
    def sign_in(role: str) -> Web:
        with services.transaction() as context:
            secret = add_staff(context, AddStaff(role, Role(role), PASSWORD))
        body = {"name": role, "password": PASSWORD, "totp": pyotp.TOTP(secret).now()}
        status, tokens = Web(client, {}).call("POST", "/staff/tokens", body)
        assert status == 200
        again = Web(client, {}).call("POST", "/staff/tokens", body)
        assert again[1]["code"] == "sign_in_failed", "a one-time code was taken twice"
        return Web(client, {"Authorization": f"Bearer {tokens['access']}"})

    return sign_in
