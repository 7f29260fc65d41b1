"""The registry of job kinds: what a job needs, who does it, where its result goes.

Any package registers its kinds. A worker knows a kind by its handler alone, and none by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from storage.context import Context

Work = TypeVar("Work")
Result = TypeVar("Result")


class Lane(StrEnum):
    """Which processes do a job."""

    ANALYSIS = (
        "analysis"  # those that hold the models; `perform` runs in a process without a database
    )
    LENDING = "lending"  # threads of the worker that may wait for other systems
    HOUSEKEEPING = "housekeeping"  # a thread of its own for what nobody waits for


@dataclass(frozen=True)
class JobHandler(Generic[Work, Result]):
    """How jobs of one kind are done.

    `load` collects what the work needs, in the transaction that claims the job; None drops a job
    whose subject is superseded. `perform` is a function of a module, which another process can
    import: of the work and of what its lane lends (engines, for analyses), with no session open.
    `store` keeps the result, `give_up` ends what cannot be done, and `too_costly` what broke a
    limit (without one: as `give_up`), in the transaction that ends the job. `prepare` loads a
    part of what every result asks for, before a process claims its first job, and returns whether
    that was the last.
    """

    kind: str
    lane: Lane
    load: Callable[[Context, UUID], Work | None]
    perform: Callable[[Work, Any], Result]
    store: Callable[[Context, UUID, Result], None]
    give_up: Callable[[Context, UUID], None]
    too_costly: Callable[[Context, UUID], None] | None = None
    prepare: Callable[[Context], bool] | None = None


class JobRegistry:
    """Handlers by the kind of job."""

    def __init__(self) -> None:
        self._handlers: dict[str, JobHandler[Any, Any]] = {}

    def register(self, handler: JobHandler[Work, Result]) -> None:
        """Raises ValueError for a kind that is registered already."""
        if handler.kind in self._handlers:
            raise ValueError(f"job kind {handler.kind} is registered already")
        self._handlers[handler.kind] = handler

    def unregister(self, kind: str) -> None:
        """Forget a kind: tests bring kinds of their own."""
        del self._handlers[kind]

    def handler(self, kind: str) -> JobHandler[Any, Any]:
        """Raises KeyError for a kind that no package registered."""
        return self._handlers[kind]

    def kinds(self, lane: Lane) -> tuple[str, ...]:
        """The kinds that a lane does."""
        return tuple(handler.kind for handler in self._handlers.values() if handler.lane is lane)


JOBS = JobRegistry()
