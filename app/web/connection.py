"""Connections of one process: how many in all and from one address, and how slow a header may be.

A connection over a limit takes the place of the one of its address that has waited longest for a
whole request: who sends at once is served, however many others of that address hold theirs open.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.policy import WebPolicy
from core.origin import counted_as

VERSIONS = ("1.0", "1.1")
CHUNKED = b"chunked"


class Refused(Exception):
    """A request's header is none that is served; the connection is closed."""


class Connections:
    """The open connections by address, those that wait for a whole request in order of age."""

    def __init__(self, rules: WebPolicy, trusted: frozenset[str]) -> None:
        self.rules = rules
        self._trusted = frozenset(counted_as(address) for address in trusted)
        self._open: dict[str, int] = {}
        self._count = 0
        self._waiting: dict[str, dict[BoundedConnection, None]] = {}

    def opened(self, connection: BoundedConnection) -> None:
        """Count a connection; close another, or this one, where it is one too many."""
        address = connection.address
        self._open[address] = self._open.get(address, 0) + 1
        self._count += 1
        self.wait(connection)
        if self._count > self.rules.max_connections:
            self._evict(max(self._open, key=lambda one: self._open[one]), connection)
        elif self._open[address] > self._most_of(address):
            self._evict(address, connection)

    def closed(self, connection: BoundedConnection) -> None:
        """Count it no more."""
        address = connection.address
        self.serve(connection)
        self._open[address] -= 1
        self._count -= 1
        if not self._open[address]:
            del self._open[address]

    def wait(self, connection: BoundedConnection) -> None:
        """It waits for a whole request."""
        self._waiting.setdefault(connection.address, {})[connection] = None

    def serve(self, connection: BoundedConnection) -> None:
        """It has sent one."""
        waiting = self._waiting.get(connection.address, {})
        waiting.pop(connection, None)
        if not waiting:
            self._waiting.pop(connection.address, None)

    def _most_of(self, address: str) -> int:
        """A proxy brings everybody, and has limits of its own."""
        rules = self.rules
        trusted = address in self._trusted
        return rules.max_connections if trusted else rules.max_connections_per_address

    def _evict(self, address: str, newcomer: BoundedConnection) -> None:
        oldest = next(iter(self._waiting.get(address, ())), newcomer)
        oldest.abort()


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, with a time for headers and a place among `Connections`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._all: Connections = self.config.app.connections  # type: ignore[union-attr]
        self.timeout_keep_alive = self._all.rules.idle_s
        self._header_timer: asyncio.TimerHandle | None = None
        self._arrived_bytes = self._header_bytes = self._header_lines = 0
        self._refusal = HTTPStatus.BAD_REQUEST
        self._served: RequestResponseCycle | None = None
        self.address = ""

    def abort(self) -> None:
        """Close it at once."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection; its first header has to come in time."""
        super().connection_made(transport)
        self.address = counted_as(self.client[0] if self.client else "")
        self._all.opened(self)
        self._expect_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self._forget_header()
        self._all.closed(self)
        self.pipeline.clear()
        if self._served is not None:  # not always the last that was read
            self._served.disconnected = True
            self._served.message_event.set()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._served = cycle
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        """Read on, unless a line of a header is endless."""
        super().data_received(data)
        if self._header_timer is not None and not self.transport.is_closing():
            self._arrived_bytes += len(data)
            if self._arrived_bytes > self._all.rules.max_header_bytes:
                self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                self.send_400_response("")

    def send_400_response(self, _msg: str) -> None:
        """Say that this is no request that is served, and close."""
        line = f"HTTP/1.1 {self._refusal.value} {self._refusal.phrase}"
        lines = [line, "content-length: 0", "connection: close", "", ""]
        self.transport.write("\r\n".join(lines).encode())
        self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins: the rest of its header has to come in time."""
        super().on_message_begin()
        self._header_bytes = self._header_lines = 0
        self._all.wait(self)
        self._expect_header()

    def on_url(self, url: bytes) -> None:
        """A piece of the request's target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A line of the header. Raises `Refused` for one too many."""
        self._header_lines += 1
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def _count(self, size: int) -> None:
        rules = self._all.rules
        self._header_bytes += size
        too_large = self._header_bytes > rules.max_header_bytes
        if too_large or self._header_lines > rules.max_header_lines:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise Refused

    def on_headers_complete(self) -> None:
        """The header is there; its body has limits of its own (`arriving.py`).

        Raises `Refused` where two readers could understand it differently (RFC 9112, 3.2 and 6.1):
        not exactly one host, another coding than chunks, chunks before HTTP/1.1.
        """
        version = self.parser.get_http_version()
        hosts = sum(name == b"host" for name, _ in self.headers)
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if version not in VERSIONS or hosts > 1 or (hosts == 0 and version == "1.1"):
            raise Refused
        if codings and (codings != [CHUNKED] or version == "1.0"):
            raise Refused
        self._forget_header()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there."""
        self._all.serve(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """It is answered: the connection waits for another."""
        if not self.pipeline and self._header_timer is None:
            self._all.wait(self)
        super().on_response_complete()

    def _expect_header(self) -> None:
        if self._header_timer is None:
            self._arrived_bytes = 0
            self._header_timer = self.loop.call_later(self._all.rules.header_s, self.abort)

    def _forget_header(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None
