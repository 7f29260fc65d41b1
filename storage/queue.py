"""Durable work: the row is the truth, whoever holds its lease does it, its result is kept once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id, utc_now

MOST_DEATHS = 3


class Job(Base):
    """A piece of work about `subject_id`; `state` is queued, running, done or poisoned."""

    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="queued", index=True)
    deaths: Mapped[int] = mapped_column(default=0)
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    since: Mapped[datetime] = mapped_column(default=utc_now, index=True)  # somebody waits
    traceparent: Mapped[str | None]  # of the request that queued it (W3C Trace Context)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Claim:
    """The right to do one job until `lease_until`."""

    job_id: UUID
    kind: str
    subject_id: UUID
    lease: UUID
    traceparent: str | None = None


def enqueue(session: Session, kind: str, subject_id: UUID, since: datetime | None = None) -> Job:
    """Queue work; who has waited longest, `since` when, is served first."""
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    job = Job(
        kind=kind,
        subject_id=subject_id,
        since=since or utc_now(),
        traceparent=carrier.get("traceparent"),
    )
    session.add(job)
    return job


def waiting(session: Session) -> int:
    """How many jobs nobody has begun."""
    query = sa.select(sa.func.count()).select_from(Job).where(Job.state == "queued")
    return session.scalar(query) or 0


def overdue(session: Session, seconds: float) -> int:
    """How many jobs nobody has begun for so long, or whoever began them fell silent."""
    now = utc_now()
    left = sa.and_(Job.state == "queued", Job.created_at < now - timedelta(seconds=seconds))
    query = sa.select(sa.func.count()).select_from(Job).where(sa.or_(left, _silent(now)))
    return session.scalar(query) or 0


def due(session: Session) -> UUID | None:
    """The job that `claim` would take, found without locking anything."""
    return session.scalar(_due(utc_now()).with_only_columns(Job.id))


def claim(session: Session, seconds: float) -> Claim | None:
    """Take the job that waits longest, or one whose holder fell silent (which counts a death)."""
    now = utc_now()
    job = session.scalar(_due(now).with_for_update(skip_locked=True))
    if job is None:
        return None
    if job.state == "running":
        job.deaths += 1
    job.state, job.lease = "running", new_id()
    job.lease_until = now + timedelta(seconds=seconds)
    return Claim(job.id, job.kind, job.subject_id, job.lease, job.traceparent)


def renew(session: Session, claims: Sequence[Claim], seconds: float) -> None:
    """Say that whoever holds these claims lives: their leases run on from now."""
    held = sa.and_(Job.lease.in_([claim.lease for claim in claims]), Job.state == "running")
    until = utc_now() + timedelta(seconds=seconds)
    session.execute(sa.update(Job).where(held).values(lease_until=until))


def holds(session: Session, claim: Claim) -> bool:
    """Whether the claim still stands; a result that comes after its lease was taken is dropped."""
    job = session.get(Job, claim.job_id, with_for_update=True)
    return job is not None and job.state == "running" and job.lease == claim.lease


def finish(session: Session, claim: Claim, state: str = "done") -> None:
    job = session.get_one(Job, claim.job_id)
    job.state, job.finished_at, job.lease, job.lease_until = state, utc_now(), None, None


def died(session: Session, claim: Claim) -> bool:
    """Note that whoever did the job died in it; True when the job is poisonous and must end."""
    job = session.get_one(Job, claim.job_id)
    job.deaths += 1
    if job.deaths >= MOST_DEATHS:
        return True
    job.state, job.lease, job.lease_until = "queued", None, None
    return False


def poisoned(session: Session, claim: Claim) -> bool:
    """Whether the job has already cost as many workers as it may."""
    return session.get_one(Job, claim.job_id).deaths >= MOST_DEATHS


def _due(now: datetime) -> sa.Select[Job]:
    waits = sa.or_(Job.state == "queued", _silent(now))
    return sa.select(Job).where(waits).order_by(Job.since, Job.id).limit(1)


def _silent(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Job.state == "running", Job.lease_until < now)
