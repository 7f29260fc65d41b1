"""Data are destroyed: rows in the transaction, files and keys by a job that is tried until done.

A package deletes its rows and says what else must go (`Doomed`). The job's row is written with the
deletion: a process that dies in between loses nothing. The event of it is written when nothing is
left, with counts and a digest over the ids of all that was deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from audit.actions import Action
from audit.writer import record
from core.errors import Unavailable
from core.ids import new_id
from privacy.held import is_held, not_held
from privacy.models import Destruction, DestructionCause
from storage.context import Context
from storage.handlers import JOBS, JobHandler, Lane
from storage.keyring import Keyring
from storage.keys.names import KeyPurpose
from storage.media import MediaStore
from storage.queue import Job, enqueue

log = structlog.get_logger()

DESTROY_DATA = "destroy_data"
AGAIN = timedelta(minutes=1)  # after a try that failed
AT_ONCE = 20  # tries that are queued again in one transaction


@dataclass(frozen=True)
class Doomed:
    """What goes together, and why.

    `rows` name what the transaction deletes or empties, as `table:id`; `files` are ids of the
    media store; `faces` the pieces of evidence whose face templates are among the rows; `purposes`
    those whose data key of the applicant goes, and with it every copy of what it sealed.
    """

    cause: DestructionCause
    kind: str
    applicant_id: UUID | None = None
    rows: tuple[str, ...] = ()
    files: tuple[UUID, ...] = ()
    faces: tuple[UUID, ...] = ()
    purposes: tuple[KeyPurpose, ...] = ()


@dataclass(frozen=True)
class NamedKey:
    """One data key of a person: a key that was made after it stays."""

    person: UUID
    purpose: KeyPurpose
    key_id: bytes


@dataclass(frozen=True)
class DestructionWork:
    """What a job destroys outside of the database."""

    media: MediaStore
    keyring: Keyring
    files: tuple[UUID, ...]
    keys: tuple[NamedKey, ...]


def destroy(context: Context, doomed: Doomed) -> Destruction:
    """Have everything outside of the database destroyed, once the transaction is kept.

    Of a person under a legal hold files and keys stay until it is lifted.
    """
    row = Destruction(
        id=new_id(),
        applicant_id=doomed.applicant_id,
        cause=doomed.cause,
        kind=doomed.kind,
        row_count=len(doomed.rows),
        file_count=len(doomed.files),
        files=[str(file) for file in doomed.files],
        faces=[str(face) for face in doomed.faces],
        keys=_keys_in_force(context, doomed),
        digest=digest_of([*doomed.rows, *(f"file:{file}" for file in doomed.files)]),
        at=context.now(),
    )
    context.session.add(row)
    if row.files or row.keys:
        if not _is_held(context, row):
            enqueue(context, DESTROY_DATA, row.id)
    else:
        _end(context, row)
    return row


def digest_of(names: Iterable[str]) -> str:
    """SHA-256 in hex over names, sorted and each ended by a line feed: what was deleted."""
    return hashlib.sha256("".join(f"{name}\n" for name in sorted(names)).encode()).hexdigest()


def faces_destroyed_since(context: Context, moment: sa.ColumnElement[bool]) -> list[UUID]:
    """Evidence whose face templates were destroyed, of the destructions that a condition names."""
    lists = context.session.scalars(sa.select(Destruction.faces).where(moment))
    return [UUID(face) for faces in lists for face in faces]


def has_unfinished(context: Context) -> bool:
    """Whether `try_again` would queue any."""
    return context.session.scalar(_unfinished(context).limit(1)) is not None


def try_again(context: Context) -> int:
    """Queue destructions again whose last try failed; returns how many."""
    found = context.session.scalars(_unfinished(context).limit(AT_ONCE)).all()
    for destruction_id in found:
        enqueue(context, DESTROY_DATA, destruction_id)
    return len(found)


def load(context: Context, destruction_id: UUID) -> DestructionWork | None:
    """What is still to be destroyed; None where it is done, or where a legal hold came first."""
    row = context.session.get_one(Destruction, destruction_id)
    if row.done_at is not None or _is_held(context, row):
        return None
    files = tuple(UUID(file) for file in row.files)
    return DestructionWork(context.media, context.keyring, files, _named_keys(row))


def perform(work: DestructionWork, _lent: object) -> bool:
    """Destroy keys and delete files; whether nothing is left. What is gone is no failure."""
    try:
        _destroy_keys(work.keyring, work.keys)
        for file in work.files:
            work.media.delete(file)
    except (Unavailable, OSError) as error:
        log.warning("destruction waits", error=type(error).__name__)
        return False
    return True


def destroy_keys_now(context: Context, applicant_id: UUID, purpose: KeyPurpose) -> None:
    """Destroy keys of a purpose whose job has not come yet: before a new one is made.

    A key that a legal hold keeps goes on in use instead, and is not destroyed when the hold ends:
    the files that it sealed are. Raises `storage.keyring.KeysUnavailable`.
    """
    waiting = sa.select(Destruction).where(
        Destruction.applicant_id == applicant_id, Destruction.done_at.is_(None)
    )
    for row in context.session.scalars(waiting):
        named = [key for key in _named_keys(row) if key.purpose is purpose]
        if _is_held(context, row):
            row.keys = [key for key in row.keys if not key.startswith(f"{purpose}:")]
        else:
            _destroy_keys(context.keyring, named)


def keep_result(context: Context, destruction_id: UUID, done: bool) -> None:
    """End a destruction, with its event; one that failed is queued again by `try_again`."""
    row = context.session.get_one(Destruction, destruction_id, with_for_update=True)
    if done and row.done_at is None:
        _end(context, row)


def _end(context: Context, row: Destruction) -> None:
    row.done_at, row.files = context.now(), []
    record(
        context,
        Action.DATA_DESTROYED,
        row.applicant_id or row.id,
        applicant_id=row.applicant_id,
        cause=row.cause,
        kind=row.kind,
        rows=row.row_count,
        files=row.file_count,
        keys=row.keys,
        digest=row.digest,
    )


def give_up(_context: Context, destruction_id: UUID) -> None:
    """Nothing is given up: `try_again` queues it again."""
    log.error("destruction failed", destruction=str(destruction_id))


def _keys_in_force(context: Context, doomed: Doomed) -> list[str]:
    if doomed.applicant_id is None:
        return []
    found = ((p, context.keyring.in_force(doomed.applicant_id, p)) for p in doomed.purposes)
    return [f"{purpose}:{key_id.hex()}" for purpose, key_id in found if key_id is not None]


def _named_keys(row: Destruction) -> tuple[NamedKey, ...]:
    if row.applicant_id is None:
        return ()
    parts = (key.split(":") for key in row.keys)
    person = row.applicant_id
    return tuple(NamedKey(person, KeyPurpose(p), bytes.fromhex(key_id)) for p, key_id in parts)


def _destroy_keys(keyring: Keyring, keys: Iterable[NamedKey]) -> None:
    for key in keys:
        keyring.destroy(key.person, key.purpose, key.key_id)


def _unfinished(context: Context) -> sa.Select[UUID]:
    tried_lately = sa.exists().where(
        Job.subject_id == Destruction.id,
        sa.or_(Job.finished_at.is_(None), Job.finished_at > context.now() - AGAIN),
    )
    free = not_held(Destruction.applicant_id)
    return sa.select(Destruction.id).where(Destruction.done_at.is_(None), ~tried_lately, free)


def _is_held(context: Context, row: Destruction) -> bool:
    return row.applicant_id is not None and is_held(context, row.applicant_id)


JOBS.register(
    JobHandler(
        kind=DESTROY_DATA,
        lane=Lane.HOUSEKEEPING,
        load=load,
        perform=perform,
        store=keep_result,
        give_up=give_up,
    )
)
