"""Proofs that anybody can check: an event is in the log, an older log is a prefix of it.

They are read from stored tiles, O(log n), and compared with the signed root before they are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import merkle
from audit.checkpoint import CheckpointForged, parse_checkpoint
from audit.models import AuditCheckpoint, AuditEvent
from audit.sequencer import latest_checkpoint
from audit.tiles import StoredTree, TilesDamaged
from core.errors import NotFound, Unavailable


class EventNotSequenced(NotFound):
    """No such event, or none yet: new events are sequenced within a second."""

    code = "event_not_sequenced"


class CheckpointUnknown(NotFound):
    """The log has no such size, or no checkpoint yet."""

    code = "checkpoint_unknown"


class TreeDamaged(Unavailable):
    """The stored tree does not lead to the signed root: the log has to be verified."""

    code = "tree_damaged"


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


# Made once: making it takes longer than running it.
_NEWEST = sa.select(sa.func.max(AuditCheckpoint.size)).scalar_subquery()
_EVENT = (
    sa.select(AuditEvent.position, AuditEvent.leaf, AuditCheckpoint.size, AuditCheckpoint.note)
    .join(AuditCheckpoint, AuditCheckpoint.size == _NEWEST)
    .where(AuditEvent.id == sa.bindparam("event"))
)


def prove_inclusion(session: Session, event_id: UUID) -> InclusionProof:
    """The proof that an event is in the log of the newest checkpoint.

    Raises `EventNotSequenced`, `TreeDamaged`.
    """
    found = session.connection().execute(_EVENT, {"event": event_id}).first()
    if found is None:
        raise EventNotSequenced
    position, leaf, size, note = found
    if position is None or not 0 <= position < size:
        raise EventNotSequenced
    try:
        tree = StoredTree(session, size)
        tree.prefetch(position)
        path = merkle.inclusion_path(tree.subtree, position, size)
        root = merkle.root_from_inclusion(leaf, position, size, path)
        if root != parse_checkpoint(note).root:
            raise TreeDamaged
    except (TilesDamaged, CheckpointForged) as error:
        raise TreeDamaged from error
    return InclusionProof(position, size, leaf, tuple(path), note)


def prove_consistency(session: Session, old_size: int) -> ConsistencyProof:
    """The proof that nothing before `old_size` changed since.

    Raises `CheckpointUnknown`, `TreeDamaged`.
    """
    checkpoint = latest_checkpoint(session)
    if checkpoint is None or not 0 < old_size <= checkpoint.size:
        raise CheckpointUnknown
    try:
        tree = StoredTree(session, checkpoint.size)
        tree.prefetch(old_size - 1)
        path = tuple(merkle.consistency_path(tree.subtree, old_size, checkpoint.size))
    except TilesDamaged as error:
        raise TreeDamaged from error
    return ConsistencyProof(old_size, checkpoint.size, path, checkpoint.note)
