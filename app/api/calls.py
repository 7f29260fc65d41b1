"""Callers: customer service asks for digits and learns whether the voice is the owner's."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask_restx import Namespace, Resource
from sqlalchemy.orm import Session

from app import views
from app.api import api
from app.api.endpoint import CUSTOMER_SERVICE, endpoint, house, sent_file, upload
from app.auth import Caller
from app.schemas import CallView
from kyc import calls as use
from kyc.tables import Call

space: Namespace = api.namespace(
    "calls", path="/accounts/<uuid:account_id>/calls", description="callers verified by voice"
)


@space.route("")
class Calls(Resource):
    @endpoint(space, caller=CUSTOMER_SERVICE, answer=CallView, status=201, writes=True)
    def post(self, session: Session, caller: Caller, account_id: UUID) -> CallView:
        return _view(use.ask_caller(session, house().desk, caller.id, account_id))


@space.route("/<uuid:call_id>")
class OneCall(Resource):
    @endpoint(space, caller=CUSTOMER_SERVICE, answer=CallView)
    def get(self, caller: Caller, account_id: UUID, call_id: UUID) -> CallView:
        return _awaited(caller, account_id, call_id)


@space.route("/<uuid:call_id>/recording")
class Recording(Resource):
    @endpoint(space, caller=CUSTOMER_SERVICE, form=upload, answer=CallView, status=202)
    def put(self, caller: Caller, account_id: UUID, call_id: UUID) -> CallView:
        content = sent_file(request)
        with house().database.transaction() as session:
            use.submit_call(session, house().desk, caller.id, account_id, call_id, content)
        return _awaited(caller, account_id, call_id)


def _awaited(caller: Caller, account_id: UUID, call_id: UUID) -> CallView:
    """The call once it is judged, or as it stands after what `Prefer: wait` allows."""
    longest = house().desk.policy.onboarding.wait_longest_s
    for last in views.looks(views.preferred_wait(longest)):
        with house().database.reading() as session:
            call = use.own_call(session, caller.id, account_id, call_id)
            if last or call.state != "analysing":
                break
    return _view(call)


def _view(call: Call) -> CallView:
    return CallView(
        id=call.id,
        digits=call.digits,
        state=call.state,
        advice=views.advice(call.reasons or []),
        expires_at=call.expires_at,
    )
