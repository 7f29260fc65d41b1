"""Turns for threads: no address takes all of them, and not everybody may wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.errors import Unavailable
from core.origin import counted_as


class Turns:
    """At most `max_running` requests of one address at a time, and `max_requests` in all."""

    def __init__(self, max_running: int, max_requests: int) -> None:
        self._max_running, self._max_requests = max_running, max_requests
        self._running: dict[str, asyncio.Semaphore] = {}
        self._users: dict[str, int] = {}
        self._requests = 0

    @asynccontextmanager
    async def of(self, address: str) -> AsyncIterator[None]:
        """A turn of an address. Raises `Unavailable` when too many wait."""
        if self._requests >= self._max_requests:
            raise Unavailable
        address = counted_as(address)
        turn = self._running.setdefault(address, asyncio.Semaphore(self._max_running))
        self._users[address] = self._users.get(address, 0) + 1
        self._requests += 1
        try:
            async with turn:
                yield
        finally:
            self._requests -= 1
            self._users[address] -= 1
            if not self._users[address]:
                del self._users[address], self._running[address]
