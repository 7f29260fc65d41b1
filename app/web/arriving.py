"""Bodies of requests as they arrive: how slow, how large, how many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge, RequestTimeout

from app.policy import WebPolicy
from core.errors import Unavailable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class Disconnected(Exception):
    """The client left."""


class ArrivingBodies:
    """Reads bodies of one process, each within its time, all within `max_buffered_bytes`."""

    def __init__(self, rules: WebPolicy, max_bytes: int) -> None:
        self._rules, self._max_bytes = rules, max_bytes
        self._buffered = 0

    async def read(self, scope: Mapping[str, Any], receive: Receive) -> bytearray:
        """A whole body; `forget` it when it was used.

        Raises `RequestEntityTooLarge`, `RequestTimeout`, `Unavailable`, `Disconnected`.
        """
        most = self._most(scope["headers"])
        body = bytearray()
        began = asyncio.get_running_loop().time()
        try:
            more = True
            while more:
                chunk, more = await self._next(receive, began, len(body))
                if len(body) + len(chunk) > most:
                    raise RequestEntityTooLarge
                if self._buffered + len(chunk) > self._rules.max_buffered_bytes:
                    raise Unavailable
                self._buffered += len(chunk)
                body += chunk
        except BaseException:
            self.forget(body)
            raise
        return body

    def forget(self, body: bytearray) -> None:
        """The body takes no memory any more."""
        self._buffered -= len(body)
        body.clear()

    def _most(self, headers: list[tuple[bytes, bytes]]) -> int:
        """Raises `RequestEntityTooLarge` where the length that is announced is too large."""
        named = dict(headers)
        most = self._max_bytes
        if b"authorization" not in named:  # only those who have signed in send files
            most = min(most, self._rules.max_anonymous_body_bytes)
        announced = named.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced[:20]) > most:
            raise RequestEntityTooLarge
        return most

    async def _next(self, receive: Receive, began: float, arrived: int) -> tuple[bytes, bool]:
        rules = self._rules
        allowed_s = rules.body_grace_s + arrived / rules.min_body_bytes_per_s
        try:
            async with asyncio.timeout_at(began + min(allowed_s, rules.max_body_s)):
                message = await receive()
        except TimeoutError as error:
            raise RequestTimeout from error
        if message["type"] == "http.disconnect":
            raise Disconnected
        return message.get("body", b""), message.get("more_body", False)
