"""Compliance reads the log, and checks that nobody has changed it."""

from __future__ import annotations

import base64
from uuid import UUID

import sqlalchemy as sa
from flask_restx import Namespace, Resource
from sqlalchemy.orm import Session
from storage.failures import NotFound

from access.applicants import Caller
from app.api import api
from app.api.endpoint import COMPLIANCE, endpoint, house
from app.schemas import CheckpointView, EventsView, EventView, ProofView
from audit import writer as log
from audit.writer import AuditEvent

space: Namespace = api.namespace("audit", path="/audit", description="compliance")


@space.route("/onboardings/<uuid:onboarding_id>")
class EventsOfOnboarding(Resource):
    @endpoint(space, caller=COMPLIANCE, answer=EventsView, writes=True)
    def get(self, session: Session, caller: Caller, onboarding_id: UUID) -> EventsView:
        signer = house().signer
        query = sa.select(AuditEvent).where(AuditEvent.onboarding_id == onboarding_id)
        events = session.scalars(query.order_by(AuditEvent.id)).all()
        log.record(session, log.Actor("staff", str(caller.id)), "audit.read", onboarding_id)
        log.sequence(session, signer)
        verification = log.verify(session, signer.origin, signer.public_key)
        checkpoint = log.latest_checkpoint(session)
        return EventsView(
            events=[_view(event) for event in events],
            intact=verification.intact,
            faults=list(verification.faults),
            checkpoint=checkpoint.note if checkpoint else None,
        )


@space.route("/checkpoint")
class Checkpoint(Resource):
    @endpoint(space, caller=COMPLIANCE, answer=CheckpointView)
    def get(self, caller: Caller) -> CheckpointView:
        with house().database.reading() as session:
            checkpoint = log.latest_checkpoint(session)
        key = base64.b64encode(house().signer.public_key).decode()
        return CheckpointView(note=checkpoint.note if checkpoint else None, public_key=key)


@space.route("/proofs/<uuid:event_id>")
class Proof(Resource):
    @endpoint(space, caller=COMPLIANCE, answer=ProofView)
    def get(self, caller: Caller, event_id: UUID) -> ProofView:
        with house().database.reading() as session:
            event = session.get(AuditEvent, event_id)
            checkpoint = log.latest_checkpoint(session)
            if event is None or event.position is None or checkpoint is None:
                raise NotFound
            proof = log.inclusion(session, event, checkpoint.size)
        return ProofView(
            position=event.position,
            size=checkpoint.size,
            proof=[node.hex() for node in proof],
            note=checkpoint.note,
        )


def _view(event: AuditEvent) -> EventView:
    return EventView(
        id=event.id,
        at=event.at,
        actor=f"{event.actor_kind}:{event.actor_id}",
        action=event.action,
        subject=event.subject,
        data=event.data,
        position=event.position,
        leaf=event.leaf.hex(),
    )
