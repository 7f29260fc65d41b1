"""Writing events into the transaction that they describe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from audit import chains, merkle
from audit.actions import APPLICANT, LOAN, ONBOARDING, PERSONS, REASON, REQUIRED, Action
from audit.entries import Form, Index, instant, jcs_form, plain
from audit.models import AuditEvent, AuditEventPerson
from audit.persons import Person
from core.actors import ActorKind
from core.ids import new_id
from core.origin import INSIDE, Origin
from storage.context import Context
from storage.database import READING

_UNWRITTEN = "kaihu audit events"
_INSERT = sa.insert(AuditEvent)
_INSERT_PERSONS = sa.insert(AuditEventPerson)


class EventUnwritable(Exception):
    """An event in a reading would be lost: the use case needs a transaction."""


class EventIncomplete(Exception):
    """An event lacks a field that its action demands: a defect of the code that wrote it."""


@dataclass(frozen=True)
class NewEvent:
    """An event that is written when its transaction commits: what `AuditEvent` has of it by then.

    No row of the session, which would keep an account of each field.
    """

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: str
    action: Action
    subject: str
    onboarding_id: UUID | None
    applicant_id: UUID | None
    loan_id: UUID | None
    entry: bytes
    leaf: bytes
    persons: Sequence[Person] = ()

    def row(self, place: chains.End) -> dict[str, Any]:
        """Its row, at its place in a chain."""
        of_chain = {"chain": place.chain, "number": place.number, "seal": place.seal}
        own = {name: value for name, value in vars(self).items() if name != PERSONS}
        return {**own, **of_chain, "form": Form.JCS, "data": {}}


@dataclass
class _Unwritten:
    """Events of a transaction, each with the savepoint that it goes away with."""

    key: bytes
    events: list[tuple[NewEvent, SessionTransaction | None]] = field(default_factory=list)


def record(
    context: Context,
    action: Action,
    subject: object,
    *,
    onboarding_id: UUID | None = None,
    applicant_id: UUID | None = None,
    loan_id: UUID | None = None,
    reason: str | None = None,
    persons: Sequence[Person] | None = None,
    **values: Any,
) -> NewEvent:
    """An event of the context's actor: it is kept with the transaction, or neither is.

    It is written when the transaction commits. Every event carries who, when, and where the
    request came from (`Context.origin`: session, device, address prefix, request id).
    `applicant_id` says whose data it is about; it is the actor where an applicant acts and none is
    given, and `persons` are those whom an event is about that is about several. `reason` is the one
    that a person gave. `values` are the action's own fields: what JSON
    can hold, other values as text, nothing that identifies a person.

    Raises `EventIncomplete`, `EventUnwritable`.
    """
    if context.session.info.get(READING):
        raise EventUnwritable(action)
    if applicant_id is None and context.actor.kind is ActorKind.APPLICANT:
        applicant_id = context.actor.uuid
    if persons is not None:
        values[PERSONS] = [person.value() for person in persons]
    columns = {ONBOARDING: onboarding_id, APPLICANT: applicant_id, LOAN: loan_id, REASON: reason}
    given = {*values, *(name for name, value in columns.items() if value)}
    if missing := REQUIRED[action] - given:
        raise EventIncomplete(f"{action} lacks {', '.join(sorted(missing))}")
    index = Index(
        subject=str(subject),
        action=action,
        actor_kind=context.actor.kind,
        actor_id=context.actor.id,
        applicant=_text(applicant_id),
        at=instant(now := context.now()),
        id=str(event_id := new_id()),
        loan=_text(loan_id),
        onboarding=_text(onboarding_id),
    )
    entry = jcs_form(index, _origin(context.origin), reason, plain(values))
    made = NewEvent(
        id=event_id,
        at=now,
        actor_kind=index.actor_kind,
        actor_id=index.actor_id,
        action=action,
        subject=index.subject,
        onboarding_id=onboarding_id,
        applicant_id=applicant_id,
        loan_id=loan_id,
        entry=entry,
        leaf=merkle.leaf_hash(entry),
        persons=persons or (),
    )
    _keep(context, made)
    return made


def _keep(context: Context, made: NewEvent) -> None:
    session = context.session
    unwritten = session.info.get(_UNWRITTEN)
    if unwritten is None:
        unwritten = session.info[_UNWRITTEN] = _Unwritten(chains.key_of(context.keyring))
    unwritten.events.append((made, session.get_nested_transaction()))


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    """Write a transaction's events last of all, so that a chain is locked only while it commits."""
    if session.in_nested_transaction() or _UNWRITTEN not in session.info:
        return
    unwritten: _Unwritten = session.info.pop(_UNWRITTEN)
    events = [made for made, _ in unwritten.events]
    if events:
        session.flush()
        ends = chains.append(session, unwritten.key, [made.leaf for made in events])
        rows = [made.row(end) for made, end in zip(events, ends, strict=True)]
        session.connection().execute(_INSERT, rows)
        people = [person.row(made.id) for made in events for person in made.persons]
        if people:
            session.connection().execute(_INSERT_PERSONS, people)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    """Events go away with the transaction or the savepoint that is undone."""
    unwritten: _Unwritten | None = session.info.get(_UNWRITTEN)
    if unwritten is None:
        return
    if not undone.nested:
        del session.info[_UNWRITTEN]
        return
    unwritten.events = [one for one in unwritten.events if not _within(one[1], undone)]


def _within(savepoint: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while savepoint is not None:
        if savepoint is undone:
            return True
        savepoint = savepoint.parent
    return False


def _text(given: UUID | None) -> str:
    return "" if given is None else str(given)


def _origin(origin: Origin) -> dict[str, str] | None:
    """Where a request came from; None for what nobody asked for from outside."""
    if origin == INSIDE:
        return None
    return {
        "address": origin.prefix,
        "device": origin.device,
        "request": origin.request_id,
        "session": _text(origin.session_id),
    }
