"""A job kind that the product does not know: it measures a text. All of it stands here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from storage.context import Context
from storage.handlers import JOBS, JobHandler, Lane

KIND = "measure_text"
DROPPED = "dropped"


@dataclass
class Texts:
    """Texts by id, what was measured of them, and those that were given up."""

    texts: dict[UUID, str] = field(default_factory=dict)
    lengths: dict[UUID, int] = field(default_factory=dict)
    given_up: list[UUID] = field(default_factory=list)
    parts: int = 1  # in which it is prepared
    prepared: int = 0
    defect: Exception | None = None  # of preparing

    def prepare(self, _context: Context) -> bool:
        """Count parts. Raises the defect, where there is one."""
        self.prepared += 1
        if self.defect is not None:
            raise self.defect
        return self.prepared == self.parts

    def load(self, _context: Context, subject: UUID) -> str | None:
        """The text; None for one that needs no measuring. Raises KeyError where there is none."""
        text = self.texts[subject]
        return None if text == DROPPED else text

    def store(self, _context: Context, subject: UUID, length: int) -> None:
        """Keep a length."""
        self.lengths[subject] = length

    def give_up(self, _context: Context, subject: UUID) -> None:
        """Note that it cannot be done."""
        self.given_up.append(subject)


def measure(text: str, _lent: object) -> int:
    """The characters of a text. Raises ValueError for an empty one."""
    if not text:
        raise ValueError("no text")
    return len(text)


@contextmanager
def registered(lane: Lane) -> Iterator[Texts]:
    """The kind, known to the queue for as long as the block lasts."""
    texts = Texts()
    JOBS.register(
        JobHandler(
            KIND,
            lane,
            texts.load,
            measure,
            texts.store,
            texts.give_up,
            prepare=texts.prepare,
        )
    )
    try:
        yield texts
    finally:
        JOBS.unregister(KIND)
