"""Bodies of requests as they arrive: how slow, how large, how many at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge, RequestTimeout

from app.policy import WebPolicy
from core.errors import Unavailable
from core.origin import counted_as

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

ADDRESS_PART = 4  # one address has a fourth of the memory: four have to act together


class Disconnected(Exception):
    """The client left."""


@dataclass(frozen=True)
class ArrivedBody:
    """What has arrived of a body, and from which address."""

    address: str
    content: bytearray = field(default_factory=bytearray)


class ArrivingBodies:
    """Reads bodies of one process, each within its time, all within `max_buffered_bytes`.

    Of these one address has a part, and in any case one whole body: who sends many and ends none
    must not keep everybody else from sending.
    """

    def __init__(self, rules: WebPolicy, max_bytes: int) -> None:
        self._rules, self._max_bytes = rules, max_bytes
        self._max_of_one = max(rules.max_buffered_bytes // ADDRESS_PART, max_bytes)
        self._buffered: Counter[str] = Counter()

    async def read(self, scope: Mapping[str, Any], receive: Receive) -> ArrivedBody:
        """A whole body; `forget` it when it was used.

        Raises `RequestEntityTooLarge`, `RequestTimeout`, `Unavailable`, `Disconnected`.
        """
        most = self._most(scope["headers"])
        body = ArrivedBody(counted_as((scope.get("client") or ("", 0))[0]))
        began = asyncio.get_running_loop().time()
        try:
            more = True
            while more:
                chunk, more = await self._next(receive, began, len(body.content))
                if len(body.content) + len(chunk) > most:
                    raise RequestEntityTooLarge
                self._require_room(body.address, len(chunk))
                self._buffered[body.address] += len(chunk)
                body.content.extend(chunk)
        except BaseException:
            self.forget(body)
            raise
        return body

    def forget(self, body: ArrivedBody) -> None:
        """The body takes no memory any more."""
        self._buffered[body.address] -= len(body.content)
        if not self._buffered[body.address]:
            del self._buffered[body.address]
        body.content.clear()

    def _require_room(self, address: str, size: int) -> None:
        """Raises `Unavailable`."""
        if self._buffered[address] + size > self._max_of_one:
            raise Unavailable
        if self._buffered.total() + size > self._rules.max_buffered_bytes:
            raise Unavailable

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
