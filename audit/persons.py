"""Events about several people at once: found by each of them, and held to their own bytes.

A search shows a few accounts and is one event; `persons` of its bytes names all of them, rows of
`AuditEventPerson` repeat it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from audit.actions import PERSONS
from audit.models import AuditEvent, AuditEventPerson

_AT_A_TIME = 500  # ids that one query names


@dataclass(frozen=True)
class Person:
    """Somebody whom an event is about, and the onboarding that was shown of them, if any."""

    applicant_id: UUID
    onboarding_id: UUID | None = None

    def value(self) -> dict[str, str | None]:
        """As an event's bytes write it."""
        onboarding = None if self.onboarding_id is None else str(self.onboarding_id)
        return {"applicant": str(self.applicant_id), "onboarding": onboarding}

    def row(self, event_id: UUID) -> dict[str, UUID | None]:
        """As its row keeps it."""
        return {"event_id": event_id, **vars(self)}


def about(applicant_id: UUID) -> sa.ColumnElement[bool]:
    """The condition that an event is about somebody, alone or among others."""
    return _one_of(
        sa.select(_OWN.id).where(_OWN.applicant_id == applicant_id),
        sa.select(_AMONG).where(AuditEventPerson.applicant_id == applicant_id),
    )


def of_onboarding(onboarding_id: UUID) -> sa.ColumnElement[bool]:
    """The condition that an event belongs to an onboarding, alone or among others."""
    return _one_of(
        sa.select(_OWN.id).where(_OWN.onboarding_id == onboarding_id),
        sa.select(_AMONG).where(AuditEventPerson.onboarding_id == onboarding_id),
    )


_OWN = aliased(AuditEvent)
_AMONG = AuditEventPerson.event_id


def _one_of(alone: sa.Select[UUID], among: sa.Select[UUID]) -> sa.ColumnElement[bool]:
    """By their ids: for two conditions with `or` PostgreSQL would read the whole log."""
    return AuditEvent.id.in_(sa.union_all(alone, among))


def faults(session: Session, named: Mapping[UUID, bytes]) -> list[str]:
    """Which of these events have rows that do not say what their bytes say; ids with bytes."""
    kept: dict[UUID, set[Person]] = defaultdict(set)
    ids = list(named)
    for start in range(0, len(ids), _AT_A_TIME):
        own = AuditEventPerson.event_id.in_(ids[start : start + _AT_A_TIME])
        for row in session.scalars(sa.select(AuditEventPerson).where(own)):
            kept[row.event_id].add(Person(row.applicant_id, row.onboarding_id))
    return [
        f"event {event_id}: the people whom it is found by are not those that it names"
        for event_id, entry in named.items()
        if kept[event_id] != _said(entry)
    ]


def strays(session: Session, actions: Collection[str]) -> list[str]:
    """Events that people find, and that are none of these actions or not there."""
    own = sa.and_(AuditEvent.id == AuditEventPerson.event_id, AuditEvent.action.in_(actions))
    stray = sa.select(AuditEventPerson.event_id).where(~sa.exists().where(own)).distinct()
    found = session.scalars(stray.limit(_AT_A_TIME))
    return [f"event {event_id} is about no several people, or is not there" for event_id in found]


def _said(entry: bytes) -> set[Person] | None:
    """The people whom an event's bytes name; None where they cannot be read."""
    try:
        return {_person(value) for value in json.loads(entry)["values"].get(PERSONS, ())}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _person(value: Any) -> Person:
    onboarding = value["onboarding"]
    return Person(UUID(value["applicant"]), None if onboarding is None else UUID(onboarding))
