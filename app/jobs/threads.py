"""Jobs that hold no model, done by threads of the worker."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from app.jobs.lifecycle import ClaimedJob
from storage.context import Resources


class ThreadLane:
    """Performs jobs in a few threads, lent what the process holds: they may wait for others."""

    def __init__(self, count: int, lent: Resources) -> None:
        self.count, self._lent = count, lent
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="jobs")

    def submit(self, job: ClaimedJob) -> Future[Any]:
        """The result to come."""
        return self._pool.submit(job.perform, job.work, self._lent)

    def close(self) -> None:
        """Return once everything that was submitted is done."""
        self._pool.shutdown()
