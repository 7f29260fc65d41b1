"""The life of a job: claimed when due, its work loaded, its result stored, or given up.

The row says which process holds a job; nothing is stored without its lease.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from opentelemetry.trace import Span
from pebble import ProcessExpired
from sqlalchemy.exc import OperationalError

from app.services import Services
from app.tracing import job_span
from sandbox.runner import ChildLost, SandboxBusy
from storage import queue
from storage.context import Context
from storage.handlers import Lane
from storage.keyring import KeysUnavailable
from storage.media import StoreUnavailable
from storage.queue import Claim, JobState

log = structlog.get_logger()

T = TypeVar("T")

AGAIN = timedelta(seconds=2)  # until a job is tried again whose store or keys were unavailable
LEASE_S, RENEW_S = 10.0, 3.0  # how soon a dead worker's jobs are done by another
PASSING = (
    StoreUnavailable,
    KeysUnavailable,
    OperationalError,
    SandboxBusy,
)  # the same may succeed soon: nothing is given up


@dataclass(frozen=True)
class ClaimedJob:
    """A claim, the work to be performed, the function that performs it, and its trace span."""

    claim: Claim
    work: Any
    perform: Callable[[Any, Any], Any]
    span: Span


class JobLifecycle:
    """Both ends of the jobs of one lane."""

    def __init__(self, services: Services, lane: Lane) -> None:
        self._services, self._lane = services, lane

    def prepare(self) -> bool:
        """Have the kinds of the lane load a part of what their results ask for; whether it is all.

        Nothing is to be claimed before. Raises `PASSING`. What cannot be loaded for another reason
        is left to the first job.
        """
        return all(self._is_prepared(kind) for kind in self._services.jobs.kinds(self._lane))

    def claim(self) -> ClaimedJob | None:
        """The job with the longest wait, loaded; None where none is due.

        A job that cannot be loaded, or that cost too many processes, is given up here. A kind that
        no package registered is left to workers of another version. Raises `PASSING`; the claim
        is undone then, and the job waits on.
        """
        kinds = self._services.jobs.kinds(self._lane)
        if not kinds:
            return None
        while True:
            with self._services.reading() as context:
                if queue.due(context, kinds) is None:
                    return None
            with self._services.transaction() as context:
                claim = queue.claim(context, kinds, LEASE_S)
                if claim is None:
                    return None
                job = self._load(context, claim)
            if job is not None:
                return job

    def renew(self, claims: Sequence[Claim]) -> None:
        """Let the leases of these claims run on."""
        with self._services.transaction() as context:
            queue.renew(context, claims, LEASE_S)

    def complete(self, claim: Claim, result: Callable[[], Any]) -> None:
        """Store a result, however it was reached: `result` returns it or raises.

        Raises `PASSING`; the lease runs out then, and the job is done again.
        """
        try:
            found = result()
        except (ProcessExpired, ChildLost) as error:
            self._note_death(claim, error)
        except PASSING as error:
            self._put_back(claim, error)
        except (TimeoutError, SoftTimeLimitExceeded):  # not tried again: it would take as long
            log.warning("job took too long", job=str(claim.job_id), kind=claim.kind)
            self._end(claim, JobState.POISONED, too_costly=True)
        except Exception:  # a defect of an engine ends as a review, with its traceback in the log
            log.exception("job failed", job=str(claim.job_id), kind=claim.kind)
            self._end(claim, JobState.POISONED)
        else:
            self._end(claim, JobState.DONE, found)

    def _is_prepared(self, kind: str) -> bool:
        prepare = self._services.jobs.handler(kind).prepare
        if prepare is None:
            return True
        try:
            with self._services.reading() as context:
                return prepare(context)
        except (*PASSING, SoftTimeLimitExceeded):
            raise
        except Exception:  # else no job of the lane would ever be claimed
            log.exception("jobs are not prepared", kind=kind)
            return True

    def _load(self, context: Context, claim: Claim) -> ClaimedJob | None:
        handler = self._services.jobs.handler(claim.kind)
        if queue.is_poisoned(context, claim):
            self._give_up(context, claim)
            return None
        loaded, work = _whole(context, claim, partial(handler.load, context, claim.subject_id))
        if not loaded:
            self._give_up(context, claim)
            return None
        if work is None:
            queue.finish(context, claim)
            return None
        return ClaimedJob(claim, work, handler.perform, job_span(claim))

    def _note_death(self, claim: Claim, error: Exception) -> None:
        """The process that did the job died in it: another tries, or the job is given up."""
        log.warning("process died", job=str(claim.job_id), error=type(error).__name__)
        with self._services.transaction() as context:
            if queue.holds(context, claim) and queue.note_death(context, claim):
                self._give_up(context, claim)

    def _put_back(self, claim: Claim, error: Exception) -> None:
        """What the job needs is unavailable: it waits, and costs nothing."""
        log.warning("job waits", job=str(claim.job_id), error=type(error).__name__)
        with self._services.transaction() as context:
            if queue.holds(context, claim):
                queue.put_back(context, claim, context.now() + AGAIN)

    def _end(
        self, claim: Claim, state: JobState, result: Any = None, *, too_costly: bool = False
    ) -> None:
        with self._services.transaction() as context:
            if not queue.holds(context, claim):
                return
            if state is JobState.DONE and not self._store(context, claim, result):
                state = JobState.POISONED
            if state is JobState.POISONED:
                self._give_up(context, claim, too_costly=too_costly)
            else:
                queue.finish(context, claim)
        log.info("job done", job=str(claim.job_id), kind=claim.kind, state=state)

    def _store(self, context: Context, claim: Claim, result: Any) -> bool:
        store = self._services.jobs.handler(claim.kind).store
        return _whole(context, claim, partial(store, context, claim.subject_id, result))[0]

    def _give_up(self, context: Context, claim: Claim, *, too_costly: bool = False) -> None:
        """End the job, also where its handler cannot: it must not be claimed for ever."""
        handler = self._services.jobs.handler(claim.kind)
        end = (too_costly and handler.too_costly) or handler.give_up
        _whole(context, claim, partial(end, context, claim.subject_id))
        queue.finish(context, claim, JobState.POISONED)


def _whole(context: Context, claim: Claim, step: Callable[[], T]) -> tuple[bool, T | None]:
    """A handler's step, kept as a whole, and whether it was: one damaged row stops one job only.

    Raises `PASSING`.
    """
    try:
        with context.session.begin_nested():
            return True, step()
    except PASSING:
        raise
    except Exception:
        log.exception("job failed in a step", job=str(claim.job_id), kind=claim.kind)
        return False, None
