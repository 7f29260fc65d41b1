"""All who listen in one process, served by its event loop: one question for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.listening.bodies import ChangingBody, Topic, states_of
from app.services import Services

POLL_S = 0.1
SHARE, CROWDED_S = 0.02, 0.5  # of the time is spent asking: with slow answers it is asked less
MAX_SHARE = 0.2  # often, at first up to a pause of `CROWDED_S`, with very slow ones by this share
UNAVAILABLE_S = 1.0  # between two tries of a database that is away
log = structlog.get_logger()


@dataclass(eq=False)
class _Waiter:
    topic: Topic
    seen: object
    change: asyncio.Future[object]


class Listeners:
    """Serves changing bodies. Belongs to one event loop."""

    def __init__(self, services: Services, threads: Executor) -> None:
        self._services, self._threads = services, threads
        self._waiters: set[_Waiter] = set()
        self._asking: asyncio.Task[None] | None = None

    async def parts(self, body: ChangingBody) -> AsyncIterator[bytes]:
        """The parts of a body as they come. Raises what making one raises."""
        loop = asyncio.get_running_loop()
        until = loop.time() + body.seconds
        if first := body.first():
            yield first
        while True:
            try:
                async with asyncio.timeout_at(until):
                    body.seen = await self._next_state(body)
            except TimeoutError:
                yield await loop.run_in_executor(self._threads, body.ended)
                return
            part = await loop.run_in_executor(self._threads, body.changed)
            yield part.content
            if part.last:
                return

    async def _next_state(self, body: ChangingBody) -> object:
        loop = asyncio.get_running_loop()
        waiter = _Waiter(body.topic, body.seen, loop.create_future())
        self._waiters.add(waiter)
        if self._asking is None:
            self._asking = loop.create_task(self._ask())
        try:
            return await waiter.change
        finally:
            self._waiters.discard(waiter)

    async def _ask(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiters:
            began = loop.time()
            pause = UNAVAILABLE_S
            try:
                self._tell(await loop.run_in_executor(None, self._states))
                pause = pause_s(loop.time() - began)
            except SQLAlchemyError as error:  # it comes back, and they wait
                log.warning("listeners wait", error=type(error).__name__)
            except Exception:  # one defect must not end the others
                log.exception("listeners failed")
            await asyncio.sleep(pause)
        self._asking = None

    def _states(self) -> Mapping[Topic, object]:
        return states_of(self._services, {waiter.topic for waiter in list(self._waiters)})

    def _tell(self, states: Mapping[Topic, object]) -> None:
        for waiter in self._waiters:
            if waiter.topic not in states or waiter.change.done():  # it came meanwhile
                continue
            if states[waiter.topic] != waiter.seen:
                waiter.change.set_result(states[waiter.topic])


def pause_s(took_s: float) -> float:
    """How long to wait before everybody is asked for again, when the last time took so long."""
    return max(POLL_S, min(took_s / SHARE, CROWDED_S), took_s / MAX_SHARE)
