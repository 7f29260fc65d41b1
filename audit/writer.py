"""Writing, sequencing and verifying audit events."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from audit import merkle
from audit.checkpoint import CheckpointForged, Signer, read_checkpoint
from storage.database import Base, new_id, utc_now


@dataclass(frozen=True)
class Actor:
    """Who did it: `kind` is applicant, staff or system."""

    kind: str
    id: str


SYSTEM = Actor("system", "kaihu")


class AuditEvent(Base):
    """One thing that happened; `position` is its leaf in the tree once it was sequenced."""

    __tablename__ = "audit_events"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    onboarding_id: Mapped[UUID | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    leaf: Mapped[bytes]
    position: Mapped[int | None] = mapped_column(unique=True)

    def entry(self) -> bytes:
        """The canonical bytes that the tree commits to."""
        facts = {
            "id": str(self.id),
            "at": self.at.isoformat(),
            "actor": [self.actor_kind, self.actor_id],
            "action": self.action,
            "subject": self.subject,
            "onboarding": str(self.onboarding_id) if self.onboarding_id else None,
            "data": self.data,
        }
        return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


class AuditCheckpoint(Base):
    """A signed statement of the log's size and root, kept for good."""

    __tablename__ = "audit_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    edge: Mapped[bytes | None]  # of the tree then, so that it grows without being read again


@dataclass(frozen=True)
class Verification:
    """What recomputing the log found; `faults` is empty when nothing was tampered with."""

    size: int
    checkpoints: int
    faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        return not self.faults


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: object,
    *,
    onboarding_id: UUID | None = None,
    **data: Any,
) -> AuditEvent:
    """Write an event into the caller's transaction: both are kept, or neither is."""
    event = AuditEvent(
        id=new_id(),
        at=utc_now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        action=action,
        subject=str(subject),
        onboarding_id=onboarding_id,
        data=json.loads(json.dumps(data, default=str)),
    )
    event.leaf = merkle.leaf_hash(event.entry())
    session.add(event)
    session.flush()
    return event


def sequence(session: Session, signer: Signer) -> int:
    """Give every new event its place in the tree and sign the tree; returns how many."""
    fresh = sa.select(AuditEvent).where(AuditEvent.position.is_(None)).order_by(AuditEvent.id)
    events = session.scalars(fresh.with_for_update()).all()
    if not events:
        return 0
    edge = _edge(session, signer)
    for event in events:
        event.position = edge.size
        edge = edge.grown(event.leaf)
    note = signer.sign(edge.size, edge.root)
    session.add(AuditCheckpoint(size=edge.size, note=note, edge=edge.packed()))
    session.flush()
    return len(events)


def _edge(session: Session, signer: Signer) -> merkle.Edge:
    """The sequenced log's edge: the kept one, else made anew from every leaf."""
    kept = _kept_edge(session, signer)
    return kept or reduce(merkle.Edge.grown, _leaves(session), merkle.Edge())


def _kept_edge(session: Session, signer: Signer) -> merkle.Edge | None:
    """The newest checkpoint's edge, if it is the sequenced log's and leads to the signed root."""
    newest = latest_checkpoint(session)
    if newest is None or newest.edge is None:
        return None
    last = session.scalar(sa.select(sa.func.max(AuditEvent.position)))
    try:
        edge = merkle.Edge.unpacked(newest.size, newest.edge)
        signed = read_checkpoint(newest.note, signer.origin, signer.public_key)
    except (ValueError, CheckpointForged):
        return None
    whole = last is not None and last + 1 == edge.size
    return edge if whole and edge.root == signed.root else None


def unsequenced(session: Session) -> bool:
    """Whether any event waits for its place in the tree."""
    query = sa.select(AuditEvent.id).where(AuditEvent.position.is_(None))
    return session.scalar(query.limit(1)) is not None


def latest_checkpoint(session: Session) -> AuditCheckpoint | None:
    return session.scalar(sa.select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1))


def inclusion(session: Session, event: AuditEvent, size: int) -> list[bytes]:
    """The proof that a sequenced event is in the log of `size` events."""
    if event.position is None or event.position >= size:
        raise ValueError("the event is not in that log yet")
    return merkle.inclusion_proof(_leaves(session)[:size], event.position)


def verify(session: Session, origin: str, public_key: bytes) -> Verification:
    """Recompute the whole log from its rows and hold it against every signed checkpoint."""
    sequenced = sa.select(AuditEvent).where(AuditEvent.position.is_not(None))
    events = session.scalars(sequenced.order_by(AuditEvent.position)).all()
    faults = [
        f"event {event.id} is not at its position {position}"
        for position, event in enumerate(events)
        if event.position != position
    ]
    leaves = [merkle.leaf_hash(event.entry()) for event in events]
    changed = [e for e, leaf in zip(events, leaves, strict=True) if e.leaf != leaf]
    faults += [f"event {event.id} was changed" for event in changed]
    checkpoints = session.scalars(sa.select(AuditCheckpoint).order_by(AuditCheckpoint.size)).all()
    sizes = {row.size for row in checkpoints}
    roots = {edge.size: edge.root for edge in merkle.edges(leaves) if edge.size in sizes}
    for row in checkpoints:
        try:
            checkpoint = read_checkpoint(row.note, origin, public_key)
        except CheckpointForged as error:
            faults.append(f"checkpoint {row.size}: {error}")
            continue
        if checkpoint.size > len(leaves):
            faults.append(f"checkpoint {row.size}: the log has only {len(leaves)} events")
        elif roots.get(checkpoint.size) != checkpoint.root:
            faults.append(f"checkpoint {row.size}: the events before it were changed")
    if events and (not checkpoints or checkpoints[-1].size != len(events)):
        faults.append("the newest checkpoint does not cover every sequenced event")
    return Verification(len(events), len(checkpoints), tuple(faults))


def _leaves(session: Session) -> list[bytes]:
    sequenced = sa.select(AuditEvent.leaf).where(AuditEvent.position.is_not(None))
    return list(session.scalars(sequenced.order_by(AuditEvent.position)))
