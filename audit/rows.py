"""Events as the database's own text and bytes, for going over many: little time for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.actions import OF_SEVERAL
from audit.entries import Form, Index, opening, says
from audit.merkle import LEAF, leaf_hash
from audit.models import AuditEvent

_OTHERS = "its columns do not say what its bytes say"


@dataclass(frozen=True)
class Stretch:
    """Events in the order of the tree: their positions, of which some may be missing, and leaves.

    `faults` are of events whose rows are not what was hashed; `several` are the bytes of others,
    by their ids, that are about several people.
    """

    positions: Sequence[int]
    leaves: Sequence[bytes]
    faults: Sequence[str]
    several: Mapping[UUID, bytes]


def read_stretch(session: Session, start: int, end: int) -> Stretch:
    """The events from one position to before another, each held to its own bytes."""
    rows = _rows(session, start, end)
    dashed = _Dashed()
    faults = []
    several = {}
    for row in rows:
        _, form, plain, entry, leaf, subject, action, kind, actor, person, at, name, loan, of = row
        # Nearly every event passes this; naming what is wrong with the others takes longer.
        if form == Form.JCS and plain and entry is not None:
            moment, name = _instant(at), _with_dashes(name)
            texts = (
                subject, action, kind, actor, dashed[person], moment, name, dashed[loan], dashed[of]
            )  # fmt: skip
            if sha256(LEAF + entry).digest() == leaf and entry.startswith(opening(texts)):
                if action in OF_SEVERAL:
                    several[UUID(name)] = entry
                continue
        fault = _fault(session, _Row._make(row))
        if fault is not None:
            faults.append(f"event {_with_dashes(row[11])} at {row[0]} was changed: {fault}")
    return Stretch([row[0] for row in rows], [row[4] for row in rows], faults, several)


class _Row(NamedTuple):
    """What `_columns` names."""

    position: int
    form: int
    plain: bool
    entry: bytes | None
    leaf: bytes
    subject: str
    action: str
    actor_kind: str
    actor_id: str
    applicant: str | None
    at: str
    id: str
    loan: str | None
    onboarding: str | None

    def texts(self) -> Index:
        """Its columns, as the bytes of an event write them."""
        ids = (self.applicant, self.id, self.loan, self.onboarding)
        applicant, name, loan, onboarding = map(_with_dashes, ids)
        who = (self.subject, self.action, self.actor_kind, self.actor_id)
        return Index(*who, applicant, _instant(self.at), name, loan, onboarding)


def _fault(session: Session, row: _Row) -> str | None:
    """What is wrong with an event's row."""
    if row.form != Form.JCS or row.entry is None:
        return _old_fault(session, row)
    if not row.plain or leaf_hash(row.entry) != row.leaf:
        return "its bytes are not those that were hashed"
    return None if says(row.entry, row.texts()) else _OTHERS


def _old_fault(session: Session, row: _Row) -> str | None:
    """For events of the first form, whose bytes are made from their columns."""
    if row.form != Form.FIRST or row.entry is not None:
        return "it has no form that was ever written"
    if row.applicant is not None or row.loan is not None:
        return _OTHERS
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.position == row.position)).one()
    session.expunge(event)
    return None if leaf_hash(event.content) == event.leaf else "it does not say what was hashed"


def _rows(session: Session, start: int, end: int) -> Sequence[tuple[Any, ...]]:
    """What the driver gives: neither the session nor the engine makes an object of each row."""
    within = sa.and_(AuditEvent.position >= start, AuditEvent.position < end)
    query = sa.select(*_columns(session)).where(within).order_by(AuditEvent.position)
    result = session.connection().execute(query)
    rows: Sequence[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return rows


def _columns(session: Session) -> list[Any]:
    """Plain text and bytes, whatever the database's own types: nothing is converted in between."""
    event = AuditEvent
    if session.get_bind().dialect.name == "postgresql":
        moment: Any = sa.func.to_char(sa.func.timezone("UTC", event.at), "YYYY-MM-DD HH24:MI:SS.US")
        ids: list[Any] = [sa.cast(column, sa.Text) for column in _IDS]
    else:
        moment = sa.type_coerce(event.at, sa.String)
        ids = [sa.type_coerce(column, sa.String) for column in _IDS]
    applicant, event_id, loan, onboarding = ids
    plain = sa.cast(event.old_data, sa.Text) == "{}"
    binary = [sa.type_coerce(column, sa.types.NullType()) for column in (event.entry, event.leaf)]
    texts = [event.subject, event.action, event.actor_kind, event.actor_id]
    head = [event.position, event.form, plain, *binary, *texts]
    return [*head, applicant, moment, event_id, loan, onboarding]


_IDS = (AuditEvent.applicant_id, AuditEvent.id, AuditEvent.loan_id, AuditEvent.onboarding_id)


class _Dashed(dict[str | None, str]):
    """Ids as they are written, each made once: many events are of one onboarding or person."""

    def __missing__(self, text: str | None) -> str:
        made = self[text] = _with_dashes(text)
        return made


def _with_dashes(text: str | None) -> str:
    """A UUID as it is written, of what a database keeps: SQLite has no dashes in it."""
    if text is None or len(text) != 32:
        return text or ""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _instant(text: str) -> str:
    """A moment as the database writes it, as entries do."""
    if len(text) == 19:  # SQLite leaves out no microseconds, PostgreSQL's form has them
        text += ".000000"
    return f"{text[:10]}T{text[11:]}Z"
