"""Between HTTP and the application: a thread is taken for a request that has arrived whole.

The application is a WSGI application; what it answers is sent from the event loop, however slowly
the client takes it. A body that changes (`app.listening`) is served without a thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from wsgiref.types import WSGIApplication

from flask import Flask
from werkzeug.exceptions import HTTPException

from app.api.caller import EXTENSION
from app.listening.bodies import ChangingBody
from app.listening.listeners import Listeners
from app.policy import WebPolicy
from app.services import Services
from app.web.arriving import ArrivingBodies, Disconnected, Message, Receive
from app.web.connection import Connections
from app.web.environ import REFUSED, environ_of
from app.web.turns import Turns
from core.errors import Unavailable

Send = Callable[[Message], Awaitable[None]]

CHUNK = 65536
SLOW_PREFIX = "/api/v1/staff/"  # hashing of passwords: it must not take every thread
SLOW_THREADS = 2


@dataclass(frozen=True)
class Answer:
    """What the application answered: a body that is there, one that changes, or one in parts."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes | ChangingBody | Iterable[bytes]


class MadeInParts:
    """A body that is made while it is sent; threads may share it."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body, self._parts, self._lock = body, iter(body), threading.Lock()

    def next(self) -> bytes | None:
        """The next part; None after the last."""
        with self._lock:
            return next(self._parts, None)

    def close(self) -> None:
        """Make no more of it."""
        with self._lock:
            _close(self._body)


class Gateway:
    """The ASGI application of one web process."""

    def __init__(
        self,
        application: WSGIApplication,
        services: Services,
        max_bytes: int,
        trusted: frozenset[str] = frozenset(),
    ) -> None:
        rules = services.parts.policy.section(WebPolicy)
        threads = services.settings.web_threads
        self.connections = Connections(rules, trusted)
        self._application, self._rules = application, rules
        self._bodies = ArrivingBodies(rules, max_bytes)
        self._threads = ThreadPoolExecutor(threads, "request")
        self._slow_threads = ThreadPoolExecutor(SLOW_THREADS, "slow-request")
        self._turns = Turns(max(1, threads * 3 // 4), rules.max_requests)
        self._listeners = Listeners(services, self._threads)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            answer = await self._answer(scope, receive)
        except Disconnected:
            return
        if isinstance(answer.body, bytes):
            await self._send_whole(answer, answer.body, send)
        elif isinstance(answer.body, ChangingBody):
            try:
                parts = self._listeners.parts(answer.body)
                await self._send_parted(scope, answer, parts, receive, send)
            finally:
                answer.body.close()
        else:
            body = MadeInParts(answer.body)
            try:
                await self._send_parted(scope, answer, self._made(body), receive, send)
            finally:
                await asyncio.get_running_loop().run_in_executor(self._threads, body.close)

    async def _answer(self, scope: Mapping[str, Any], receive: Receive) -> Answer:
        try:
            body = await self._bodies.read(scope, receive)
        except (HTTPException, Unavailable) as refusal:  # the application has the words for it
            answer = await self._run(scope, b"", refusal)
            answer.headers.append((b"connection", b"close"))  # the rest of the body is not read
            return answer
        try:
            return await self._run(scope, bytes(body.content))
        finally:
            self._bodies.forget(body)

    async def _run(
        self, scope: Mapping[str, Any], body: bytes, refusal: Exception | None = None
    ) -> Answer:
        environ = environ_of(scope, body)
        slow = scope["path"].startswith(SLOW_PREFIX)
        threads = self._slow_threads if slow else self._threads
        loop = asyncio.get_running_loop()
        try:
            async with self._turns.of(environ["REMOTE_ADDR"]):
                if refusal is not None:
                    environ[REFUSED] = refusal
                return await loop.run_in_executor(threads, self._call, environ)
        except Unavailable as full:  # nobody gets a turn; saying so takes a short one
            environ[REFUSED] = full
            return await loop.run_in_executor(self._threads, self._call, environ)

    def _call(self, environ: dict[str, Any]) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            started.append((status, headers))
            return started.append  # `write`, which nothing of ours calls

        result = self._application(environ, start)
        status, headers = started[-1]
        # Where no length is named, nobody knows it yet: an export of hundreds of files.
        known = any(name.lower() == "content-length" for name, _ in headers)
        body = _whole(result) if known else result
        lines = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return Answer(int(status.split(" ", 1)[0]), lines, body)

    async def _send_whole(self, answer: Answer, body: bytes, send: Send) -> None:
        await send(_start(answer))
        for place in range(0, len(body), CHUNK):
            more = place + CHUNK < len(body)
            await self._send_part(send, body[place : place + CHUNK], more=more)
        if not body:
            await self._send_part(send, b"", more=False)

    async def _send_parted(
        self,
        scope: Mapping[str, Any],
        answer: Answer,
        parts: AsyncIterator[bytes],
        receive: Receive,
        send: Send,
    ) -> None:
        await send(_start(answer))
        if scope["method"] != "HEAD":
            await _while_connected(self._send_parts(parts, send), receive)
        await self._send_part(send, b"", more=False)

    async def _made(self, body: MadeInParts) -> AsyncIterator[bytes]:
        """The parts of a body, each made by a thread when the one before was sent."""
        loop = asyncio.get_running_loop()
        while (part := await loop.run_in_executor(self._threads, body.next)) is not None:
            yield part

    async def _send_parts(self, parts: AsyncIterator[bytes], send: Send) -> None:
        async for part in parts:
            for place in range(0, len(part), CHUNK):
                await self._send_part(send, part[place : place + CHUNK], more=True)

    async def _send_part(self, send: Send, part: bytes, *, more: bool) -> None:
        """Raises TimeoutError when the client does not take it; the connection is then closed."""
        async with asyncio.timeout(self._rules.send_s):
            await send({"type": "http.response.body", "body": part, "more_body": more})


def gateway_of(app: Flask, around: WSGIApplication | None = None) -> Gateway:
    """What serves an application of ours, or another that stands around it, in a web process."""
    services: Services = app.extensions[EXTENSION]
    return Gateway(
        around or app,
        services,
        app.config["MAX_CONTENT_LENGTH"],
        services.settings.proxies,
    )


def _whole(result: Iterable[bytes]) -> bytes:
    try:
        return b"".join(result)
    finally:
        _close(result)


def _close(result: object) -> None:
    if close := getattr(result, "close", None):
        close()


def _line(name: str, value: str) -> tuple[bytes, bytes]:
    return name.lower().encode("latin-1"), value.encode("latin-1")


def _start(answer: Answer) -> Message:
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": answer.headers,
    }


async def _while_connected(sending: Any, receive: Receive) -> None:
    """Send until all is sent or the client has left."""
    tasks = {asyncio.ensure_future(sending), asyncio.ensure_future(_until_gone(receive))}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
