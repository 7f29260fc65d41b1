"""Events of files and records: each names its source and whose it is."""

from __future__ import annotations

from typing import Any

from audit.actions import Action
from audit.writer import record
from loans.sources.models import SourceFile, SourceRecord
from storage.context import Context


def record_file(context: Context, action: Action, file: SourceFile, **values: Any) -> None:
    """An event of a file; never its name, nor what it says."""
    record(context, action, file.id, applicant_id=file.applicant_id, source=file.source, **values)


def record_record(context: Context, action: Action, row: SourceRecord, **values: Any) -> None:
    """An event of a record that another system is asked for."""
    record(context, action, row.id, applicant_id=row.applicant_id, source=row.source, **values)
