"""Bodies that are made as something changes.

A WSGI server iterates them in a thread that asks and sleeps. `Listeners` serves the same bodies
from an event loop.
"""

from __future__ import annotations

import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from app.listening.places import Release
from app.services import Services
from storage.context import Context

FIRST_PAUSE_S, MAX_PAUSE_S, GROWTH = 0.05, 0.8, 1.3  # between two questions of one thread

# How several things stand, by their ids; what is no more has no entry.
Question = Callable[[Context, Collection[UUID]], Mapping[UUID, object]]


class Topic(NamedTuple):
    """What a listener waits for: another answer to a question about one thing."""

    question: Question
    subject: UUID


class Part(NamedTuple):
    """Bytes of a body, and whether they are its last."""

    content: bytes
    last: bool


def moments(seconds: float) -> Iterator[bool]:
    """Moments to ask, ever further apart so that many who wait cost little; True for the last."""
    until, pause = time.monotonic() + seconds, FIRST_PAUSE_S
    while time.monotonic() < until:
        yield False
        time.sleep(max(0.0, min(pause, until - time.monotonic())))
        pause = min(pause * GROWTH, MAX_PAUSE_S)
    yield True


def states_of(services: Services, topics: Collection[Topic]) -> Mapping[Topic, object]:
    """How things stand: one question each to one state of the database, whoever asks."""
    by_question: dict[Question, set[UUID]] = {}
    for question, subject in topics:
        by_question.setdefault(question, set()).add(subject)
    with services.reading() as context:
        answers = {ask: ask(context, subjects) for ask, subjects in by_question.items()}
    return {topic: answers[topic.question].get(topic.subject) for topic in topics}


class ChangingBody(ABC):
    """A body that goes on while what it is about changes, for at most `seconds`.

    `seen` is how its topic stood when last told. The place that it takes is freed by `close`, and
    at the latest when nobody holds the body any more.
    """

    def __init__(
        self, services: Services, topic: Topic, seen: object, seconds: float, release: Release
    ) -> None:
        self._services = services
        self.topic, self.seen, self.seconds = topic, seen, seconds
        self._free = weakref.finalize(self, release)

    def first(self) -> bytes:
        """What is sent at once."""
        return b""

    @abstractmethod
    def changed(self) -> Part:
        """What is sent after a change."""

    @abstractmethod
    def ended(self) -> bytes:
        """What is sent when time is over."""

    def close(self) -> None:
        """Free the place; as often as one likes."""
        self._free()

    def __iter__(self) -> Iterator[bytes]:
        yield self.first()
        for last in moments(self.seconds):
            state = states_of(self._services, (self.topic,))[self.topic]
            if state != self.seen:
                self.seen = state
                part = self.changed()
                yield part.content
                if part.last:
                    return
            if last:
                yield self.ended()


class OneAnswer(ChangingBody):
    """An answer that is made after the first change, or when time is over."""

    def __init__(
        self,
        services: Services,
        topic: Topic,
        seconds: float,
        release: Release,
        make: Callable[[], bytes],
    ) -> None:
        super().__init__(services, topic, False, seconds, release)
        self._make = make

    def changed(self) -> Part:
        """The answer."""
        return Part(self._make(), last=True)

    def ended(self) -> bytes:
        """The answer as it is by now."""
        return self._make()
