"""Gives new events their positions in the tree, and signs the tree."""

from __future__ import annotations

from functools import reduce

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import merkle
from audit.checkpoint import CheckpointForged, Signer, read_checkpoint
from audit.models import AuditCheckpoint, AuditEvent
from storage.context import Context


def sequence(context: Context, signer: Signer) -> int:
    """Position every new event and sign the tree; returns how many events were new."""
    session = context.session
    new = sa.select(AuditEvent).where(AuditEvent.position.is_(None)).order_by(AuditEvent.id)
    events = session.scalars(new.with_for_update()).all()
    if not events:
        return 0
    tree = _range(session, signer)
    for event in events:
        event.position = tree.size
        tree = tree.grown(event.leaf)
    note = signer.sign(tree.size, tree.root)
    session.add(
        AuditCheckpoint(size=tree.size, note=note, at=context.now(), compact_range=tree.packed())
    )
    session.flush()
    return len(events)


def has_unsequenced(session: Session) -> bool:
    """Whether any event waits for its position in the tree."""
    query = sa.select(AuditEvent.id).where(AuditEvent.position.is_(None))
    return session.scalar(query.limit(1)) is not None


def latest_checkpoint(session: Session) -> AuditCheckpoint | None:
    """The newest signed checkpoint, None of an empty log."""
    return session.scalar(sa.select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1))


def sequenced_leaves(session: Session) -> list[bytes]:
    """Leaf hashes of all sequenced events, in order."""
    sequenced = sa.select(AuditEvent.leaf).where(AuditEvent.position.is_not(None))
    return list(session.scalars(sequenced.order_by(AuditEvent.position)))


def _range(session: Session, signer: Signer) -> merkle.CompactRange:
    """The sequenced log's compact range: the kept one, else made again from every leaf."""
    kept = _kept_range(session, signer)
    return kept or reduce(
        merkle.CompactRange.grown, sequenced_leaves(session), merkle.CompactRange()
    )


def _kept_range(session: Session, signer: Signer) -> merkle.CompactRange | None:
    """The newest checkpoint's range, if it is the sequenced log's and leads to the signed root."""
    newest = latest_checkpoint(session)
    if newest is None or newest.compact_range is None:
        return None
    last = session.scalar(sa.select(sa.func.max(AuditEvent.position)))
    try:
        kept = merkle.CompactRange.unpacked(newest.size, newest.compact_range)
        signed = read_checkpoint(newest.note, signer.origin, signer.public_key)
    except (ValueError, CheckpointForged):
        return None
    whole = last is not None and last + 1 == kept.size
    return kept if whole and kept.root == signed.root else None
