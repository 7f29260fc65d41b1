"""What the log says: of an onboarding, of a person, by an actor; every reading is an event too."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from audit.actions import READS, Action
from audit.models import AuditEvent
from audit.persons import about, of_onboarding
from audit.writer import record
from core.errors import Invalid
from storage.context import Context

PAGE = 100


class CursorInvalid(Invalid):
    """The cursor is none that a page of this list gave."""

    code = "cursor_invalid"


@dataclass(frozen=True)
class Search:
    """Which events: what is None is not asked for; from `since` to before `until`.

    `cursor` is where the page before ended; events of the onboardings in `besides` are left out.
    """

    applicant_id: UUID | None = None
    actor_id: str | None = None
    action: Action | None = None
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    besides: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Page:
    """Events, the newest first; `next` is the cursor of the page after, None on the last."""

    events: tuple[AuditEvent, ...]
    next: str | None


def read_history(context: Context, onboarding_id: UUID) -> list[AuditEvent]:
    """The events of an onboarding, oldest first; with an event of the reading.

    The newest have no position yet: only the process that sequences the log gives them one.
    """
    query = sa.select(AuditEvent).where(of_onboarding(onboarding_id))
    events = list(context.session.scalars(query.order_by(AuditEvent.at, AuditEvent.id)))
    owner = next((event.applicant_id for event in events if event.applicant_id), None)
    record(
        context,
        Action.AUDIT_READ,
        onboarding_id,
        applicant_id=owner,
        what="onboarding",
        found=len(events),
    )
    return events


def search(context: Context, command: Search) -> Page:
    """A page of events; with an event of the reading. Raises `CursorInvalid`."""
    page = _page(context, conditions(command), command.cursor)
    asked = {
        "actor": command.actor_id,
        "action": command.action,
        "from": command.since,
        "to": command.until,
    }
    record(
        context,
        Action.AUDIT_READ,
        command.applicant_id or context.actor.id,
        applicant_id=command.applicant_id,
        what="events",
        found=len(page.events),
        asked={name: value for name, value in asked.items() if value is not None},
    )
    return page


def accesses(context: Context, applicant_id: UUID, cursor: str | None) -> Page:
    """A page of who saw a person's data; with an event of the reading. Raises `CursorInvalid`."""
    conditions = [about(applicant_id), _by_person(AuditEvent.action).in_(sorted(READS))]
    page = _page(context, conditions, cursor)
    found = len(page.events)
    record(
        context,
        Action.AUDIT_READ,
        applicant_id,
        applicant_id=applicant_id,
        what="access",
        found=found,
    )
    return page


def newest_events(context: Context, onboarding_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """The id of each onboarding's newest event: it changes whenever the onboarding does.

    What has no event has no entry.
    """
    own, newest = aliased(AuditEvent), aliased(AuditEvent)
    later = sa.exists().where(newest.onboarding_id == own.onboarding_id, newest.id > own.id)
    query = sa.select(own.onboarding_id, own.id).where(own.onboarding_id.in_(onboarding_ids))
    return {of: event for of, event in context.session.execute(query.where(~later)) if of}


def conditions(command: Search) -> list[sa.ColumnElement[bool]]:
    """What a search asks for, but its cursor."""
    asked = (
        (AuditEvent.actor_id, command.actor_id),
        (AuditEvent.action, command.action),
    )
    conditions = [column == value for column, value in asked if value is not None]
    if command.applicant_id is not None:
        person = [_by_person(column) == value for column, value in asked if value is not None]
        conditions = [about(command.applicant_id), *person]
    if command.since is not None:
        conditions.append(AuditEvent.at >= command.since)
    if command.until is not None:
        conditions.append(AuditEvent.at < command.until)
    if command.besides:
        of = AuditEvent.onboarding_id
        conditions.append(sa.or_(of.is_(None), of.not_in(command.besides)))
    return conditions


def _by_person(column: InstrumentedAttribute[str]) -> sa.ColumnElement[str]:
    """A column of which no index is used: a person's events are few, those of an action many."""
    return column.concat("")


def _page(
    context: Context, conditions: Sequence[sa.ColumnElement[bool]], cursor: str | None
) -> Page:
    query = sa.select(AuditEvent).where(*conditions)
    if cursor is not None:
        at, event_id = _read_cursor(cursor)
        same = sa.and_(AuditEvent.at == at, AuditEvent.id < event_id)
        query = query.where(AuditEvent.at <= at, sa.or_(AuditEvent.at < at, same))
    newest_first = query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    found = list(context.session.scalars(newest_first.limit(PAGE + 1)))
    shown = tuple(found[:PAGE])
    return Page(shown, _cursor(shown[-1]) if len(found) > PAGE else None)


def _cursor(event: AuditEvent) -> str:
    place = json.dumps([event.at.isoformat(), str(event.id)]).encode()
    return base64.urlsafe_b64encode(place).decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, event_id = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        moment, found = datetime.fromisoformat(at), UUID(event_id)
        if moment.tzinfo is None:
            raise CursorInvalid
        return moment.astimezone(UTC), found
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CursorInvalid from error
