"""What may be used no more, and has to be kept for a legal hold: nothing goes on with it."""

from __future__ import annotations

from uuid import UUID

from audit.actions import Action
from loans.sources.changes import CHANGES
from loans.sources.destruction import destroy_arrived, locked_rows
from loans.sources.events import record_file
from loans.sources.findings import Told
from loans.sources.kinds import SourceKind
from loans.sources.models import SourceFile, SourceRecord
from loans.sources.states import FILE, RECORD, FileState, RecordState
from privacy.consents import ConsentMissing
from privacy.models import DestructionCause
from storage.context import Context


def halt_source(context: Context, applicant_id: UUID, source: SourceKind) -> None:
    """End the reading of files and the asking of records, so that nobody waits for them."""
    for file in locked_rows(context, SourceFile, applicant_id, source):
        if file.state is FileState.READING:
            refuse_file(context, file, Told(code=ConsentMissing.code))
    for row in locked_rows(context, SourceRecord, applicant_id, source):
        if row.state is RecordState.ASKED:
            RECORD.move(row, RecordState.FAILED)
    CHANGES.tell_forgotten(context, applicant_id)


def refuse_file(context: Context, file: SourceFile, why: Told) -> None:
    """End a file of which nothing is kept, and say why."""
    file.faults = [why.model_dump(exclude_none=True, exclude_defaults=True, mode="json")]
    FILE.move(file, FileState.REFUSED)
    end_file(context, file)
    record_file(context, Action.SOURCE_FILE_REFUSED, file, why=why.code)


def end_file(context: Context, file: SourceFile) -> None:
    """Nothing of the file itself is needed any more; whoever waits for it may go on."""
    file.password, file.ended_at = None, context.now()
    destroy_arrived(context, file, DestructionCause.ASSEMBLED)
    CHANGES.tell_learnt(context, file.applicant_id)
