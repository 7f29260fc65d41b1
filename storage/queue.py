"""Durable work: the row is the truth, a lease says which process does it, a result is kept once.

The queue of a lane is ordered by how long somebody has waited. A process that ends without a word
loses its lease, and the job is done by another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import Retention, kept
from core.ids import new_id
from storage.context import Context
from storage.database import Base, EnumText
from storage.handlers import JOBS, Lane
from storage.policy import QueuePolicy
from storage.states import Transitions


class JobState(StrEnum):
    """What became of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    POISONED = "poisoned"


JOB = Transitions(
    first=(JobState.QUEUED,),
    steps={
        JobState.QUEUED: (JobState.RUNNING,),
        JobState.RUNNING: (
            JobState.RUNNING,
            JobState.QUEUED,
            JobState.DONE,
            JobState.POISONED,
        ),
        JobState.DONE: (),
        JobState.POISONED: (),
    },
)


class Job(Base):
    """A piece of work about `subject_id`, in a lane."""

    __tablename__ = "jobs"
    __table_args__ = kept(Retention.JOB)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    lane: Mapped[Lane] = mapped_column(EnumText(Lane))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[JobState] = mapped_column(EnumText(JobState), index=True)
    deaths: Mapped[int] = mapped_column(default=0)
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    since: Mapped[datetime] = mapped_column(index=True)  # when its applicant began to wait
    traceparent: Mapped[str | None]  # of the request that queued it (W3C Trace Context)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Claim:
    """The right to do one job until its lease ends."""

    job_id: UUID
    kind: str
    subject_id: UUID
    lease: UUID
    traceparent: str | None = None


def enqueue(context: Context, kind: str, subject_id: UUID, since: datetime | None = None) -> Job:
    """Queue work in the lane of its kind; the longest wait, `since` when, is served first.

    Raises KeyError for a kind that no package registered.
    """
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    job = Job(
        id=new_id(),
        kind=kind,
        lane=JOBS.handler(kind).lane,
        subject_id=subject_id,
        since=since or context.now(),
        created_at=context.now(),
        traceparent=carrier.get("traceparent"),
    )
    JOB.begin(job, JobState.QUEUED)
    context.session.add(job)
    return job


def waiting(context: Context, lane: Lane) -> int:
    """How many jobs of a lane no process has begun."""
    queued = sa.select(sa.func.count()).where(Job.state == JobState.QUEUED, Job.lane == lane)
    return context.session.scalar(queued.select_from(Job)) or 0


def overdue(context: Context, lane: Lane, seconds: float) -> int:
    """How many jobs no process has begun for so long, or whose lease expired."""
    now = context.now()
    old = sa.and_(Job.state == JobState.QUEUED, Job.created_at < now - timedelta(seconds=seconds))
    counted = sa.select(sa.func.count()).where(Job.lane == lane, sa.or_(old, _silent(now)))
    return context.session.scalar(counted.select_from(Job)) or 0


def due(context: Context, kinds: Collection[str]) -> UUID | None:
    """The job that `claim` would take, found without locking anything."""
    return context.session.scalar(_due(context.now(), kinds).with_only_columns(Job.id))


def claim(context: Context, kinds: Collection[str], lease_s: float) -> Claim | None:
    """Take the job with the longest wait, or one whose lease expired (a death of its process)."""
    now = context.now()
    job = context.session.scalar(_due(now, kinds).with_for_update(skip_locked=True))
    if job is None:
        return None
    if job.state == JobState.RUNNING:
        job.deaths += 1
    JOB.move(job, JobState.RUNNING)
    job.lease = new_id()
    job.lease_until = now + timedelta(seconds=lease_s)
    return Claim(job.id, job.kind, job.subject_id, job.lease, job.traceparent)


def renew(context: Context, claims: Sequence[Claim], lease_s: float) -> None:
    """Let the leases of these claims run on from now: their process lives."""
    leases = [claim.lease for claim in claims]
    held = sa.and_(Job.lease.in_(leases), Job.state == JobState.RUNNING)
    until = context.now() + timedelta(seconds=lease_s)
    context.session.execute(sa.update(Job).where(held).values(lease_until=until))


def holds(context: Context, claim: Claim) -> bool:
    """Whether the claim still stands; a result that comes after its lease was taken is dropped."""
    job = context.session.get(Job, claim.job_id, with_for_update=True)
    return job is not None and job.state == JobState.RUNNING and job.lease == claim.lease


def finish(context: Context, claim: Claim, state: JobState = JobState.DONE) -> None:
    """End a job."""
    job = context.session.get_one(Job, claim.job_id)
    JOB.move(job, state)
    job.finished_at, job.lease, job.lease_until = context.now(), None, None


def note_death(context: Context, claim: Claim) -> bool:
    """Note that the process died that did the job; True when the job must be given up.

    Otherwise the job is queued again.
    """
    job = context.session.get_one(Job, claim.job_id)
    job.deaths += 1
    if is_poisoned(context, claim):
        return True
    JOB.move(job, JobState.QUEUED)
    job.lease, job.lease_until = None, None
    return False


def is_poisoned(context: Context, claim: Claim) -> bool:
    """Whether the job has cost as many processes as it may."""
    max_deaths = context.rules(QueuePolicy).max_deaths
    return context.session.get_one(Job, claim.job_id).deaths >= max_deaths


def _due(now: datetime, kinds: Collection[str]) -> sa.Select[Job]:
    waits = sa.or_(Job.state == JobState.QUEUED, _silent(now))
    return sa.select(Job).where(Job.kind.in_(kinds), waits).order_by(Job.since, Job.id).limit(1)


def _silent(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now)
