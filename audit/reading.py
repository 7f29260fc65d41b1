"""Compliance reads the story of an onboarding; reading is an event too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from audit.actions import Action
from audit.models import AuditEvent
from audit.writer import record
from storage.context import Context


def read_history(context: Context, onboarding_id: UUID) -> list[AuditEvent]:
    """The events of an onboarding, oldest first; with an event of the reading.

    The newest have no position yet: only the process that sequences the log gives them one.
    """
    query = sa.select(AuditEvent).where(AuditEvent.onboarding_id == onboarding_id)
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


def newest_events(context: Context, onboarding_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """The id of each onboarding's newest event: it changes whenever the onboarding does.

    What has no event has no entry.
    """
    own, newest = aliased(AuditEvent), aliased(AuditEvent)
    later = sa.exists().where(newest.onboarding_id == own.onboarding_id, newest.id > own.id)
    query = sa.select(own.onboarding_id, own.id).where(own.onboarding_id.in_(onboarding_ids))
    return {of: event for of, event in context.session.execute(query.where(~later)) if of}
