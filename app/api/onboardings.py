"""Onboardings: start, consent, challenges, evidence, and how it stands."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource
from sqlalchemy.orm import Session

from access.applicants import Caller
from app.api import api
from app.api.endpoint import (
    APPLICANT,
    UploadInvalid,
    endpoint,
    house,
    permitted,
    sent_file,
    upload,
)
from app.presenters import onboarding as views
from app.presenters.events import onboarding_events
from app.schemas import ChallengeView, ChallengeWanted, ConsentGiven, Done, OnboardingView
from kyc.onboarding import submit as use
from privacy import consents

space: Namespace = api.namespace("onboardings", path="/onboardings", description="open an account")

evidence_upload = upload.copy()
evidence_upload.add_argument("challenge_id", location="form", type=str)


@space.route("")
class Onboardings(Resource):
    @endpoint(space, caller=APPLICANT, answer=OnboardingView, status=201, writes=True)
    def post(self, session: Session, caller: Caller) -> OnboardingView:
        onboarding = use.start(session, house().desk, caller.id)
        return views.onboarding(session, house().desk.policy, onboarding)


@space.route("/<uuid:onboarding_id>")
class OneOnboarding(Resource):
    @endpoint(space, caller=APPLICANT, answer=OnboardingView)
    def get(self, caller: Caller, onboarding_id: UUID) -> OnboardingView:
        return views.awaited_onboarding(house(), caller.id, onboarding_id, _wait())


@space.route("/<uuid:onboarding_id>/events")
class Events(Resource):
    def get(self, onboarding_id: UUID) -> Response:
        """Server-sent events; `Last-Event-ID` resumes."""
        seen = request.headers.get("Last-Event-ID", "")
        return onboarding_events(house(), permitted(APPLICANT).id, onboarding_id, seen)


@space.route("/<uuid:onboarding_id>/consents")
class Consents(Resource):
    @endpoint(space, caller=APPLICANT, body=ConsentGiven, answer=Done, status=201, writes=True)
    def post(
        self, session: Session, caller: Caller, body: ConsentGiven, onboarding_id: UUID
    ) -> Done:
        desk = house().desk
        consents.give_consent(session, desk, caller.id, onboarding_id, body.kind, body.version)
        return Done()


@space.route("/<uuid:onboarding_id>/consents/<any(terms,biometric):kind>")
class OneConsent(Resource):
    @endpoint(space, caller=APPLICANT, answer=Done, writes=True)
    def delete(self, session: Session, caller: Caller, onboarding_id: UUID, kind: str) -> Done:
        media = house().desk.media
        consents.withdraw_consent(session, media, caller.id, onboarding_id, kind)
        return Done()


@space.route("/<uuid:onboarding_id>/challenges")
class Challenges(Resource):
    @endpoint(
        space, caller=APPLICANT, body=ChallengeWanted, answer=ChallengeView, status=201, writes=True
    )
    def post(
        self, session: Session, caller: Caller, body: ChallengeWanted, onboarding_id: UUID
    ) -> ChallengeView:
        drawn = use.issue_challenge(session, house().desk, caller.id, onboarding_id, body.kind)
        return ChallengeView.model_validate(drawn)


@space.route(f"/<uuid:onboarding_id>/evidence/<any({','.join(use.EVIDENCE_KINDS)}):kind>")
class EvidenceSlot(Resource):
    @endpoint(space, caller=APPLICANT, form=evidence_upload, answer=OnboardingView, status=202)
    def put(self, caller: Caller, onboarding_id: UUID, kind: str) -> OnboardingView:
        command = use.SubmitEvidence(onboarding_id, kind, sent_file(request), _challenge_id())
        with house().database.transaction() as session:
            evidence = use.submit_evidence(session, house().desk, caller.id, command)
        return views.awaited_evidence(house(), caller.id, evidence.id, _wait())


def _challenge_id() -> UUID | None:
    try:
        given = request.form.get("challenge_id")
        return UUID(given) if given else None
    except ValueError as error:
        raise UploadInvalid from error


def _wait() -> float:
    return views.preferred_wait(house().desk.policy.onboarding.wait_longest_s)
