"""What slow, large and many requests cost the others: a real server over real connections."""

from __future__ import annotations

import io
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask, Response

from app.api.caller import EXTENSION
from app.factory import create_app
from app.listening.places import Places
from app.policy import WebPolicy
from app.services import Services
from app.settings import Settings
from tests.support.clock import MovableClock
from tests.support.jobs import work_off
from tests.support.policy import POLICY
from tests.support.polling import soon
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
        assert everything(connection) in (b"", TOO_LARGE)  # a reset may overtake the answer
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


@pytest.mark.parametrize("reads_on", [True, False])
def test_an_answer_without_a_length_is_made_as_it_is_read(app: Flask, reads_on: bool) -> None:
    made, ended = [], []

    def parts() -> Iterator[bytes]:
        try:
            for number in range(100):
                made.append(number)
                yield bytes(2**20)
        finally:
            ended.append(True)

    app.add_url_rule("/large", view_func=lambda: Response(parts()))
    with served_by_gateway(app) as url, httpx.Client(trust_env=False, timeout=20) as client:
        with client.stream("GET", f"{url}/large") as answer:
            received = answer.iter_raw()
            assert next(received) != b""
            assert len(made) < 50, "it was made whole first"
            assert client.get(f"{url}{API}/health").status_code == 200, "no thread is held"
            if reads_on:
                assert sum(len(part) for part in received) > 99 * 2**20
        assert soon(lambda: ended == [True])
    assert (len(made) == 100) is reads_on


def test_a_newcomer_takes_the_place_of_the_oldest_half_request(app: Flask) -> None:
    rules = RULES.model_copy(update={"max_connections_per_address": 5})
    with served_by_gateway(app, rules) as url, ExitStack() as held:
        half = [held.enter_context(connected(url, b"GET /")) for _ in range(5)]
        with httpx.Client(trust_env=False) as client:
            assert client.get(f"{url}{API}/health").status_code == 200
        assert everything(half[0]) == b""


def posted(*lines: str, body: bytes = b"{}", version: str = "1.1") -> bytes:
    """A request for a code with these lines in its header, which say how long its body is."""
    first = [f"POST {API}/auth/codes HTTP/{version}", "Host: x", "Content-Type: application/json"]
    return "\r\n".join([*first, *lines, "", ""]).encode() + body


def got(*lines: str, path: str = "/meta", host: str = "Host: x\r\n") -> bytes:
    """A request for the texts with these lines in its header."""
    head = f"GET {API}{path} HTTP/1.1\r\n{host}"
    return head.encode() + "\r\n".join([*lines, "", ""]).encode("latin-1")


