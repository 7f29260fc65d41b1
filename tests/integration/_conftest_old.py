from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from access import applicants as auth
from app.factory import create_app
from app.services import House
from app.settings import Settings

API = "/api/v1"


@dataclass
class Web:
    """A caller of the API: JSON in, (status, JSON) out."""

    client: FlaskClient
    headers: dict[str, str]

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        if body is not None:
            more["data"] = json.dumps(body)
        answer = self.client.open(API + path, method=method, headers=self.headers, **more)
        return answer.status_code, answer.get_json()


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def admit(client: FlaskClient, outbox: Path | None, phone: str, **more: str) -> Web:
    """Whoever has this phone, signed in with the code that was sent to it."""
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
def staff(client: FlaskClient, house: House) -> Callable[[str], Web]:
    def sign_in(role: str) -> Web:
        with house.database.transaction() as session:
            secret = auth.add_staff(session, house.desk.vault, role, role, "long password")
        body = {"name": role, "password": "long password", "totp": pyotp.TOTP(secret).now()}
        status, tokens = Web(client, {}).call("POST", "/staff/tokens", body)
        assert status == 200
        again = Web(client, {}).call("POST", "/staff/tokens", body)
        assert again[1]["code"] == "sign_in_failed", "a one-time code was taken twice"
        return Web(client, {"Authorization": f"Bearer {tokens['access']}"})

    return sign_in
