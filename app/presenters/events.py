"""An onboarding as it changes: server-sent events (WHATWG HTML, 9.2), with resume."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from flask import Response
from kyc.services import own_onboarding
from sqlalchemy.orm import Session

from app.presenters import onboarding as views
from app.services import House
from audit.writer import AuditEvent

LONGEST_S = 25.0  # of one connection: a thread serves it, and phones come back by themselves
BACK_MS = 500


def onboarding_events(
    house: House, applicant_id: UUID, onboarding_id: UUID, last_seen: str
) -> Response:
    """The whole onboarding at once, unless `last_seen` names its present state, then each change.

    Every event carries the whole view: who missed some between two connections misses nothing.
    Raises `NotFound` before anything is sent.
    """
    with house.database.reading() as session:
        own_onboarding(session, applicant_id, onboarding_id)

    def lines() -> Iterator[str]:
        seen = last_seen
        yield f"retry: {BACK_MS}\n\n"
        for last in views.looks(LONGEST_S):
            with house.database.reading() as session:
                newest = _newest(session, onboarding_id)
                if newest != seen:
                    seen = newest
                    row = own_onboarding(session, applicant_id, onboarding_id)
                    view = views.onboarding(session, house.desk.policy, row)
                    yield f"id: {seen}\nevent: onboarding\ndata: {view.model_dump_json()}\n\n"
                    if row.state != "open":
                        return
            if last:
                yield ": come again\n\n"

    return Response(lines(), mimetype="text/event-stream")


def _newest(session: Session, onboarding_id: UUID) -> str:
    newest = sa.select(AuditEvent.id).where(AuditEvent.onboarding_id == onboarding_id)
    return str(session.scalar(newest.order_by(AuditEvent.id.desc()).limit(1)))
