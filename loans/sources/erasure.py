"""How long what is known by consent is kept, and what becomes of it when an account ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from core.data_classes import Retention
from loans.policy import LoanPolicy
from loans.sources.changes import CHANGES
from loans.sources.consent import forget_key_without_consent, withdraw_all_source_consents
from loans.sources.destruction import destroy_rows, destroy_source
from loans.sources.kinds import SourceKind
from loans.sources.models import (
    FILE_NAME,
    RECORD_CONTENT,
    SIGNAL_TEXT,
    Signal,
    SourceConsent,
    SourceFile,
    SourceRecord,
)
from loans.sources.states import FileState
from privacy.export import EXPORT
from privacy.held import not_held
from privacy.models import DestructionCause
from privacy.registry import ERASURES, ErasureHandler
from privacy.retention import RETENTION, RetentionRule
from privacy.retention_rules import deleting
from storage.context import Context


def _close(context: Context, applicant_id: UUID) -> None:
    """What a hold kept after its consent had ended goes too."""
    withdraw_all_source_consents(context, applicant_id)
    for source in SourceKind:
        destroy_source(context, applicant_id, source, DestructionCause.ERASURE)


def _unconsented(context: Context, table: type[SourceFile | SourceRecord]) -> sa.Select[Any]:
    """Rows of a source that no consent is in force for."""
    allowed = _consented(context, table.applicant_id).where(SourceConsent.source == table.source)
    return _read_anew(sa.select(table).where(~allowed, not_held(table.applicant_id)))


def _consented(context: Context, applicant_id: InstrumentedAttribute[UUID]) -> sa.Exists:
    return sa.exists().where(
        SourceConsent.applicant_id == applicant_id,
        SourceConsent.withdrawn_at.is_(None),
        SourceConsent.ends_at > context.now(),
    )


def _read_anew(rows: sa.Select[Any]) -> sa.Select[Any]:
    """Under the lock that retention takes: a job may have stored something meanwhile."""
    return rows.execution_options(populate_existing=True)


def _files(context: Context) -> sa.Select[Any]:
    return _unconsented(context, SourceFile)


def _records(context: Context) -> sa.Select[Any]:
    return _unconsented(context, SourceRecord)


def _arriving(context: Context) -> sa.Select[Any]:
    over = SourceFile.expires_at <= context.now()
    return _read_anew(sa.select(SourceFile).where(SourceFile.state == FileState.ARRIVING, over))


def _signals(context: Context) -> sa.Select[Any]:
    sources = context.rules(LoanPolicy).sources
    days = 0 if sources is None else sources.signal_days
    old = Signal.at <= context.now() - timedelta(days=days)
    of_signals = SourceConsent.source == SourceKind.SIGNALS
    allowed = _consented(context, Signal.applicant_id).where(of_signals)
    return sa.select(Signal).where(sa.or_(old, ~allowed), not_held(Signal.applicant_id))


def _delete(context: Context, rows: Sequence[SourceFile | SourceRecord]) -> None:
    ordered = sorted(rows, key=attrgetter("applicant_id"))
    for applicant_id, of_one in groupby(ordered, key=attrgetter("applicant_id")):
        theirs = list(of_one)
        files = [row for row in theirs if isinstance(row, SourceFile)]
        records = [row for row in theirs if isinstance(row, SourceRecord)]
        destroy_rows(context, applicant_id, files, records, DestructionCause.RETENTION)
        CHANGES.tell_forgotten(context, applicant_id)
        forget_key_without_consent(context, applicant_id, DestructionCause.RETENTION)


def _delete_arriving(context: Context, rows: Sequence[SourceFile]) -> None:
    for row in rows:
        destroy_rows(context, row.applicant_id, (row,), (), DestructionCause.RETENTION)


ERASURES.register(ErasureHandler(close=_close))
for rule in (
    RetentionRule("source_files", Retention.SOURCE, _files, _delete),
    RetentionRule("source_records", Retention.SOURCE, _records, _delete),
    RetentionRule("source_uploads", None, _arriving, _delete_arriving),
    RetentionRule("signals", Retention.SOURCE, _signals, deleting("signals")),
):
    RETENTION.register(rule)
for field in (FILE_NAME, RECORD_CONTENT, SIGNAL_TEXT):
    EXPORT.opens(field)
