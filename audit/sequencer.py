"""Gives new events their positions in the tree, and signs the tree.

First `look` reads, in a reading of its own, what waits and whether anybody meddled with it; then
`sequence` writes positions, tiles and a checkpoint, in a transaction that is short. A fault that
was found becomes an event itself: the log says for good that it was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import chains, tiles
from audit.actions import Action
from audit.checkpoint import (
    NONE_EARLIER,
    CheckpointForged,
    Extension,
    LogKey,
    Signer,
    next_digest,
    parse_checkpoint,
)
from audit.entries import instant
from audit.merkle import HASH
from audit.models import AuditCheckpoint, AuditEvent, AuditTile
from audit.writer import record
from storage.context import Context

BATCH = 2_000  # events a transaction; the next one takes the rest
STREAMED = 10_000  # rows that are in memory at a time
TREE_LOCK = 0x6B616968  # the name of PostgreSQL's lock; SQLite has one writer anyway
NAMED = 20  # faults that one event names


@dataclass(frozen=True)
class Waiting:
    """What waits for the tree of `size` events; `rebuilt` are its tiles where they were damaged."""

    size: int
    events: tuple[tuple[UUID, bytes], ...]
    faults: tuple[str, ...] = ()
    rebuilt: Mapping[tiles.Key, bytes] | None = None


def look(context: Context, key: LogKey) -> Waiting | None:
    """What waits for its position, in the order in which it will get it; None where nothing does.

    Call it in a reading: it compares rows with each other, which have to be of one moment.
    """
    session = context.session
    if not has_unsequenced(session):
        return None
    batch = chains.waiting(session, BATCH)
    events = tuple(sorted((link.id, link.leaf) for link in batch))
    size = sequenced_size(session)
    faults = chains.faults(session, chains.key_of(context.keyring), batch)
    rebuilt = None
    fault = _tree_fault(session, size, key)
    if fault is not None:
        faults.append(fault)
        rebuilt = _rebuilt(session)
    return Waiting(size, events, tuple(faults), rebuilt)


def sequence(context: Context, signer: Signer, waiting: Waiting) -> int:
    """Position what waits and sign the tree; returns how many events were new.

    0 where another sequencer was faster: then nothing was written.
    """
    session = context.session
    lock_tree(session)
    if sequenced_size(session) != waiting.size:
        return 0
    if waiting.rebuilt is not None:
        session.execute(sa.delete(AuditTile))
        tiles.store(session, waiting.rebuilt)
    _position(session, waiting)
    edge = tiles.read_edge(session, waiting.size)
    grown = dict(edge.append(leaf for _, leaf in waiting.events))
    tiles.store(session, {**grown, **dict(edge.partials())})
    now = context.now()
    note = signer.sign(edge.size, edge.root, Extension(instant(now), _digest(session)))
    session.add(AuditCheckpoint(size=edge.size, note=note, at=now))
    if waiting.faults:
        chains.mend(session, chains.key_of(context.keyring))
        faults = list(waiting.faults[:NAMED])
        record(context, Action.AUDIT_FAULT_FOUND, edge.size, faults=faults)
    session.flush()
    return len(waiting.events)


def lock_tree(session: Session) -> None:
    """One sequencer at a time, to the end of the transaction; no key is replaced meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(TREE_LOCK)))


# Made once: they are asked twice a second.
_UNSEQUENCED = sa.select(AuditEvent.id).where(AuditEvent.position.is_(None)).limit(1)
_LAST_POSITION = sa.select(sa.func.max(AuditEvent.position))
_NEWEST = sa.select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1)
_MOVE = (
    sa.update(AuditEvent)
    .where(AuditEvent.id == sa.bindparam("event"))
    .values(position=sa.bindparam("place"))
)


def has_unsequenced(session: Session) -> bool:
    """Whether any event waits for its position in the tree."""
    return session.connection().execute(_UNSEQUENCED).first() is not None


def sequenced_size(session: Session) -> int:
    """How many positions were given."""
    last = session.connection().execute(_LAST_POSITION).scalar()
    return 0 if last is None else last + 1


def latest_checkpoint(session: Session) -> AuditCheckpoint | None:
    """The newest signed checkpoint, None of an empty log."""
    return session.scalar(_NEWEST)


def _position(session: Session, waiting: Waiting) -> None:
    rows = [
        {"event": event, "place": waiting.size + number}
        for number, (event, _) in enumerate(waiting.events)
    ]
    # By the connection: the session would take it for a bulk update by primary key.
    session.connection().execute(_MOVE, rows)


def _tree_fault(session: Session, size: int, key: LogKey) -> str | None:
    """What is wrong with the stored tree, before it grows."""
    newest = latest_checkpoint(session)
    signed = 0 if newest is None else newest.size
    if signed != size:
        return f"the newest checkpoint is of {signed} events, the log has {size}"
    try:
        root = tiles.read_edge(session, size).root
    except tiles.TilesDamaged as error:
        return f"{error} was changed"
    try:
        if newest is not None and key.read(newest.note).root != root:
            return f"the stored tree is not the one that checkpoint {size} signs"
    except CheckpointForged as error:
        return f"checkpoint {size}: {error}"
    return None


def _rebuilt(session: Session) -> dict[tiles.Key, bytes]:
    """Every tile, computed from the leaves; a leaf of zeros where an event is missing."""
    leaves = sa.select(AuditEvent.position, AuditEvent.leaf).where(AuditEvent.position >= 0)
    stream = leaves.order_by(AuditEvent.position).execution_options(yield_per=STREAMED)
    edge = tiles.Edge()
    found: dict[tiles.Key, bytes] = {}
    for position, leaf in session.execute(stream):
        gap = [bytes(HASH)] * ((position or 0) - edge.size)
        found.update(edge.append([*gap, leaf]))
    return {**found, **dict(edge.partials())}


def _digest(session: Session) -> bytes:
    """The digest of all checkpoints so far, which the next one carries."""
    newest = latest_checkpoint(session)
    if newest is None:
        return NONE_EARLIER
    try:
        extension = parse_checkpoint(newest.note).extension
    except CheckpointForged:
        extension = None
    if extension is not None:
        return next_digest(extension.earlier, newest.note)
    notes = sa.select(AuditCheckpoint.note).order_by(AuditCheckpoint.size)
    digest = NONE_EARLIER
    for note in session.scalars(notes.execution_options(yield_per=STREAMED)):
        digest = next_digest(digest, note)
    return digest
