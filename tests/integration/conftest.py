from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
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


@pytest.fixture
def sign_in(client: FlaskClient, settings: Settings) -> Callable[[str], Web]:
    def sign_in_with(phone: str) -> Web:
        web = Web(client, {})
        assert web.call("POST", "/auth/codes", {"phone": phone})[0] == 202
        assert settings.code_outbox is not None
        code = json.loads(settings.code_outbox.read_text().splitlines()[-1])["code"]
        status, tokens = web.call("POST", "/auth/tokens", {"phone": phone, "code": code})
        assert status == 200
        return Web(client, {"Authorization": f"Bearer {tokens['access']}"})

    return sign_in_with
