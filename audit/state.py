"""Rows of other packages, compared with what the log says of them.

The tree shows that the log was not changed; it does not show that a decision in its table is the
one that the log tells of. Packages register how theirs are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.models import AuditEvent
from storage.context import Context

Comparison = Callable[[Context], Iterator[str]]
AT_ONCE = 500  # rows that are compared at a time


class StateRegistry:
    """Comparisons of rows with events."""

    def __init__(self) -> None:
        self._comparisons: list[Comparison] = []

    def register(self, comparison: Comparison) -> Comparison:
        """Have `kaihu audit verify --state` make a comparison; it yields what differs."""
        self._comparisons.append(comparison)
        return comparison

    def comparisons(self) -> tuple[Comparison, ...]:
        """All, in the order of registration."""
        return tuple(self._comparisons)


STATE = StateRegistry()


def events_of(
    context: Context, onboardings: Collection[UUID], *actions: Action
) -> Mapping[tuple[str, str], AuditEvent]:
    """The newest event of each of some actions about each subject, of some onboardings."""
    query = sa.select(AuditEvent).where(
        AuditEvent.onboarding_id.in_(onboardings), AuditEvent.action.in_(actions)
    )
    events = context.session.scalars(query.order_by(AuditEvent.at, AuditEvent.id))
    return {(event.action, event.subject): event for event in events}


def differs(name: str, row: Mapping[str, Any], event: AuditEvent | None) -> Iterator[str]:
    """What a row says otherwise than its event; all of it where there is no event."""
    said = None if event is None else event.data
    if said is None:
        yield f"{name}: the log knows nothing of it"
        return
    for field, value in row.items():
        if said.get(field) != value:
            yield f"{name}: {field} is {value!r}, the log says {said.get(field)!r}"
