"""An owner sends a file of a source, in chunks; once it is whole, a job reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from access.attempts import attempts_key, note_attempt
from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from access.policy import Window
from audit.actions import Action
from core.errors import Conflict, Invalid, NotFound, TooMany
from core.ids import new_id
from kyc.identity import business_of, standing_of
from loans.policy import LoanPolicy
from loans.sources.changes import CHANGES
from loans.sources.consent import require_source_consent
from loans.sources.destruction import destroy_arrived, destroy_rows
from loans.sources.events import record_file
from loans.sources.kinds import FILES, SourceKind
from loans.sources.models import FILE_NAME, FILE_PARTS, FILE_PASSWORD, SourceFile
from loans.sources.policy import SourcesRules
from loans.sources.states import FILE, FileState
from privacy.kinds import ConsentKind
from privacy.models import DestructionCause
from storage.blind_index import Indexed
from storage.chunks import (
    BYTES_PER_MB,
    Chunk,
    ChunkLimits,
    UploadDamaged,
    UploadDead,
    UploadsOpen,
    UploadTooLarge,
    append,
    kept_chunks,
)
from storage.context import Context
from storage.queue import enqueue

READ_FILE = "read_source_file"
DAY_S = 24 * 3600


class NoFilesOfSource(Invalid):
    """The source is asked for, and no file of it is taken."""

    code = "no_files_of_source"


class SourceFilesUsed(TooMany):
    """The account has as many files as one may have; an old one may be deleted."""

    code = "source_files_used"
    retry_after_s = 3600


class SourceFilesBegun(TooMany):
    """The account began as many files today as one may, deleted ones too."""

    code = "source_files_begun"
    retry_after_s = 3600


class FileKnown(Conflict):
    """The same file was sent before."""

    code = "file_known"


class FileNotLocked(Conflict):
    """The file needs no password."""

    code = "file_not_locked"


@dataclass(frozen=True)
class BeginFile:
    """What will come: its name, its length, its password where it has one, and its hash."""

    source: SourceKind
    name: str
    length: int
    password: str | None = None
    sha256: str | None = None  # of the whole, lower-case hex


@dataclass(frozen=True)
class AppendToFile:
    """Bytes that begin at `offset`."""

    source: SourceKind
    file_id: UUID
    offset: int
    content: bytes


@dataclass(frozen=True)
class UnlockFile:
    """The password of a file."""

    source: SourceKind
    file_id: UUID
    password: str


def begin_file(context: Context, command: BeginFile) -> SourceFile:
    """A place for a file of a source that is consented to.

    The owner must be identified first: a statement is compared with their name.

    Raises `NoFilesOfSource`, `ConsentMissing`, `UploadTooLarge`, `UploadsOpen`, `SourceFilesUsed`,
    `SourceFilesBegun`, and what `kyc.identity.IDENTITY_ERRORS` lists.
    """
    require(context, Permission.LOAN_MANAGE)
    rules = context.rules(LoanPolicy).known_by
    if command.source not in FILES:
        raise NoFilesOfSource
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    require_source_consent(context, owner.id, command.source)
    standing_of(context, owner.id, consents=(ConsentKind.TERMS,))
    business = business_of(context, owner.id)
    if not 0 < command.length <= rules.max_bytes:
        raise UploadTooLarge(upload_mb=rules.max_bytes // BYTES_PER_MB)
    if _count(context, owner.id, FileState.ARRIVING) >= rules.max_open:
        raise UploadsOpen
    if _count(context, owner.id) >= rules.max_files:
        raise SourceFilesUsed
    begun = attempts_key(context, "source_files", str(owner.id))
    if note_attempt(context, begun, Window(max=rules.max_begun, window_s=DAY_S)):
        raise SourceFilesBegun
    file = SourceFile(
        id=new_id(),
        applicant_id=owner.id,
        business=business,
        source=command.source,
        length=command.length,
        received=0,
        parts=[],
        refused=[],
        faults=[],
        content_blind=None if command.sha256 is None else _blind(context, command.sha256),
        begun_at=context.now(),
        expires_at=context.now() + timedelta(hours=rules.upload_h),
    )
    FILE.begin(file, FileState.ARRIVING)
    file.name = FILE_NAME.seal(context.keyring, owner, file.id, command.name.encode())
    _keep_password(context, owner, file, command.password)
    context.session.add(file)
    record_file(context, Action.SOURCE_FILE_BEGUN, file, length=file.length)
    return file


def append_to_file(context: Context, command: AppendToFile) -> SourceFile:
    """Keep a chunk; after the last one a job reads the file.

    Raises `NotFound`, `UploadDead`, `OffsetWrong`, `UploadTooLarge`, `ChunkTooSmall`,
    `UploadDamaged` (all begins again), `FileKnown`, `ConsentMissing`, `JobsWaiting`.
    """
    require(context, Permission.LOAN_MANAGE)
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    file = _arriving(context, command.source, command.file_id)
    require_source_consent(context, owner.id, file.source)
    rules = context.rules(LoanPolicy).known_by
    chunk = Chunk(command.offset, command.content)
    limits = ChunkLimits(rules.min_part_bytes, rules.max_bytes)
    if append(context, file, owner, FILE_PARTS, chunk, limits):
        _complete(context, owner, file)
    return file


def unlock_file(context: Context, command: UnlockFile) -> SourceFile:
    """Give the password of a file that needs one; it is read again.

    Raises `NotFound`, `ConsentMissing`, `FileNotLocked`, `JobsWaiting`.
    """
    require(context, Permission.LOAN_MANAGE)
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    file = own_file(context, command.source, command.file_id)
    require_source_consent(context, owner.id, file.source)
    if file.state is not FileState.LOCKED:
        raise FileNotLocked
    _keep_password(context, owner, file, command.password)
    _read(context, file)
    return file


def delete_file(context: Context, source: SourceKind, file_id: UUID) -> None:
    """Delete a file and what was read of it; of one that was never read nothing was known.

    Raises `NotFound`.
    """
    require(context, Permission.LOAN_MANAGE)
    owner = context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    file = own_file(context, source, file_id)
    context.session.refresh(file, with_for_update=True)  # its rows may have been stored meanwhile
    state = file.state
    record_file(context, Action.SOURCE_FILE_DELETED, file)
    destroy_rows(context, owner.id, (file,), (), DestructionCause.CANCELLED)
    if state is FileState.READ:
        CHANGES.tell_forgotten(context, owner.id)
    elif state is FileState.READING:
        CHANGES.tell_learnt(context, owner.id)  # a profile may have waited for its end


def own_file(context: Context, source: SourceKind, file_id: UUID) -> SourceFile:
    """The actor's own file of a source. Raises `NotFound`."""
    require(context, Permission.LOAN_READ)
    file = context.session.get(SourceFile, file_id)
    if file is None or file.applicant_id != context.actor.uuid or file.source is not source:
        raise NotFound
    return file


