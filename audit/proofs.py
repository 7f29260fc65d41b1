"""Proofs that anybody can check: an event is in the log, an older log is a prefix of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from audit import merkle
from audit.models import AuditCheckpoint, AuditEvent
from audit.sequencer import latest_checkpoint, sequenced_leaves
from core.errors import NotFound


class EventNotSequenced(NotFound):
    """No such event, or none yet: new events are sequenced within a second."""

    code = "event_not_sequenced"


class CheckpointUnknown(NotFound):
    """The log has no such size, or no checkpoint yet."""

    code = "checkpoint_unknown"


@dataclass(frozen=True)
class InclusionProof:
    """RFC 6962, 2.1.1: `path` leads from the event's leaf to the root that `note` signs."""

    position: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    note: str


@dataclass(frozen=True)
class ConsistencyProof:
    """RFC 6962, 2.1.2: the log of `old_size` events is a prefix of the log that `note` signs."""

    old_size: int
    size: int
    path: tuple[bytes, ...]
    note: str


def prove_inclusion(session: Session, event_id: UUID) -> InclusionProof:
    """The proof that an event is in the log of the newest checkpoint. Raises `EventNotSequenced`.

    Reads every leaf.
    """
    event, checkpoint = session.get(AuditEvent, event_id), latest_checkpoint(session)
    if event is None or event.position is None or checkpoint is None:
        raise EventNotSequenced
    if event.position >= checkpoint.size:
        raise EventNotSequenced
    leaves = sequenced_leaves(session)[: checkpoint.size]
    path = tuple(merkle.inclusion_proof(leaves, event.position))
    return InclusionProof(event.position, checkpoint.size, event.leaf, path, checkpoint.note)


def prove_consistency(session: Session, old_size: int) -> ConsistencyProof:
    """The proof that nothing before `old_size` changed since. Raises `CheckpointUnknown`.

    Reads every leaf.
    """
    checkpoint: AuditCheckpoint | None = latest_checkpoint(session)
    if checkpoint is None or not 0 < old_size <= checkpoint.size:
        raise CheckpointUnknown
    leaves = sequenced_leaves(session)[: checkpoint.size]
    path = tuple(merkle.consistency_proof(leaves, old_size))
    return ConsistencyProof(old_size, checkpoint.size, path, checkpoint.note)
