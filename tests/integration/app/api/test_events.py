"""A phone follows its onboarding by server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from access.own_sessions import log_out
from access.token_keys import TokenInvalid
from app.listening.places import Places
from app.listening.streams import OnboardingEvents
from app.messages.words import Language, Words, policy_numbers
from app.services import Services
from tests.support.factories import applicant, started
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


def test_a_stream_tells_nothing_more_once_its_session_has_ended(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    services.parts.resources.add(Places, Places())
    words = Words(Language.CHINESE, policy_numbers(services.parts.policy))
    stream = OnboardingEvents(services, owner.actor, owner.origin, words, onboarding, "")
    assert str(onboarding).encode() in stream.first()
    assert str(onboarding).encode() in stream.changed().content
    with owner.acting() as context:
        log_out(context)
    with pytest.raises(TokenInvalid):
        stream.changed()
    with pytest.raises(TokenInvalid):
        OnboardingEvents(services, owner.actor, owner.origin, words, onboarding, "")
