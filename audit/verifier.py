"""Recomputes the whole log from its rows and compares it with every signed checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import merkle
from audit.checkpoint import CheckpointForged, read_checkpoint
from audit.models import AuditCheckpoint, AuditEvent


@dataclass(frozen=True)
class Verification:
    """What recomputing the log found; `faults` is empty when nothing was tampered with."""

    size: int
    checkpoints: int
    faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether there is no fault."""
        return not self.faults


def verify(session: Session, origin: str, public_key: bytes) -> Verification:
    """Recompute every leaf and root. Sequenced events alone are proven; new ones follow.

    `origin` and `public_key` are the log's own. Never call it in a write transaction: it reads
    the whole log.
    """
    sequenced = sa.select(AuditEvent).where(AuditEvent.position.is_not(None))
    events = session.scalars(sequenced.order_by(AuditEvent.position)).all()
    checkpoints = session.scalars(sa.select(AuditCheckpoint).order_by(AuditCheckpoint.size)).all()
    leaves = [merkle.leaf_hash(event.entry()) for event in events]
    faults = [
        *_event_faults(events, leaves),
        *_checkpoint_faults(checkpoints, leaves, origin, public_key),
    ]
    if events and (not checkpoints or checkpoints[-1].size != len(events)):
        faults.append("the newest checkpoint does not cover every sequenced event")
    return Verification(len(events), len(checkpoints), tuple(faults))


def _event_faults(events: Sequence[AuditEvent], leaves: Sequence[bytes]) -> Iterator[str]:
    for position, event in enumerate(events):
        if event.position != position:
            yield f"event {event.id} is not at its position {position}"
    for event, leaf in zip(events, leaves, strict=True):
        if event.leaf != leaf:
            yield f"event {event.id} was changed"


def _checkpoint_faults(
    checkpoints: Sequence[AuditCheckpoint],
    leaves: Sequence[bytes],
    origin: str,
    public_key: bytes,
) -> Iterator[str]:
    sizes = {row.size for row in checkpoints}
    roots = {tree.size: tree.root for tree in merkle.ranges(leaves) if tree.size in sizes}
    for row in checkpoints:
        fault = _checkpoint_fault(row.note, roots, len(leaves), origin, public_key)
        if fault is not None:
            yield f"checkpoint {row.size}: {fault}"


def _checkpoint_fault(
    note: str, roots: Mapping[int, bytes], size: int, origin: str, public_key: bytes
) -> str | None:
    try:
        checkpoint = read_checkpoint(note, origin, public_key)
    except CheckpointForged as error:
        return str(error)
    if checkpoint.size > size:
        return f"the log has only {size} events"
    if roots.get(checkpoint.size) != checkpoint.root:
        return "the events before it were changed"
    return None
