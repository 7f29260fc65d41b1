"""The real server in processes of its own, for whatever talks to it over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.serve import Service
from app.settings import Settings

MAX_START_S = 600.0  # a busy machine takes minutes to load the models
POLL_S = 0.5
ANSWER_S = 40.0  # longer than the server holds a request that waits for a result
SHOWN_LINES = 20
READINESS = "/ready"


class ServerFailed(Exception):
    """The server did not become ready, or a process of it died; the text shows its log's end."""


@dataclass(frozen=True)
class Server:
    """Processes of a service, and the file that holds what they print."""

    settings: Settings
    service: Service
    log: Path

    def await_ready(self) -> None:
        """Return once requests are served.

        Waits as long as every process lives, at most `MAX_START_S`. Raises `ServerFailed`.
        """
        until = time.monotonic() + MAX_START_S
        with client_of(self.settings) as client:
            while time.monotonic() < until:
                if _is_ready(client):
                    return
                if self.service.ended():
                    raise self.failure()
                time.sleep(POLL_S)
        raise self.failure()

    def failure(self) -> ServerFailed:
        """What to say about a server that does not serve."""
        dead = self.service.ended()
        what = f"ended by itself: {', '.join(dead)}" if dead else "no process died"
        return ServerFailed(f"the server does not answer; {what}\n{self.log}:\n{_tail(self.log)}")


@contextmanager
def started_server(settings: Settings, log: Path) -> Iterator[Server]:
    """A server that is starting and ends with the block; what it prints goes to `log`.

    Raises `ServerFailed` where a request of the block failed because a process died.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        server = Server(settings, Service(settings, output), log)
        server.service.start()
        try:
            yield server
        except httpx.TransportError as error:
            if server.service.ended():
                raise server.failure() from error
            raise
        finally:
            server.service.stop()


def client_of(settings: Settings) -> httpx.Client:
    """A client of the API at the address of some settings."""
    base = f"http://{settings.host}:{settings.port}/api/v1"
    return httpx.Client(base_url=base, timeout=ANSWER_S, trust_env=False)


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get(READINESS).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _tail(log: Path) -> str:
    """The last lines of a log, without those of the questions whether the server is ready."""
    lines = log.read_text("utf-8", errors="replace").splitlines()
    others = [line for line in lines if f'{READINESS}"' not in line]
    return "\n".join(others[-SHOWN_LINES:])
