"""Recomputes the log from its rows and holds it to its signed checkpoints and stored tiles.

A `Run` goes over the log a piece at a time, each in a reading of its own, so that it needs little
memory and holds no lock, however long the log is. It may begin at the size up to which the log was
verified before. It compares three records of the same events: the rows, the tiles, and the roots
that were signed. Where rows and tiles differ, the next signed root says which of them was changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import chains, persons, tiles
from audit.actions import OF_SEVERAL, Action
from audit.checkpoint import (
    NONE_EARLIER,
    Checkpoint,
    CheckpointForged,
    LogKey,
    next_digest,
    parse_checkpoint,
)
from audit.entries import instant
from audit.merkle import HASH, CompactRange, ranges
from audit.models import AuditCheckpoint, AuditEvent, AuditTile
from audit.rows import read_stretch
from audit.sequencer import latest_checkpoint, sequenced_size
from audit.tiles import WIDTH

PIECE = 32 * WIDTH  # events that are read at a time
MAX_FAULTS = 1_000


@dataclass(frozen=True)
class Verification:
    """What recomputing the log found; `faults` is empty when nothing was tampered with.

    The log was recomputed from `since` events to `size`; 0 is the whole log.
    """

    size: int
    checkpoints: int
    faults: tuple[str, ...]
    since: int = 0

    @property
    def intact(self) -> bool:
        """Whether there is no fault."""
        return not self.faults


class _Block:
    """The leaves of up to one tile, and the roots of all their beginnings."""

    def __init__(self, found: Sequence[bytes]) -> None:
        self.leaves = list(found)
        self._beginnings: list[CompactRange] | None = None

    def beginning(self, width: int) -> tuple[bytes, ...]:
        """The roots of the perfect trees of the first `width` leaves."""
        if self._beginnings is None:
            self._beginnings = list(ranges(self.leaves))
        return self._beginnings[width].roots

    @cached_property
    def root(self) -> bytes:
        """The root of a whole tile."""
        if self._beginnings is not None:
            return self._beginnings[-1].root
        return tiles.perfect_root(b"".join(self.leaves))


@dataclass
class _Tree:
    """A tree that the log may be: by its rows, or by its tiles where these differ."""

    by_rows: bool
    whole: CompactRange  # over the roots of whole tiles

    def root(self, block: _Block, width: int) -> bytes:
        """The root at the first `width` leaves of the present block."""
        return CompactRange(self.whole.size, (*self.whole.roots, *block.beginning(width))).root


Views = Mapping[bool, _Block]  # a block by its rows (True), and by its tile


class Run:
    """One verification. `begin` in a reading, then `step` in others until it returns False."""

    def __init__(self, key: LogKey, chain_key: bytes) -> None:
        self._key, self._chain_key = key, chain_key
        self._faults: list[str] = []
        self._differences: list[tuple[str, str]] = []  # if the rows are wrong, if the tiles are
        self._differs = False
        self._trees: list[_Tree] = []
        self._upper: dict[int, list[bytes]] = {}
        self._digest: bytes | None = None
        self._chained = False
        self._since = self._at = self._checkpoints = 0
        self._signed = -1  # the size of the checkpoint that was compared last
        self._open = False
        self.size = 0

    def begin(self, session: Session, since: int = 0) -> None:
        """Set out from a size that has a checkpoint and was verified before; 0 is the beginning."""
        newest = latest_checkpoint(session)
        self.size = 0 if newest is None else newest.size
        start = since // WIDTH * WIDTH
        try:
            edge = tiles.read_edge(session, start)
        except tiles.TilesDamaged:
            since = start = 0
            edge = tiles.Edge()
        self._since, self._at, self._signed = since, start, since - 1
        self._upper = {level: list(hashes) for level, hashes in edge.partial.items()}
        self._trees = [_Tree(by_rows=True, whole=edge.over_tiles())]
        self._digest = None if since else NONE_EARLIER
        self._open = True

    def step(self, session: Session) -> bool:
        """Verify the next piece; whether there is more. The last step closes the run."""
        if self._at < self.size:
            self._piece(session, min(self._at + PIECE, self.size))
            return True
        if self._open:
            self._open = False
            self._close(session)
        return False

    def result(self) -> Verification:
        """What was found so far."""
        found = tuple(dict.fromkeys(self._faults))[:MAX_FAULTS]
        return Verification(self.size, self._checkpoints, found, self._since)

    def _piece(self, session: Session, end: int) -> None:
        rows = read_stretch(session, self._at, end)
        self._faults += rows.faults
        self._faults += persons.faults(session, rows.several)
        known = dict(zip(rows.positions, rows.leaves, strict=True))
        stored = _level_0(session, self._at // WIDTH, -(-end // WIDTH))
        signed = deque(_checkpoints(session, self._signed, end))
        while self._at < end:
            first, width = self._at, min(WIDTH, end - self._at)
            own = [known.get(at) for at in range(first, first + width)]
            views = self._views(first, own, stored.get(first // WIDTH, b""))
            while signed and signed[0].size <= first + width:
                self._compare(signed.popleft(), first, views)
            if width == WIDTH:
                self._grow(session, views)
            self._at += width
        self._signed = end

    def _views(self, first: int, leaves: Sequence[bytes | None], content: bytes) -> Views:
        """A block by its rows and by its tile; notes what is wrong with each.

        A leaf is None where its event is missing.
        """
        number, width = first // WIDTH, len(leaves)
        tile = tiles.split(content[: width * HASH])
        by_rows = self._filled(first, leaves, tile)
        block = _Block(by_rows)
        if len(tile) != width:
            self._faults.append(f"{tiles.name_of(0, number)} is missing or too short")
            return {True: block, False: block}
        if tile == by_rows:
            self._differs = False
            return {True: block, False: block}
        at = next(n for n in range(width) if tile[n] != by_rows[n])
        if at or not self._differs:  # one difference that goes on is told once
            event = f"the event at {first + at} is not the one that was signed"
            self._differences.append(
                (event, f"{tiles.name_of(0, number)} was changed at {first + at}")
            )
        self._differs = tile[-1] != by_rows[-1]
        if len(self._trees) == 1:
            self._trees.append(_Tree(by_rows=False, whole=self._trees[0].whole))
        return {True: block, False: _Block(tile)}

    def _filled(
        self, first: int, leaves: Sequence[bytes | None], tile: Sequence[bytes]
    ) -> list[bytes]:
        """The leaves of a block; those of events that are missing are taken from the tile."""
        missing = [at for at, leaf in enumerate(leaves, first) if leaf is None]
        for start, end in _runs(missing):
            self._faults.append(f"events {start} to {end} are missing")
        spare = [*tile, *[bytes(HASH)] * (len(leaves) - len(tile))]
        return [leaf or spare[at] for at, leaf in enumerate(leaves)]

    def _compare(self, row: AuditCheckpoint, first: int, views: Views) -> None:
        """Hold the log to one checkpoint, and the checkpoint to those before it."""
        self._checkpoints += 1
        before, self._signed = self._signed, row.size
        try:
            checkpoint = parse_checkpoint(row.note)
            newest = row.size == self.size
            if newest or checkpoint.extension is None:  # the others are in a digest that is signed
                self._key.read(row.note)
        except CheckpointForged as error:
            self._faults.append(f"checkpoint {row.size}: {error}")
            self._digest = None
            return
        self._hold_to_earlier(row, checkpoint, before)
        if checkpoint.size != row.size:
            self._faults.append(f"checkpoint {row.size} is the one of {checkpoint.size}")
        elif self._trees:
            self._hold_to_root(row.size, checkpoint.root, max(0, before), first, views)

    def _hold_to_earlier(self, row: AuditCheckpoint, checkpoint: Checkpoint, before: int) -> None:
        extension = checkpoint.extension
        if extension is None:
            if self._chained:
                self._faults.append(f"checkpoint {row.size} is of a form that was over")
        else:
            if self._digest is not None and extension.earlier != self._digest:
                self._faults.append(
                    f"before checkpoint {row.size}, after {max(0, before)}, checkpoints were"
                    " dropped, added or changed"
                )
            if extension.at != instant(row.at):
                self._faults.append(f"checkpoint {row.size} was made at {extension.at}")
            self._chained, self._digest = True, extension.earlier
        if self._digest is not None:
            self._digest = next_digest(self._digest, row.note)

    def _hold_to_root(self, size: int, root: bytes, before: int, first: int, views: Views) -> None:
        width = size - first
        right = [tree for tree in self._trees if tree.root(views[tree.by_rows], width) == root]
        if not right:
            self._faults += [f"{event}, or its tile" for event, _ in self._differences]
            self._faults.append(
                f"checkpoint {size} signs another log: between events {before} and {size}"
                " something was changed, and later checkpoints cannot be compared"
            )
        if len(right) < len(self._trees):
            if right:
                wrong_rows = not right[0].by_rows
                self._faults += [one[0 if wrong_rows else 1] for one in self._differences]
            self._differences = []
        self._trees = right

    def _grow(self, session: Session, views: Views) -> None:
        """Go on to the next block."""
        for tree in self._trees:
            tree.whole = tree.whole.grown(views[tree.by_rows].root)
        if not self._trees:
            return
        self._put(session, 1, views[self._trees[-1].by_rows].root)
        if len(self._trees) == 1:
            self._trees[0].by_rows = True

    def _put(self, session: Session, level: int, found: bytes) -> None:
        """Collect the hashes of the upper tiles, and compare those that are full."""
        hashes = self._upper.setdefault(level, [])
        hashes.append(found)
        if len(hashes) == WIDTH:
            number = ((self._at + WIDTH) >> tiles.HEIGHT * (level + 1)) - 1
            self._compare_tile(session, level, number, hashes)
            self._upper[level] = []
            self._put(session, level + 1, tiles.perfect_root(b"".join(hashes)))

    def _compare_tile(
        self, session: Session, level: int, number: int, hashes: Sequence[bytes]
    ) -> None:
        stored = session.get(AuditTile, (level, number), populate_existing=True)
        content = b"".join(hashes)
        if stored is None or stored.hashes[: len(content)] != content:
            self._faults.append(f"{tiles.name_of(level, number)} was changed or is missing")

    def _close(self, session: Session) -> None:
        """What no piece shows: what lies outside, above, behind and before the tree."""
        if self._trees:
            for level, hashes in self._upper.items():
                if level and hashes:
                    number = self.size >> tiles.HEIGHT * (level + 1)
                    self._compare_tile(session, level, number, hashes)
        newest, last = latest_checkpoint(session), sequenced_size(session)
        signed = 0 if newest is None else newest.size
        if signed != last:
            self._faults.append(f"the newest checkpoint is of {signed} events, the log has {last}")
        outside = sa.select(sa.func.count()).where(AuditEvent.position < 0)
        if session.scalar(outside.select_from(AuditEvent)):
            self._faults.append("events stand before the beginning of the log")
        count = session.scalar(sa.select(sa.func.count()).select_from(AuditTile))
        if count != tiles.count_of(last):
            self._faults.append(
                f"the log has {count} tiles, and should have {tiles.count_of(last)}"
            )
        self._faults += persons.strays(session, OF_SEVERAL)
        self._faults += chains.faults(session, self._chain_key, chains.waiting(session))
        self._faults += _put_on_record(session, self._since, self.size)


def verify(
    reading: Callable[[], AbstractContextManager[Session]],
    key: LogKey,
    chain_key: bytes,
    since: int = 0,
) -> Verification:
    """Recompute the log from a verified size on; `reading` opens a session for each piece."""
    run = Run(key, chain_key)
    with reading() as session:
        run.begin(session, since)
    more = True
    while more:
        with reading() as session:
            more = run.step(session)
    return run.result()


def _level_0(session: Session, start: int, end: int) -> dict[int, bytes]:
    query = sa.select(AuditTile.number, AuditTile.hashes).where(
        AuditTile.level == 0, AuditTile.number >= start, AuditTile.number < end
    )
    return dict(session.execute(query).tuples().all())


def _checkpoints(session: Session, after: int, until: int) -> Sequence[AuditCheckpoint]:
    query = sa.select(AuditCheckpoint).where(
        AuditCheckpoint.size > after, AuditCheckpoint.size <= until
    )
    return session.scalars(query.order_by(AuditCheckpoint.size)).all()


def _put_on_record(session: Session, start: int, end: int) -> list[str]:
    """The faults that the sequencer found, and wrote into the log."""
    query = sa.select(AuditEvent).where(
        AuditEvent.action == Action.AUDIT_FAULT_FOUND,
        AuditEvent.position >= start,
        AuditEvent.position < end,
    )
    return [
        f"found before, at {event.position}: {fault}"
        for event in session.scalars(query.order_by(AuditEvent.position))
        for fault in event.data.get("faults", ())
    ]


def _runs(numbers: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Numbers that follow each other, as first and last."""
    for at, number in enumerate(numbers):
        if not at or number != numbers[at - 1] + 1:
            start = number
        if at + 1 == len(numbers) or number + 1 != numbers[at + 1]:
            yield start, number