CHUNKED = "Transfer-Encoding: chunked"
SMUGGLED = {
    "two lengths": posted("Content-Length: 1", "Content-Length: 2"),
    "one length twice": posted("Content-Length: 2", "Content-Length: 2"),
    "a list of lengths": posted("Content-Length: 2, 2"),
    "a length with a sign": posted("Content-Length: +2"),
    "a length below nothing": posted("Content-Length: -2"),
    "a length in sixteens": posted("Content-Length: 0x2"),
    "a length past every number": posted("Content-Length: " + "9" * 30),
    "a space before the colon": posted("Content-Length : 2"),
    "chunks and a length": posted(CHUNKED, "Content-Length: 2", body=b"0\r\n\r\n"),
    "a length and chunks": posted("Content-Length: 2", CHUNKED, body=b"0\r\n\r\n"),
    "chunks and none": posted(CHUNKED, "Transfer-Encoding: identity", body=b"0\r\n\r\n"),
    "a coding like chunks": posted("Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    "packed chunks": posted("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    "a folded line": posted("Transfer-Encoding:\r\n chunked", body=b"0\r\n\r\n"),
    "chunks before 1.1": posted(CHUNKED, body=b"2\r\n{}\r\n0\r\n\r\n", version="1.0"),
    "a chunk of no size": posted(CHUNKED, body=b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk below nothing": posted(CHUNKED, body=b"-2\r\n{}\r\n0\r\n\r\n"),
    "a chunk past every size": posted(CHUNKED, body=b"F" * 18 + b"\r\n{}\r\n0\r\n\r\n"),
    "a chunk longer than its size": posted(CHUNKED, body=b"1\r\n{}\r\n0\r\n\r\n"),
    "chunks by bare line feeds": posted(CHUNKED, body=b"2\n{}\n0\n\n"),
    "a length after the body": posted(CHUNKED, body=b"2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n"),
    "no host": got(host=""),
    "two hosts": got("Host: y"),
    "a byte that is none": b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "another byte that is none": b"GET /api/v1/meta?x=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "a zero in the path": got(path="/me\0ta"),
    "a zero in a value": got("X: a\0b"),
    "a bare carriage return": got("X: a\rY: b"),
    "a bare line feed": got("X: a\nY: b"),
    "a line without a colon": got("abc"),
    "a name with a space": got("a b: c"),
    "no name": got(": c"),
    "a path without a slash": b"GET meta HTTP/1.1\r\nHost: x\r\n\r\n",
    "an address of its own": b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method that is none": b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method in small letters": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a version that is none": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "a version before versions": b"GET /\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01",
}
CLOSED = b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large" + CLOSED
BAD_REQUEST = b"HTTP/1.1 400 Bad Request" + CLOSED


@pytest.mark.parametrize("content", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_what_two_readers_could_understand_differently_is_refused(
    app: Flask, content: bytes
) -> None:
    with served_by_gateway(app) as url:
        with connected(url, content + got()) as connection:
            assert everything(connection) == BAD_REQUEST, "refused, and nothing after it is served"
        assert httpx.get(f"{url}{API}/health", trust_env=False).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        got(*[f"X{number}: y" for number in range(RULES.max_header_lines + 1)]),
        got("X: " + "y" * RULES.max_header_bytes),
        got(path="/meta?" + "x" * RULES.max_header_bytes),
    ],
    ids=["lines", "line", "address"],
)
def test_a_header_of_too_much_is_refused(app: Flask, content: bytes) -> None:
    with served_by_gateway(app) as url:
        with connected(url, content) as connection:
            assert everything(connection) == TOO_LARGE
        assert httpx.get(f"{url}{API}/health", trust_env=False).status_code == 200


def test_requests_that_come_at_once_are_answered_in_their_order(app: Flask) -> None:
    asked = [got(path=path) for path in ("/health", "/nothing", "/health")]
    last = got("Connection: close", path="/nothing")
    with served_by_gateway(app) as url, connected(url, b"".join([*asked, last])) as connection:
        found = re.findall(rb"HTTP/1.1 (\d+)", everything(connection))
    assert found == [b"200", b"404", b"200", b"404"]


def test_who_leaves_before_the_answers_breaks_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with served_by_gateway(app) as url:
        for _ in range(20):
            with connected(url, got(path="/health") * 5):
                pass
        answer = httpx.get(f"{url}{API}/health", trust_env=False)
    assert answer.status_code == 200
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_refused_body_is_not_read_as_a_request(app: Flask) -> None:
    content = request("/onboardings", 10**9) + got()
    with served_by_gateway(app) as url, connected(url, content) as connection:
        answer = everything(connection)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"413"]


def test_another_protocol_is_not_begun(app: Flask) -> None:
    socket_lines = ("Upgrade: websocket", "Connection: Upgrade, close", "Sec-WebSocket-Version: 13")
    with served_by_gateway(app) as url, connected(url, got(*socket_lines) + got()) as connection:
        answer = everything(connection)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"400"]


def test_who_asks_before_sending_is_told(app: Flask) -> None:
    lines = ("Content-Length: 2", "Expect: 100-continue", "Connection: close")
    with served_by_gateway(app) as url:
        with connected(url, posted(*lines, body=b"")) as small:
            assert small.recv(100).startswith(b"HTTP/1.1 100")
            small.sendall(b"{}")
            assert everything(small).startswith(b"HTTP/1.1 422")
        large = request("/onboardings", 10**9, "Expect: 100-continue")
        with connected(url, large) as refused:
            assert everything(refused).startswith(b"HTTP/1.1 413")


def test_an_old_client_names_no_host(app: Flask) -> None:
    content = f"GET {API}/health HTTP/1.0\r\n\r\n".encode()
    with served_by_gateway(app) as url, connected(url, content) as connection:
        assert everything(connection).startswith(b"HTTP/1.1 200")


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
