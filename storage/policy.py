"""The queue's part of the policy."""

from __future__ import annotations

from typing import ClassVar

from core.policy import Section


class QueuePolicy(Section):
    """When a job is given up, and when no more are taken in."""

    table: ClassVar[str] = "queue"

    max_deaths: int  # of processes that did it, before a job is given up
    max_waiting_jobs: int
    max_waiting_of_owner: int


SECTIONS = (QueuePolicy,)