def own_arriving_file(context: Context, source: SourceKind, file_id: UUID) -> SourceFile:
    """The actor's own file while it arrives, and after. Raises `NotFound`, `UploadDead`."""
    file = own_file(context, source, file_id)
    if file.state is FileState.ARRIVING and file.expires_at <= context.now():
        raise UploadDead
    return file


def own_files(context: Context) -> Sequence[SourceFile]:
    """The actor's files, in the order in which they were begun."""
    require(context, Permission.LOAN_READ)
    own = sa.select(SourceFile).where(SourceFile.applicant_id == context.actor.uuid)
    return context.session.scalars(own.order_by(SourceFile.begun_at)).all()


def counts(file: SourceFile, rules: SourcesRules) -> bool:
    """Whether what a file says is used; one with certain faults is told, and not used."""
    return not {fault["code"] for fault in file.faults} & set(rules.not_counted)


def is_reading(context: Context, applicant_id: UUID) -> bool:
    """Whether a file of an account is being read."""
    return _count(context, applicant_id, FileState.READING) > 0


def name_of(context: Context, file: SourceFile) -> str:
    """How its owner named a file. Raises what opening raises."""
    owner = context.session.get_one(Applicant, file.applicant_id)
    return FILE_NAME.open(context.keyring, owner, file.id, file.name).decode()


def _arriving(context: Context, source: SourceKind, file_id: UUID) -> SourceFile:
    file = own_arriving_file(context, source, file_id)
    if file.state is not FileState.ARRIVING:
        raise UploadDead
    context.session.refresh(file, with_for_update=True)
    return file


def _complete(context: Context, owner: Applicant, file: SourceFile) -> None:
    digest = hashlib.sha256()
    for chunk in kept_chunks(context, file, owner, FILE_PARTS).opened():
        digest.update(chunk)
    blind = _blind(context, digest.hexdigest())
    if file.content_blind not in (None, blind):
        file.received = 0
        destroy_arrived(context, file, DestructionCause.CANCELLED)
        context.commit()
        raise UploadDamaged
    same = sa.select(SourceFile.id).where(
        SourceFile.applicant_id == owner.id,
        SourceFile.business == file.business,
        SourceFile.content_blind == blind,
        SourceFile.state.in_((FileState.READING, FileState.READ)),
        SourceFile.id != file.id,
    )
    if context.session.scalar(same.limit(1)) is not None:
        raise FileKnown
    file.content_blind = blind
    _read(context, file)


def _read(context: Context, file: SourceFile) -> None:
    FILE.move(file, FileState.READING)
    enqueue(context, READ_FILE, file.id, owner_id=file.applicant_id)
    record_file(context, Action.SOURCE_FILE_RECEIVED, file)


def _keep_password(
    context: Context, owner: Applicant, file: SourceFile, password: str | None
) -> None:
    if password:
        sealed = FILE_PASSWORD.seal(context.keyring, owner, file.id, password.encode())
        file.password = sealed


def _blind(context: Context, sha256: str) -> str:
    return context.blind_index.of(Indexed.CONTENT, sha256)


def _count(context: Context, applicant_id: UUID, state: FileState | None = None) -> int:
    own = sa.select(sa.func.count(SourceFile.id)).where(SourceFile.applicant_id == applicant_id)
    counted = own if state is None else own.where(SourceFile.state == state)
    return context.session.scalar(counted) or 0
