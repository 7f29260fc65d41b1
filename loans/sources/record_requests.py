"""A record is wanted: of a source that was consented to, and again when it is old."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from kyc.identity import business_of
from loans.policy import LoanPolicy
from loans.sources.changes import CHANGES
from loans.sources.kinds import SourceKind
from loans.sources.models import SourceRecord
from loans.sources.states import RECORD, RecordState
from storage.context import Context
from storage.queue import enqueue, withdraw

ASK_RECORD = "ask_record"
_ANSWERED = (RecordState.KNOWN, RecordState.ABSENT)


def request_records_anew(context: Context, applicant_id: UUID) -> None:
    """Have each system that was asked about an account asked about the business it has now."""
    own = sa.select(SourceRecord).where(SourceRecord.applicant_id == applicant_id)
    business = business_of(context, applicant_id)
    for row in context.session.scalars(own.with_for_update()).all():
        if row.business != business:
            ask_at(context, row, None)


def request_record(context: Context, applicant_id: UUID, source: SourceKind) -> None:
    """Have another system asked, or again once its answer is old: until then it is used."""
    row = _record_of(context, applicant_id, source)
    if row is None:
        row = SourceRecord(
            id=new_id(),
            applicant_id=applicant_id,
            source=source,
            tries=0,
            asked_at=context.now(),
        )
        RECORD.begin(row, RecordState.ASKED)
        context.session.add(row)
    if row.state not in _ANSWERED or row.answered_at is None:
        ask_at(context, row, None)
        return
    days = context.rules(LoanPolicy).known_by.record_days
    ask_at(context, row, row.answered_at + timedelta(days=days))
    CHANGES.tell_learnt(context, applicant_id)


def ask_at(context: Context, row: SourceRecord, due_at: datetime | None) -> None:
    """Queue the asking of a record, at once or not before a moment; it is queued once."""
    withdraw(context, ASK_RECORD, row.id)
    enqueue(context, ASK_RECORD, row.id, due_at=due_at)


def is_asking(context: Context, applicant_id: UUID) -> bool:
    """Whether another system is being asked about an account."""
    own = sa.select(SourceRecord.id).where(
        SourceRecord.applicant_id == applicant_id, SourceRecord.state == RecordState.ASKED
    )
    return context.session.scalar(own.limit(1)) is not None


def _record_of(context: Context, applicant_id: UUID, source: SourceKind) -> SourceRecord | None:
    own = sa.select(SourceRecord).where(
        SourceRecord.applicant_id == applicant_id, SourceRecord.source == source
    )
    return context.session.scalar(own.with_for_update())
