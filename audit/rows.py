"""Events as rows of text, for going over many: no objects, and little time for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.entries import Form, Index, says
from audit.merkle import leaf_hash
from audit.models import AuditEvent


class Leaf(NamedTuple):
    """An event as the tree knows it, and whether its row is what was hashed."""

    position: int
    id: str
    leaf: bytes
    fault: str | None


def leaves(session: Session, start: int, end: int) -> Iterator[Leaf]:
    """The events from one position to before another, each held to its own bytes."""
    within = sa.and_(AuditEvent.position >= start, AuditEvent.position < end)
    query = sa.select(*_columns(session)).where(within).order_by(AuditEvent.position)
    # By the connection: the session would look for objects in each row.
    for row in session.connection().execute(query).fetchall():
        position, form, plain, entry, leaf, *texts = row
        subject, action, kind, actor, applicant, at, event_id, loan, onboarding = texts
        name = _dashed(event_id)
        if form != Form.JCS or entry is None:
            yield Leaf(position, name, leaf, _old_fault(session, position, form))
            continue
        fault = None
        if not plain or leaf_hash(entry) != leaf:
            fault = "its bytes are not those that were hashed"
        else:
            index = Index(
                subject, action, kind, actor, _dashed(applicant), _instant(at), name,
                _dashed(loan), _dashed(onboarding),
            )  # fmt: skip
            if not says(entry, index):
                fault = "its columns do not say what its bytes say"
        yield Leaf(position, name, leaf, fault)


def _old_fault(session: Session, position: int, form: int) -> str | None:
    """For events of the first form, whose bytes are made from their columns."""
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.position == position)).one()
    if form != Form.FIRST or event.entry is not None:
        return "it has no form that was ever written"
    if event.applicant_id is not None or event.loan_id is not None:
        return "its columns do not say what its bytes say"
    session.expunge(event)
    return None if leaf_hash(event.content) == event.leaf else "it does not say what was hashed"


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


@lru_cache(maxsize=4096)  # the same onboardings and people follow each other
def _dashed(text: str | None) -> str:
    """A UUID as SQLite keeps it, as it is written elsewhere."""
    if text is None or len(text) != 32:
        return text or ""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _instant(text: str) -> str:
    """A moment as the database writes it, as entries do."""
    if len(text) == 19:  # SQLite leaves out no microseconds, PostgreSQL's form has them
        text += ".000000"
    return f"{text[:10]}T{text[11:]}Z"
