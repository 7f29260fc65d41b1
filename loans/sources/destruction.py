"""What is known by a source is destroyed: files, rows, records, signals, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from loans.sources.changes import CHANGES
from loans.sources.kinds import SourceKind
from loans.sources.models import Signal, SourceFile, SourceRecord
from privacy.destruction import Doomed, destroy
from privacy.models import DestructionCause
from storage.context import Context
from storage.keys.names import KeyPurpose

T = TypeVar("T", SourceFile, SourceRecord)


def destroy_source(
    context: Context, applicant_id: UUID, source: SourceKind, cause: DestructionCause
) -> None:
    """Everything of one source of an account."""
    files = locked_rows(context, SourceFile, applicant_id, source)
    records = locked_rows(context, SourceRecord, applicant_id, source)
    destroy_rows(context, applicant_id, files, records, cause)
    if source is SourceKind.SIGNALS:
        _destroy_signals(context, applicant_id, cause)
    CHANGES.tell_forgotten(context, applicant_id)


def locked_rows(
    context: Context, table: type[T], applicant_id: UUID, source: SourceKind
) -> Sequence[T]:
    """Rows of a source, locked and read anew: a job may have stored something meanwhile."""
    rows = sa.select(table).where(table.applicant_id == applicant_id, table.source == source)
    fresh = rows.with_for_update().execution_options(populate_existing=True)
    return context.session.scalars(fresh).all()


def destroy_rows(
    context: Context,
    applicant_id: UUID,
    files: Sequence[SourceFile],
    records: Sequence[SourceRecord],
    cause: DestructionCause,
) -> None:
    """Some files and records of an account, which were read under their lock."""
    rows = (
        *(f"source_files:{row.id}" for row in files),
        *(f"source_records:{row.id}" for row in records),
    )
    media = tuple(name for row in files for name in media_of(row))
    for row in (*files, *records):
        context.session.delete(row)
    if rows:
        destroy(context, Doomed(cause, "sources", applicant_id, rows, media))


def destroy_arrived(context: Context, file: SourceFile, cause: DestructionCause) -> None:
    """The chunks of a file, once it is read or refused; the row stays."""
    chunks, file.parts = tuple(UUID(part) for part in file.parts), []
    if chunks:
        destroy(context, Doomed(cause, "source_parts", file.applicant_id, files=chunks))


def forget_key(context: Context, applicant_id: UUID, cause: DestructionCause) -> None:
    """The key of all that is known of an account: every copy of it goes too."""
    if context.keyring.exists(applicant_id, KeyPurpose.SOURCES):
        doomed = Doomed(cause, "sources_key", applicant_id, purposes=(KeyPurpose.SOURCES,))
        destroy(context, doomed)


def media_of(file: SourceFile) -> tuple[UUID, ...]:
    """The media files of a file: its chunks, and its rows."""
    chunks = tuple(UUID(part) for part in file.parts)
    return chunks if file.contents is None else (*chunks, file.contents)


def _destroy_signals(context: Context, applicant_id: UUID, cause: DestructionCause) -> None:
    own = Signal.applicant_id == applicant_id
    ids = context.session.scalars(sa.select(Signal.id).where(own)).all()
    context.session.execute(sa.delete(Signal).where(own))
    if ids:
        names = tuple(f"signals:{signal}" for signal in ids)
        destroy(context, Doomed(cause, "signals", applicant_id, names))
