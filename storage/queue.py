"""Durable work: the row is the truth, a lease says which process does it, a result is kept once.

The queue of a lane is ordered by how long somebody has waited. A process that ends without a word
loses its lease, and the job is done by another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy.orm import Mapped, aliased, mapped_column

from core.data_classes import Retention, kept
from core.errors import TooMany
from core.ids import new_id
from storage.context import Context
from storage.database import Base, EnumText, UTCDateTime
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
        JobState.QUEUED: (JobState.RUNNING, JobState.DONE),  # done: nobody needs it any more
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
    """A piece of work about `subject_id`, in a lane; of one owner one job of a lane runs."""

    __tablename__ = "jobs"
    __table_args__ = kept(Retention.JOB)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    lane: Mapped[Lane] = mapped_column(EnumText(Lane))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    owner_id: Mapped[UUID | None] = mapped_column(index=True)  # whose turn it takes; None: nobody's
    state: Mapped[JobState] = mapped_column(EnumText(JobState), index=True)
    deaths: Mapped[int] = mapped_column(default=0)
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    since: Mapped[datetime] = mapped_column(index=True)  # when its applicant began to wait
    due_at: Mapped[datetime | None]  # not before; None: at once
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


class JobsWaiting(TooMany):
    """Too much of this owner's work waits already."""

    code = "jobs_waiting"
    retry_after_s = 10


def enqueue(
    context: Context,
    kind: str,
    subject_id: UUID,
    since: datetime | None = None,
    owner_id: UUID | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Queue work in the lane of its kind; the longest wait, `since` when, is served first.

    It is not begun before `due_at`.

    Work of an owner waits while other work of that owner runs in the lane, so that nobody holds
    more than one process. Raises `JobsWaiting` where too much of it waits, KeyError for a kind
    that no package registered.
    """
    if owner_id is not None:
        _require_few_waiting(context, owner_id)
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    job = Job(
        id=new_id(),
        kind=kind,
        lane=JOBS.handler(kind).lane,
        subject_id=subject_id,
        owner_id=owner_id,
        since=since or context.now(),
        due_at=due_at,
        created_at=context.now(),
        traceparent=carrier.get("traceparent"),
    )
    JOB.begin(job, JobState.QUEUED)
    context.session.add(job)
    return job


def withdraw(context: Context, kind: str, subject_id: UUID) -> None:
    """End jobs about a subject that no process has begun: nobody needs them any more."""
    unbegun = sa.select(Job).where(
        Job.kind == kind, Job.subject_id == subject_id, Job.state == JobState.QUEUED
    )
    for job in context.session.scalars(unbegun.with_for_update(skip_locked=True)):
        JOB.move(job, JobState.DONE)
        job.finished_at = context.now()


def waiting(context: Context, lane: Lane) -> int:
    """How many jobs of a lane are due and no process has begun."""
    return context.session.scalar(_waiting(), {"lane": lane, "now": context.now()}) or 0


def overdue(context: Context, lane: Lane, seconds: float) -> int:
    """How many jobs no process has begun for so long, or whose lease expired."""
    now = context.now()
    before = now - timedelta(seconds=seconds)
    since_due = sa.func.coalesce(Job.due_at, Job.created_at, type_=Job.created_at.type)
    old = sa.and_(Job.state == JobState.QUEUED, since_due < before)
    counted = sa.select(sa.func.count()).where(Job.lane == lane, sa.or_(old, _silent(now)))
    return context.session.scalar(counted.select_from(Job)) or 0


def due(context: Context, kinds: Collection[str]) -> UUID | None:
    """The job that `claim` would take, found without locking anything."""
    asked = _asked(context.now(), kinds)
    found: UUID | None = context.session.connection().execute(_due_id(), asked).scalar()
    return found


def claim(context: Context, kinds: Collection[str], lease_s: float) -> Claim | None:
    """Take the job with the longest wait, or one whose lease expired (a death of its process)."""
    now = context.now()
    due_job = _due().with_for_update(skip_locked=True, of=Job)
    job = context.session.scalar(due_job, _asked(now, kinds))
    if job is None or not _is_its_owners_turn(context, job, now):
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


def put_back(context: Context, claim: Claim, due_at: datetime) -> None:
    """Queue a job again that could not be done yet, through no fault of its own."""
    job = context.session.get_one(Job, claim.job_id)
    JOB.move(job, JobState.QUEUED)
    job.lease, job.lease_until, job.due_at = None, None, due_at


def is_poisoned(context: Context, claim: Claim) -> bool:
    """Whether the job has cost as many processes as it may."""
    max_deaths = context.rules(QueuePolicy).max_deaths
    return context.session.get_one(Job, claim.job_id).deaths >= max_deaths


@cache  # workers ask many times a second, and to write it out takes longer than to ask it
def _due() -> sa.Select[Job]:
    now: sa.BindParameter[datetime] = sa.bindparam("now", type_=UTCDateTime())
    waits = sa.or_(sa.and_(Job.state == JobState.QUEUED, _is_due(now)), _silent(now))
    free = sa.or_(Job.owner_id.is_(None), ~_busy(now, Job.owner_id, Job.lane))
    of_kinds = Job.kind.in_(sa.bindparam("kinds", expanding=True))
    ordered = sa.select(Job).where(of_kinds, waits, free)
    return ordered.order_by(Job.since, Job.id).limit(1)


@cache
def _due_id() -> sa.Select[UUID]:
    return _due().with_only_columns(Job.id)


@cache
def _waiting() -> sa.Select[int]:
    due = _is_due(sa.bindparam("now", type_=UTCDateTime()))
    of_lane = Job.lane == sa.bindparam("lane")
    queued = sa.select(sa.func.count()).select_from(Job)
    return queued.where(Job.state == JobState.QUEUED, of_lane, due)


@cache
def _waiting_of_owner() -> sa.Select[int]:
    of_owner = Job.owner_id == sa.bindparam("owner", type_=sa.Uuid())
    return sa.select(sa.func.count(Job.id)).where(of_owner, Job.state == JobState.QUEUED)


def _asked(now: datetime, kinds: Collection[str]) -> dict[str, Any]:
    return {"now": now, "kinds": sorted(kinds)}


def _is_due(now: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    return sa.or_(Job.due_at.is_(None), Job.due_at <= now)


def _silent(now: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    return sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now)


def _busy(now: datetime | sa.BindParameter[datetime], owner_id: Any, lane: Any) -> sa.Exists:
    """Whether a job of the owner runs in the lane."""
    other = aliased(Job)
    return sa.exists().where(
        other.owner_id == owner_id,
        other.lane == lane,
        other.state == JobState.RUNNING,
        other.lease_until >= now,
    )


def _is_its_owners_turn(context: Context, job: Job, now: datetime) -> bool:
    """Whether no other process is claiming, or has just claimed, a job of the same owner.

    SQLite has one writer at a time. On PostgreSQL two transactions do not see each other's claims:
    they ask for the same lock, which lasts as long as they do, and look again.
    """
    if job.owner_id is None or context.session.get_bind().dialect.name != "postgresql":
        return True
    lock = sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(str(job.owner_id), 0))
    if not context.session.scalar(sa.select(lock)):
        return False
    return not context.session.scalar(sa.select(_busy(now, job.owner_id, job.lane)))


def _require_few_waiting(context: Context, owner_id: UUID) -> None:
    count = context.session.scalar(_waiting_of_owner(), {"owner": owner_id}) or 0
    if count >= context.rules(QueuePolicy).max_waiting_of_owner:
        raise JobsWaiting
