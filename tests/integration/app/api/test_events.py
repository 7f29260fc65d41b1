"""A phone follows its onboarding by server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator

from werkzeug.test import TestResponse

from app.services import Services
from tests.support.jobs import work_off
from tests.support.web import API, REQUIRED, SignIn, begin, send


def events(answer: TestResponse) -> Iterator[dict[str, str]]:
    """The events of a stream as they come."""
    event: dict[str, str] = {}
    chunks = (chunk.decode() if isinstance(chunk, bytes) else chunk for chunk in answer.response)
    for line in (text for chunk in chunks for text in chunk.split("\n")):
        name, _, value = line.partition(": ")
        if line and name in {"id", "event", "data"}:
            event[name] = value
        elif not line and event:
            yield event
            event = {}


def test_a_phone_follows_its_onboarding_and_resumes(sign_in: SignIn, services: Services) -> None:
    web, other = sign_in("13800000001"), sign_in("13800000002")
    path = begin(web)
    assert other.call("GET", f"{path}/events")[0] == 404
    first = next(events(web.client.get(f"{API}{path}/events", headers=web.headers)))
    assert json.loads(first["data"])["evidence"] == []
    for kind in REQUIRED:
        send(web, path, kind)
    resumed = {**web.headers, "Last-Event-ID": first["id"]}
    following = events(web.client.get(f"{API}{path}/events", headers=resumed))
    assert len(json.loads(next(following)["data"])["evidence"]) == len(REQUIRED)
    work_off(services)
    last = list(following)[-1]
    assert json.loads(last["data"])["decision"] == "approved"
    assert "llr" not in last["data"]
