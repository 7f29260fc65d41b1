"""Who is told: a phone by server-sent events, another system by signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from access.models import Delivery
from app.services import House
from app.settings import Settings
from app.webhooks.dispatcher import DELAYS_S, Herald, replay
from kyc.onboarding.submit import EVIDENCE_KINDS
from storage.database import utc_now
from tests.integration.conftest import API, Web
from tests.integration.test_onboarding import GOOD, analyse, begin, onboard, send

KEY = b"0123456789abcdef01234567"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Listener:
    """Another system: keeps what it hears and answers what it is told to."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing: the test's output is its own."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_decision_is_told_once_signed_and_without_the_person(
    sign_in: Callable[[str], Web], house: House, listener: Listener
) -> None:
    view = onboard(sign_in("13800000001"), house)
    herald = Herald(house.database, listener.url, SECRET)
    with httpx.Client() as client:
        assert herald.tell_one(client)
        assert not herald.tell_one(client)
    ((headers, body),) = listener.heard
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    told = json.loads(body)
    assert told["type"] == "onboarding.decided"
    assert told["data"] == {"onboarding": view["id"], "decision": "approved"}


def test_who_does_not_hear_is_told_again_for_a_day_and_by_hand(
    sign_in: Callable[[str], Web], house: House, listener: Listener
) -> None:
    onboard(sign_in("13800000001"), house)
    herald = Herald(house.database, listener.url, SECRET)
    tries = len(DELAYS_S) + 1
    listener.answers = [500] * tries
    with httpx.Client() as client:
        for _ in range(tries):
            assert herald.tell_one(client)
            assert not herald.tell_one(client), "told again before its time"
            with house.database.transaction() as session:
                delivery = session.scalars(sa.select(Delivery)).one()
                assert delivery.due_at > utc_now()
                delivery.due_at = utc_now() - timedelta(seconds=1)
        assert not herald.tell_one(client)
        with house.database.transaction() as session:
            delivery = session.scalars(sa.select(Delivery)).one()
            assert (delivery.state, delivery.last_answer) == ("failed", "500")
            assert replay(session, delivery.event_id)
        assert herald.tell_one(client)
    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1
    with house.database.reading() as session:
        assert session.scalars(sa.select(Delivery)).one().state == "delivered"


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://example.com/x", SECRET),
        ("https://example.com", ""),
        ("https://example.com", "whsec_?"),
    ],
)
def test_webhooks_without_a_secret_or_in_clear_stop_the_start(url: str, secret: str) -> None:
    with pytest.raises(ValidationError):
        Settings(webhook_url=url, webhook_secret=secret)


def events(answer: Any) -> Iterator[dict[str, str]]:
    """The events of a stream as they come."""
    event: dict[str, str] = {}
    for line in (text for chunk in answer.response for text in chunk.decode().split("\n")):
        name, _, value = line.partition(": ")
        if line and name in {"id", "event", "data"}:
            event[name] = value
        elif not line and event:
            yield event
            event = {}


def test_a_phone_follows_its_onboarding_and_resumes(
    sign_in: Callable[[str], Web], house: House
) -> None:
    web, other = sign_in("13800000001"), sign_in("13800000002")
    path = begin(web)
    assert other.call("GET", f"{path}/events")[0] == 404
    first = next(events(web.client.get(f"{API}{path}/events", headers=web.headers)))
    assert json.loads(first["data"])["evidence"] == []
    for kind in EVIDENCE_KINDS:
        send(web, path, kind)
    resumed = {**web.headers, "Last-Event-ID": first["id"]}
    following = events(web.client.get(f"{API}{path}/events", headers=resumed))
    assert len(json.loads(next(following)["data"])["evidence"]) == len(EVIDENCE_KINDS)
    analyse(house, GOOD)
    last = list(following)[-1]
    assert json.loads(last["data"])["decision"] == "approved"
    assert "llr" not in last["data"]
