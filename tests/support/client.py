"""Callers of the API: JSON in, (status, JSON) out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

API = "/api/v1"


@dataclass
class Web:
    """A caller of the API, with the headers of their session."""

    client: FlaskClient
    headers: dict[str, str]

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """The status and the JSON of an answer; None where it is no JSON."""
        if body is not None:
            more["data"] = json.dumps(body)
        headers = {**self.headers, **more.pop("headers", {})}
        answer = self.client.open(API + path, method=method, headers=headers, **more)
        return answer.status_code, answer.get_json(silent=True)


def signed_in(client: FlaskClient, outbox: Path | None, phone: str, **more: str) -> Web:
    """The owner of a phone, signed in with the code that was sent to it."""
    web = Web(client, {})
    assert web.call("POST", "/auth/codes", {"phone": phone})[0] == 202
    assert outbox is not None
    code = json.loads(outbox.read_text().splitlines()[-1])["code"]
    status, tokens = web.call("POST", "/auth/tokens", {"phone": phone, "code": code, **more})
    assert status == 200
    return Web(client, {"Authorization": f"Bearer {tokens['access']}"})
