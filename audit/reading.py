"""Compliance reads the story of an onboarding; reading is an event too."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.models import AuditEvent
from audit.writer import record
from storage.context import Context


def read_history(context: Context, onboarding_id: UUID) -> list[AuditEvent]:
    """The events of an onboarding, oldest first; with an event of the reading.

    The newest have no position yet: only the process that sequences the log gives them one.
    """
    query = sa.select(AuditEvent).where(AuditEvent.onboarding_id == onboarding_id)
    events = list(context.session.scalars(query.order_by(AuditEvent.id)))
    record(context, Action.AUDIT_READ, onboarding_id)
    return events


def newest_event(context: Context, onboarding_id: UUID) -> UUID | None:
    """The id of an onboarding's newest event: it changes whenever the onboarding does."""
    query = sa.select(AuditEvent.id).where(AuditEvent.onboarding_id == onboarding_id)
    return context.session.scalar(query.order_by(AuditEvent.id.desc()).limit(1))
