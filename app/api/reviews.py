"""Reviewers: the queue, one case at a time, its evidence with measures, and verdicts."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from flask import Response
from flask_restx import Namespace, Resource
from sqlalchemy.orm import Session

from access.applicants import Caller
from app.api import api
from app.api.endpoint import REVIEWERS, endpoint, house, permitted
from app.schemas import (
    CaseRow,
    CaseView,
    CheckView,
    Done,
    EvidenceView,
    QueueView,
    VerdictGiven,
    VerdictView,
)
from kyc.onboarding.models import Check, Evidence, Onboarding, Verdict
from kyc.review import verdicts as use
from storage.database import utc_now

space: Namespace = api.namespace("reviews", path="/reviews", description="cases for a person")


@space.route("")
class Queue(Resource):
    @endpoint(space, caller=REVIEWERS, answer=QueueView)
    def get(self, caller: Caller) -> QueueView:
        with house().database.reading() as session:
            return QueueView(cases=[_row(case) for case in use.queue(session)])


@space.route("/<uuid:onboarding_id>/claim")
class Claim(Resource):
    @endpoint(space, caller=REVIEWERS, answer=CaseView, status=201, writes=True)
    def post(self, session: Session, caller: Caller, onboarding_id: UUID) -> CaseView:
        return _case(session, use.claim(session, house().desk, caller.id, onboarding_id))

    @endpoint(space, caller=REVIEWERS, answer=Done, writes=True)
    def delete(self, session: Session, caller: Caller, onboarding_id: UUID) -> Done:
        use.release(session, caller.id, onboarding_id)
        return Done()


@space.route("/<uuid:onboarding_id>/evidence/<uuid:evidence_id>")
class Media(Resource):
    def get(self, onboarding_id: UUID, evidence_id: UUID) -> Response:
        caller = permitted(REVIEWERS)
        with house().database.transaction() as session:
            content = use.open_evidence(
                session, house().desk, caller.id, onboarding_id, evidence_id
            )
        # Somebody else's bytes: shown by nobody, kept nowhere, taken for nothing but bytes.
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, mimetype="application/octet-stream", headers=headers)


@space.route("/<uuid:onboarding_id>/verdicts")
class Verdicts(Resource):
    @endpoint(
        space, caller=REVIEWERS, body=VerdictGiven, answer=VerdictView, status=201, writes=True
    )
    def post(
        self, session: Session, caller: Caller, body: VerdictGiven, onboarding_id: UUID
    ) -> VerdictView:
        command = use.Judge(onboarding_id, body.judgement, body.note)
        case = use.judge(session, house().desk, caller.id, command)
        return VerdictView(decision=case.decision or "", settled=case.reviewed_at is not None)


def _row(case: Onboarding) -> CaseRow:
    waited = utc_now() - (case.decided_at or case.started_at)
    taken = case.claimed_until is not None and case.claimed_until > utc_now()
    return CaseRow(
        id=case.id, reasons=case.reasons, waited_s=round(waited.total_seconds()), taken=taken
    )


def _case(session: Session, case: Onboarding) -> CaseView:
    checks = session.scalars(sa.select(Check).where(Check.onboarding_id == case.id))
    sent = sa.select(Evidence).where(
        Evidence.onboarding_id == case.id, Evidence.state != "superseded"
    )
    verdicts = session.scalars(sa.select(Verdict).where(Verdict.onboarding_id == case.id))
    return CaseView(
        id=case.id,
        reasons=case.reasons,
        claimed_until=case.claimed_until,
        evidence=[EvidenceView(id=e.id, kind=e.kind, state=e.state) for e in session.scalars(sent)],
        checks=[CheckView.model_validate(check) for check in checks],
        judgements=[verdict.judgement for verdict in verdicts],
    )
