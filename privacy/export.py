"""Everything that is held about a person, for that person (PIPL art. 45).

Tables are read by what they say of themselves: which class of data a column holds, and by which
column a row belongs to an account. So a table that is added is in the export, or a test fails.
Packages say which columns are withheld and why, which field opens a sealed one, and which files
there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import NAME, PHONE, Applicant
from access.permissions import Permission
from access.proof import require_own_code
from audit.actions import Action
from audit.writer import record
from core.data_classes import DataClass
from privacy.holdings import class_of
from storage.context import Context
from storage.keyring import SealBroken
from storage.sealed import SealedField

MAX_ROWS = 20_000  # of a table; more than limits let one account make
SHOWN = frozenset(
    {
        *(DataClass.IDENTIFYING, DataClass.BEHAVIOUR, DataClass.BUSINESS, DataClass.RECORD),
        DataClass.TECHNICAL,
    }
)
BELONGS = ("applicant_id", "holder_id", "caller_id")  # columns that name an account


@dataclass(frozen=True)
class ExportFile:
    """A file that the person sent: its name, and what opens it."""

    name: str
    open: Callable[[], bytes]


Files = Callable[[Context, Applicant], Iterator[ExportFile]]


@dataclass
class ExportRegistry:
    """What packages add: fields that open, columns or tables that are withheld, files."""

    fields: dict[str, SealedField] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    files: list[Files] = field(default_factory=list)

    def opens(self, sealed: SealedField) -> None:
        """Have a sealed column opened, whose rows are bound by their `id`."""
        self.fields[f"{sealed.table}.{sealed.column}"] = sealed

    def withholds(self, name: str, ground: str) -> None:
        """Leave a table, or `table.column`, out; the export says so, and why."""
        self.withheld[name] = ground


EXPORT = ExportRegistry()
EXPORT.opens(PHONE)
EXPORT.opens(NAME)
for name in ("audit_events", "audit_event_persons"):
    EXPORT.withholds(name, "the log of what was done; it holds no contents")
EXPORT.withholds("idempotency_keys", "sealed under a key that only the caller has")
EXPORT.withholds("legal_holds", "a law has them kept, and may forbid to tell")


@dataclass(frozen=True)
class Export:
    """What a person is given: rows by table, files, and what is left out, with the grounds."""

    made_at: datetime
    tables: Mapping[str, list[dict[str, Any]]]
    files: tuple[ExportFile, ...]
    withheld: Mapping[str, str]

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """JSON documents by name, one a table, and what is withheld."""
        for name, rows in self.tables.items():
            yield f"data/{name}.json", _json(rows)
        yield "withheld.json", _json(self.withheld)


def export_own_data(context: Context, metadata: sa.MetaData, attempt: str, code: str) -> Export:
    """Everything held about the actor, with an event of it.

    Raises `access.proof.CodeMissing`, `access.codes.CodeWrong`.
    """
    require(context, Permission.DATA_EXPORT)
    owner = require_own_code(context, attempt, code)
    tables = {
        table.name: rows
        for table in metadata.sorted_tables
        if table.name not in EXPORT.withheld and (rows := _rows(context, owner, table))
    }
    files = tuple(file for found in EXPORT.files for file in found(context, owner))
    count = sum(len(rows) for rows in tables.values())
    record(
        context,
        Action.DATA_EXPORTED,
        owner.id,
        applicant_id=owner.id,
        rows=count,
        files=len(files),
    )
    return Export(context.now(), tables, files, dict(EXPORT.withheld))


def belongs_to(table: sa.Table, applicant_id: UUID) -> sa.ColumnElement[bool] | None:
    """The condition that a row is about an account; None for a table that is about nobody."""
    if table.name == Applicant.__tablename__:
        return table.c.id == applicant_id
    for name in BELONGS:
        if name in table.c:
            return table.c[name] == applicant_id
    # A column that may be empty would leave rows out.
    keys = (key for key in table.foreign_keys if not key.parent.nullable)
    for key in sorted(keys, key=lambda key: str(key.column)):
        parent = key.column.table
        inner = belongs_to(parent, applicant_id)
        if inner is not None:
            return key.parent.in_(sa.select(key.column).where(inner))
    return None


def _rows(context: Context, owner: Applicant, table: sa.Table) -> list[dict[str, Any]]:
    condition = belongs_to(table, owner.id)
    if condition is None:
        return []
    shown = [column for column in table.columns if _is_shown(column)]
    query = sa.select(table).where(condition).limit(MAX_ROWS)
    return [
        {column.name: _value(context, owner, column, row) for column in shown}
        for row in context.session.execute(query).mappings()
    ]


def _is_shown(column: sa.Column[Any]) -> bool:
    named = f"{column.table.name}.{column.name}"
    return class_of(column) in SHOWN and named not in EXPORT.withheld


def _value(
    context: Context, owner: Applicant, column: sa.Column[Any], row: Mapping[Any, Any]
) -> Any:
    value = row[column]
    if not isinstance(value, bytes):
        return value
    sealed = EXPORT.fields.get(f"{column.table.name}.{column.name}")
    if sealed is None or not value:
        return None
    try:
        text = sealed.open(context.keyring, owner, row[column.table.c.id], value).decode()
    except SealBroken:
        return {"error": "does not open"}
    return json.loads(text) if text.startswith("{") else text


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_text).encode()


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else str(value)
