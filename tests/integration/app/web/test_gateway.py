"""What slow, large and many requests cost the others: a real server over real connections."""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask

from app.api.caller import EXTENSION
from app.factory import create_app
from app.listening.places import Places
from app.policy import WebPolicy
from app.services import Services
from app.settings import Settings
from tests.support.clock import MovableClock
from tests.support.jobs import work_off
from tests.support.policy import POLICY
from tests.support.servers import served_by_gateway
from tests.support.web import API, REQUIRED, Web, begin, send, sign_in_owner

RULES = POLICY.section(WebPolicy)
SHORT = RULES.model_copy(
    update={"header_s": 0.6, "body_grace_s": 0.6, "min_body_bytes_per_s": 1_000_000}
)


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    """One thread: whatever holds it stops everybody."""
    return sqlite_settings.model_copy(update={"web_threads": 1})


@pytest.fixture
def app(settings: Settings, clock: MovableClock) -> Flask:
    return create_app(settings, clock)


@pytest.fixture
def owner(app: Flask, settings: Settings) -> Web:
    return sign_in_owner(app.test_client(), settings, "13800000001")


@contextmanager
def connected(url: str, content: bytes, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A connection that has sent something, from one of this machine's addresses."""
    address = urlsplit(url)
    place = (address.hostname, address.port)
    with socket.create_connection(place, 10, (source, 0)) as connection:
        connection.sendall(content)
        yield connection


def request(path: str, length: int, *more: str, method: str = "POST") -> bytes:
    lines = [f"{method} {API}{path} HTTP/1.1", "Host: kaihu.example", f"Content-Length: {length}"]
    return "\r\n".join([*lines, *more, "", ""]).encode()


def everything(connection: socket.socket) -> bytes:
    """All that comes until the other side closes, in whatever way."""
    received = b""
    with suppress(ConnectionError):
        while part := connection.recv(65536):
            received += part
    return received


def problem(answer: bytes) -> tuple[bytes, str]:
    """The status line of a whole answer, and the code of its problem."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.splitlines()[0], json.loads(body)["code"]


def reading(owner: Web) -> dict[str, str]:
    """Headers of a token alone, which may follow an onboarding."""
    return {"Authorization": f"Bearer {owner.token}"}


def soon(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_slow_bodies_and_half_headers_hold_no_thread(app: Flask) -> None:
    slow = request("/auth/codes", 20, "Content-Type: application/json") + b"{"
    half = b"GET / HTTP/1.1\r\nHost:"
    with served_by_gateway(app) as url, ExitStack() as held:
        for content in (slow, half) * 20:
            held.enter_context(connected(url, content))
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"{url}{API}/health", timeout=5).status_code == 200


def test_a_body_that_is_too_slow_is_given_up(app: Flask) -> None:
    with (
        served_by_gateway(app, SHORT) as url,
        connected(url, request("/auth/codes", 20) + b"{") as slow,
    ):
        answer = everything(slow)
    assert problem(answer) == (b"HTTP/1.1 408 Request Timeout", "request_timeout")
    assert b"connection: close" in answer


def test_half_a_header_is_given_up(app: Flask) -> None:
    with served_by_gateway(app, SHORT) as url:
        for content in (b"", b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\n"):
            with connected(url, content) as half:
                began = time.monotonic()
                assert everything(half) == b""
                assert time.monotonic() - began < 5


def test_a_header_is_not_endless(app: Flask) -> None:
    endless = b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * (RULES.max_header_bytes + 70_000)
    with served_by_gateway(app) as url, connected(url, b"") as connection:
        began = time.monotonic()
        with suppress(ConnectionError):
            connection.sendall(endless)
        assert everything(connection) == b""
        assert time.monotonic() - began < RULES.header_s / 2


@pytest.mark.parametrize(
    ("length", "more"),
    [
        (RULES.max_anonymous_body_bytes + 1, ()),
        (21 * 2**20 + 1, ("Authorization: Bearer x",)),
        (10**18, ("Authorization: Bearer x",)),
    ],
)
def test_what_is_announced_too_large_is_not_awaited(
    app: Flask, length: int, more: tuple[str, ...]
) -> None:
    with (
        served_by_gateway(app) as url,
        connected(url, request("/onboardings", length, *more)) as connection,
    ):
        line, code = problem(everything(connection))
    assert (line.split()[1], code) == (b"413", "request_entity_too_large")


def test_bodies_share_a_bounded_memory(app: Flask) -> None:
    rules = RULES.model_copy(update={"max_buffered_bytes": 150_000})
    signed = "Authorization: Bearer x"
    with (
        served_by_gateway(app, rules) as url,
        connected(url, request("/onboardings", 200_000, signed) + b"x" * 100_000),
        connected(url, b"") as second,
    ):
        time.sleep(0.2)
        second.sendall(request("/onboardings", 200_000, signed) + b"x" * 100_000)
        line, code = problem(everything(second))
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"{url}{API}/health").status_code == 200
    assert (line.split()[1], code) == (b"503", "unavailable")


def test_one_address_has_a_part_of_that_memory(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 30_000
    rules = RULES.model_copy(update={"max_buffered_bytes": 160_000})
    begun = request("/onboardings", 29_000, "Authorization: Bearer x") + b"x" * 25_000
    with served_by_gateway(app, rules) as url, connected(url, begun):
        time.sleep(0.2)
        with connected(url, begun) as second:
            line, code = problem(everything(second))
        assert (line.split()[1], code) == (b"503", "unavailable")
        with connected(url, begun + b"x" * 4_000, "127.0.0.2") as elsewhere:
            elsewhere.settimeout(10)
            assert elsewhere.recv(100).startswith(b"HTTP/1.1 401")


def test_a_newcomer_takes_the_place_of_the_oldest_half_request(app: Flask) -> None:
    rules = RULES.model_copy(update={"max_connections_per_address": 5})
    with served_by_gateway(app, rules) as url, ExitStack() as held:
        half = [held.enter_context(connected(url, b"GET /")) for _ in range(5)]
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"{url}{API}/health").status_code == 200
        assert everything(half[0]) == b""


@pytest.mark.parametrize(
    "content",
    [
        request("/auth/codes", 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
        + b"zz\r\n{}\r\n0\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/meta?x=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        request("/auth/codes", 1, "Content-Length: 2"),
        request("/auth/codes", 1, "Transfer-Encoding: chunked"),
    ],
)
def test_what_is_no_http_is_refused(app: Flask, content: bytes) -> None:
    with served_by_gateway(app) as url, connected(url, content) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert everything(connection).startswith(b"HTTP/1.1 4")


def test_headers_of_any_bytes_are_no_defect(app: Flask) -> None:
    content = b"GET /api/v1/meta?x=%FF%00 HTTP/1.1\r\nHost: \xff\r\nX-A: \xff\r\n"
    content += b"X_Forwarded_For: 1.2.3.4\r\nConnection: close\r\n\r\n"
    with served_by_gateway(app) as url, connected(url, content) as connection:
        assert everything(connection).startswith((b"HTTP/1.1 200", b"HTTP/1.1 400"))


def test_answers_name_no_server(app: Flask) -> None:
    with served_by_gateway(app) as url, httpx.Client(trust_env=False) as client:
        answer = client.head(f"{url}{API}/health")
        assert (answer.status_code, answer.content) == (200, b"")
        assert "server" not in answer.headers


def test_streams_hold_no_thread_and_end_with_the_client(
    app: Flask, owner: Web, services: Services
) -> None:
    path = begin(owner)
    places: Places = app.extensions[EXTENSION].parts.resources.get(Places)
    with served_by_gateway(app) as url, httpx.Client(base_url=url + API, trust_env=False) as client:
        with ExitStack() as held:
            streams = [
                held.enter_context(client.stream("GET", f"{path}/events", headers=reading(owner)))
                for _ in range(RULES.max_streams_per_account)
            ]
            lines = [stream.iter_lines() for stream in streams]
            assert [next(one) for one in lines] == ["retry: 500"] * len(streams)
            refused = client.get(f"{path}/events", headers=reading(owner))
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_listeners")
            assert int(refused.headers["Retry-After"]) > 0
            for kind in REQUIRED:
                send(owner, path, kind)
            work_off(services)
            for one in lines:
                told = [line for line in one if line.startswith("data: ")]
                assert json.loads(told[-1].removeprefix("data: "))["state"] == "decided"
        assert soon(lambda: places.taken() == 0)
        with client.stream("HEAD", f"{path}/events", headers=reading(owner)) as head:
            assert head.status_code == 200


def test_a_client_that_leaves_frees_its_place(app: Flask, owner: Web) -> None:
    path = begin(owner)
    places: Places = app.extensions[EXTENSION].parts.resources.get(Places)
    lines = [f"GET {API}{path}/events HTTP/1.1", "Host: x"]
    lines += [f"Authorization: {reading(owner)['Authorization']}", "", ""]
    with served_by_gateway(app) as url:
        with connected(url, "\r\n".join(lines).encode()) as connection:
            assert connection.recv(1000)
            assert places.taken() > 0
        assert soon(lambda: places.taken() == 0)


def test_waits_hold_no_thread(app: Flask, owner: Web, services: Services) -> None:
    path = begin(owner)
    send(owner, path, "licence")
    headers = {**reading(owner), "Prefer": "wait=20"}
    with served_by_gateway(app) as url, ExitStack() as held:
        content = [f"GET {API}{path} HTTP/1.1", "Host: x", "Connection: close"]
        content += [f"{name}: {value}" for name, value in headers.items()]
        waits = [
            held.enter_context(connected(url, "\r\n".join([*content, "", ""]).encode()))
            for _ in range(RULES.max_waits_per_account)
        ]
        with httpx.Client(base_url=url + API, trust_env=False) as client:
            assert soon(lambda: client.get(path, headers=headers).status_code == 429)
            assert client.get(path, headers=reading(owner)).json()["evidence"][0]["state"] == (
                "analysing"
            )
            work_off(services)
            for one in waits:
                assert b'"state":"accepted"' in everything(one)


def test_what_was_sent_is_kept_though_nobody_may_wait(app: Flask, owner: Web) -> None:
    path = begin(owner)
    places: Places = app.extensions[EXTENSION].parts.resources.get(Places)
    for _ in range(RULES.max_listeners_per_address):
        places.take(address=("127.0.0.1", RULES.max_listeners_per_address))
    began = time.monotonic()
    data = {"file": (io.BytesIO(b"licence"), "licence")}
    headers = {"Prefer": "wait=20"}
    assert owner.call("PUT", f"{path}/evidence/licence", data=data, headers=headers)[0] == 202
    assert time.monotonic() - began < 10
    assert owner.call("GET", path, headers=headers)[1]["code"] == "too_many_listeners"
