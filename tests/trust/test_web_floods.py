"""200 slow bodies, 200 half headers, 100 streams of one account for a minute: others are served.

Against the real web processes of `kaihu serve`. Seconds: `KAIHU_TRUST_FLOOD_S` (60 is the measure).
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from app.serve import free_port
from app.settings import Settings
from tests.support.processes import health_times, running_web, signed_in

SECONDS = float(os.environ.get("KAIHU_TRUST_FLOOD_S", "60"))
API = "/api/v1"
EVERY_S = 0.05
P99_S, HONEST_P99_S = 1.0, 0.2


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A web of two processes, without worker and models."""
    folder: Path = tmp_path_factory.mktemp("floods")
    made = Settings(var=folder / "var", port=free_port(), code_outbox=folder / "codes.jsonl")
    with running_web(made, folder / "log"):
        yield made


def opened(settings: Settings, content: bytes) -> socket.socket:
    """A connection from another address than the others', which has sent something."""
    connection = socket.create_connection(
        (settings.host, settings.port), 10, source_address=("127.0.0.2", 0)
    )
    connection.sendall(content)
    return connection


@contextmanager
def held(
    settings: Settings, count: int, content: bytes, drip: bytes = b""
) -> Iterator[Callable[[], int]]:
    """So many connections, opened again when they are closed, with a byte more each second.

    Yields how often one had to be opened again.
    """
    over, again = threading.Event(), [0]

    def hold() -> None:
        while not over.is_set():
            with suppress(OSError), opened(settings, content) as connection:
                connection.settimeout(1)
                while not over.is_set():
                    with suppress(TimeoutError):
                        if not connection.recv(65536):
                            break
                    connection.sendall(drip)
            again[0] += 1

    threads = [threading.Thread(target=hold, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: again[0]
    finally:
        over.set()
        for thread in threads:
            thread.join(5)


def health_p99_s(settings: Settings) -> float:
    """The 99th percentile of `GET /health`, asked twenty times a second; none may fail."""
    url = f"http://{settings.host}:{settings.port}{API}/health"
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        taken = other.submit(health_times, url, SECONDS, EVERY_S).result()
    return float(np.percentile(taken, 99))


def stream(authorization: str, onboarding: str) -> bytes:
    lines = [f"GET {API}/onboardings/{onboarding}/events HTTP/1.1", "Host: kaihu"]
    return "\r\n".join([*lines, f"Authorization: {authorization}", "", ""]).encode()


def test_floods_do_not_stop_the_others(settings: Settings) -> None:
    body = f"POST {API}/auth/codes HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{".encode()
    half = b"GET / HTTP/1.1\r\nHost: x\r\n"
    with ExitStack() as floods:
        (flooder,) = signed_in(settings, 1)
        floods.enter_context(held(settings, 200, body, b" "))
        floods.enter_context(held(settings, 200, half, b"x: y\r\n"))
        streams = floods.enter_context(held(settings, 100, stream(*flooder)))
        time.sleep(2)
        p99_s = health_p99_s(settings)
        assert streams() > 0, "one account had a hundred streams"
    print(f"flood_health_p99_s {p99_s:.3f}")
    assert p99_s < P99_S


def test_a_hundred_honest_listeners_are_served(settings: Settings) -> None:
    listeners = signed_in(settings, 100)
    with ExitStack() as streams:
        again = [
            streams.enter_context(held(settings, 1, stream(*listener))) for listener in listeners
        ]
        time.sleep(2)
        assert sum(count() for count in again) == 0, "an honest listener was refused"
        p99_s = health_p99_s(settings)
    print(f"listeners_health_p99_s {p99_s:.3f}")
    assert p99_s < HONEST_P99_S
