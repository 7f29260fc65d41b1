"""An audit log that grows, and is tampered with."""

from __future__ import annotations

import sqlalchemy as sa

from app.services import Services
from audit.actions import Action
from audit.models import AuditEvent
from audit.sequencer import sequence
from audit.verifier import Verification, verify
from audit.writer import record


def grow(services: Services, *counts: int) -> None:
    """So many events at a time, sequenced after each time."""
    for count in counts:
        with services.transaction() as context:
            for number in range(count):
                record(context, Action.AUDIT_READ, number)
        with services.transaction() as context:
            assert sequence(context, services.signer) == count


def verified(services: Services) -> Verification:
    """What recomputing the log finds."""
    with services.reading() as context:
        return verify(context.session, services.log_key.origin, services.log_key.public_key)


def change(services: Services, statement: sa.Executable) -> None:
    """What somebody does who can write to the database."""
    with services.transaction() as context:
        context.session.execute(statement)


def actions(services: Services) -> list[str]:
    """The actions of all events, oldest first."""
    with services.reading() as context:
        return list(context.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)))


def events(services: Services, action: Action) -> list[AuditEvent]:
    """The events of an action, oldest first."""
    query = sa.select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)
    with services.reading() as context:
        return list(context.session.scalars(query))
