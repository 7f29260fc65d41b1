from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from demo.phone import Need, Phone, Step, newest_code
from privacy.kinds import ConsentKind


def phone_with(*answers: httpx.Response) -> Phone:
    """A phone whose server gives these answers, one after the other."""
    left = list(answers)
    transport = httpx.MockTransport(lambda _request: left.pop(0))
    client = httpx.Client(base_url="http://test", transport=transport)
    return Phone(client)


def test_the_newest_code_of_a_number_is_used(tmp_path: Path) -> None:
    outbox = tmp_path / "codes.jsonl"
    sent = [{"phone": "1", "code": "a"}, {"phone": "2", "code": "b"}, {"phone": "1", "code": "c"}]
    outbox.write_text("\n".join(map(json.dumps, sent)))
    assert newest_code(outbox, "1") == "c"
    with pytest.raises(StopIteration):
        newest_code(outbox, "3")


def test_a_busy_server_is_asked_again() -> None:
    busy = httpx.Response(503, headers={"Retry-After": "0"}, json={})
    phone = phone_with(busy, busy, httpx.Response(200, json={"id": "7"}))
    assert phone.declare(Need("equipment", 5_000_000, 12)) == {"id": "7"}
    assert phone.refused == 2
    assert [step.what for step in phone.steps] == ["declare equipment"]


def test_the_promise_that_was_read_goes_with_the_declaration() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"promise": {"version": "1", "sha256": "ab", "text": "…"}})

    phone = Phone(httpx.Client(base_url="http://test", transport=httpx.MockTransport(answer)))
    phone.read_promise()
    phone.declare(Need("rent", 1_000_000, 6))
    body = json.loads(sent[-1].content)
    assert body["promise"] == {"version": "1", "sha256": "ab"}
    assert (body["amount_fen"], body["tenor_months"]) == (1_000_000, 6)


def test_each_step_is_reported_with_its_answer() -> None:
    reported: list[Step] = []
    refused = {"code": "purpose_forbidden", "detail": "Not for this."}
    phone = phone_with(httpx.Response(422, json=refused))
    phone.report = reported.append
    phone.declare(Need("stocks", 5_000_000, 12))
    assert [step.answer for step in reported] == ["422 purpose_forbidden: Not for this."]


def test_every_consent_is_given_in_its_version() -> None:
    given: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        given.append(request.content)
        return httpx.Response(201, json={"id": "7"})

    client = httpx.Client(base_url="http://test", transport=httpx.MockTransport(answer))
    phone = Phone(client)
    phone.consents = {ConsentKind.TERMS: "1", ConsentKind.BIOMETRIC: "2"}
    phone.start()
    assert [json.loads(body) for body in given[1:]] == [
        {"kind": "terms", "version": "1"},
        {"kind": "biometric", "version": "2"},
    ]
