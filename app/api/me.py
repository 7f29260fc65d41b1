"""The owner's own account: their voice confirms what a stolen phone must not do."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource
from sqlalchemy.orm import Session

from access import applicants as auth
from access.applicants import Caller
from app.api import api
from app.api.endpoint import APPLICANT, endpoint, house, upload
from app.api.voice_verifications import record
from app.presenters import onboarding as views
from app.schemas import CallView, PhoneChanged, TokensView, VerificationWanted
from kyc.verification import voice as calls

space: Namespace = api.namespace("me", path="/me", description="the owner's own account")


@space.route("/verifications")
class Verifications(Resource):
    @endpoint(
        space, caller=APPLICANT, body=VerificationWanted, answer=CallView, status=201, writes=True
    )
    def post(self, session: Session, caller: Caller, body: VerificationWanted) -> CallView:
        owner, desk = calls.by_owner(caller.id), house().desk
        return views.call(calls.ask(session, desk, owner, caller.id, body.purpose))


@space.route("/verifications/<uuid:verification_id>")
class OneVerification(Resource):
    @endpoint(space, caller=APPLICANT, answer=CallView)
    def get(self, caller: Caller, verification_id: UUID) -> CallView:
        owner = calls.by_owner(caller.id)
        return views.awaited_call(house(), owner, caller.id, verification_id)


@space.route("/verifications/<uuid:verification_id>/recording")
class Recording(Resource):
    @endpoint(space, caller=APPLICANT, form=upload, answer=CallView, status=202)
    def put(self, caller: Caller, verification_id: UUID) -> CallView:
        return record(calls.by_owner(caller.id), caller.id, verification_id)


@space.route("/phone")
class PhoneOfOwner(Resource):
    @endpoint(space, caller=APPLICANT, body=PhoneChanged, answer=TokensView, writes=True)
    def put(self, session: Session, caller: Caller, body: PhoneChanged) -> TokensView:
        """Every other device is signed out; ask for the code as for signing in."""
        desk = house().desk
        auth.change_phone(session, desk, caller.id, body.phone, body.code, body.verification_id)
        return TokensView.model_validate(auth.issue_tokens(session, desk, caller.id))
