"""Writing events into the transaction that they describe."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from audit import merkle
from audit.actions import ONBOARDING, REQUIRED, Action
from audit.models import AuditEvent
from core.ids import new_id
from storage.context import Context


class EventIncomplete(Exception):
    """An event lacks a field that its action demands: a defect of the code that wrote it."""


def record(
    context: Context,
    action: Action,
    subject: object,
    *,
    onboarding_id: UUID | None = None,
    **data: Any,
) -> AuditEvent:
    """Write an event of the context's actor: it is kept with the transaction, or not at all.

    `data` must be what JSON can hold; other values are written as text. Raises `EventIncomplete`.
    """
    given = {*data, *([ONBOARDING] if onboarding_id else [])}
    if missing := REQUIRED[action] - given:
        raise EventIncomplete(f"{action} lacks {', '.join(sorted(missing))}")
    event = AuditEvent(
        id=new_id(),
        at=context.now(),
        actor_kind=context.actor.kind,
        actor_id=context.actor.id,
        action=action,
        subject=str(subject),
        onboarding_id=onboarding_id,
        data=json.loads(json.dumps(data, default=str)),
    )
    event.leaf = merkle.leaf_hash(event.entry())
    context.session.add(event)
    context.session.flush()
    return event
