"""What is in force, as the policy or the models: an event when it is another than before."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from audit.actions import Action
from audit.models import AuditEvent
from audit.writer import record
from storage.context import Context


def note_change(
    context: Context, action: Action, subject: object, *, digest: str, **values: Any
) -> None:
    """Record what came into force, unless the newest event of this action has the same digest."""
    newest = sa.select(AuditEvent).where(AuditEvent.action == action)
    last = context.session.scalar(
        newest.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(1)
    )
    if last is None or last.data.get("digest") != digest:
        record(context, action, subject, digest=digest, **values)
