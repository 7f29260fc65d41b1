"""A witness: checkpoints kept where whoever can change the log cannot change them.

It is a folder, here or at an fsspec URL (`s3://…`), with a file for each checkpoint. A checkpoint
is added only if the log proves that the newest one there is a prefix of it. What only such a copy
can show: that the end of the log was cut off, that an older copy of the database was put back, or
that history was written again with the key.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from fsspec.core import url_to_fs
from sqlalchemy.orm import Session

from audit.checkpoint import CheckpointForged, LogKey
from audit.merkle import consistency_path, is_consistent
from audit.proofs import CheckpointUnknown
from audit.sequencer import latest_checkpoint
from audit.tiles import StoredTree, TilesDamaged

_NAME = re.compile(r"[0-9]{15}\.note", re.ASCII)


class WitnessRefused(Exception):
    """The log is not a continuation of what the witness holds; the text says how."""


@dataclass(frozen=True)
class Witnessed:
    """The size of the newest checkpoint at the witness, and whether it was added now."""

    size: int
    added: bool


class Witness:
    """The folder of one log's checkpoints at a path or URL."""

    def __init__(self, url: str) -> None:
        self._files, self._folder = url_to_fs(url)

    def sizes(self) -> list[int]:
        """The sizes of the checkpoints there, smallest first."""
        self._files.invalidate_cache()
        if not self._files.isdir(self._folder):
            return []
        names = (posixpath.basename(path) for path in self._files.ls(self._folder, detail=False))
        return sorted(int(name[:15]) for name in names if _NAME.fullmatch(name))

    def read(self, size: int) -> str:
        """The checkpoint of a size."""
        text: str = self._files.cat_file(self._path(size)).decode()
        return text

    def add(self, size: int, note: str) -> None:
        """Keep a checkpoint. Raises `WitnessRefused` where another of its size is."""
        self._files.makedirs(self._folder, exist_ok=True)
        path = self._path(size)
        if self._files.exists(path):
            if self.read(size) != note:
                raise WitnessRefused(f"the witness has another checkpoint of {size} events")
            return
        self._files.pipe_file(path, note.encode())

    def _path(self, size: int) -> str:
        return posixpath.join(self._folder, f"{size:015d}.note")


def bear_witness(session: Session, key: LogKey, witness: Witness) -> Witnessed:
    """Add the newest checkpoint, if it continues the newest one there.

    Raises `WitnessRefused`, `audit.proofs.CheckpointUnknown` of an empty log with no witness.
    """
    newest, known = latest_checkpoint(session), witness.sizes()
    if newest is None:
        if known:
            raise WitnessRefused(f"the log is empty, the witness knows {known[-1]} events of it")
        raise CheckpointUnknown
    if known:
        fault = _fault(session, key, witness, known[-1])
        if fault is not None:
            raise WitnessRefused(fault)
    try:
        if key.read(newest.note).size != newest.size:
            raise WitnessRefused(f"checkpoint {newest.size} is the one of another size")
    except CheckpointForged as error:
        raise WitnessRefused(f"checkpoint {newest.size}: {error}") from error
    if known and known[-1] == newest.size:
        return Witnessed(newest.size, added=False)
    witness.add(newest.size, newest.note)
    return Witnessed(newest.size, added=True)


def witness_faults(session: Session, key: LogKey, witness: Witness) -> list[str]:
    """What of the log is not a continuation of what the witness holds.

    A tree that was not changed before some size is right up to there: the first fault stands
    between the last checkpoint that fits and the first that does not.
    """
    found, fitting = [], 0
    for size in witness.sizes():
        fault = _fault(session, key, witness, size)
        if fault is None:
            fitting = size
        else:
            found.append(f"witness: {fault}; up to {fitting} events the log fits")
            break
    return found


def _fault(session: Session, key: LogKey, witness: Witness, size: int) -> str | None:
    """Why the log does not continue the witness's checkpoint of a size; None where it does."""
    newest = latest_checkpoint(session)
    try:
        known = key.read(witness.read(size))
    except CheckpointForged as error:
        return f"its checkpoint of {size} events is not the log's: {error}"
    if newest is None or newest.size < size:
        return f"it knows {size} events, the log has {newest.size if newest else 0}"
    try:
        now = key.read(newest.note)
        tree = StoredTree(session, newest.size)
        tree.prefetch(size - 1)
        path = consistency_path(tree.subtree, size, newest.size)
    except (TilesDamaged, CheckpointForged) as error:
        return f"the log proves nothing: {error}"
    if not is_consistent(size, newest.size, known.root, now.root, path):
        return f"the log's first {size} events are others than the witness knows"
    return None
