"""Callers: customer service asks for digits and learns whether the voice is the owner's."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask_restx import Namespace, Resource
from sqlalchemy.orm import Session

from access.applicants import Caller
from app.api import api
from app.api.endpoint import CUSTOMER_SERVICE, endpoint, house, sent_file, upload
from app.presenters import onboarding as views
from app.schemas import CallView
from kyc.verification import voice as use

space: Namespace = api.namespace(
    "calls", path="/accounts/<uuid:account_id>/calls", description="callers verified by voice"
)


@space.route("")
class Calls(Resource):
    @endpoint(space, caller=CUSTOMER_SERVICE, answer=CallView, status=201, writes=True)
    def post(self, session: Session, caller: Caller, account_id: UUID) -> CallView:
        asked = use.ask(session, house().desk, use.by_staff(caller.id), account_id)
        return views.call(asked)


@space.route("/<uuid:call_id>")
class OneCall(Resource):
    @endpoint(space, caller=CUSTOMER_SERVICE, answer=CallView)
    def get(self, caller: Caller, account_id: UUID, call_id: UUID) -> CallView:
        return views.awaited_call(house(), use.by_staff(caller.id), account_id, call_id)


@space.route("/<uuid:call_id>/recording")
class Recording(Resource):
    @endpoint(space, caller=CUSTOMER_SERVICE, form=upload, answer=CallView, status=202)
    def put(self, caller: Caller, account_id: UUID, call_id: UUID) -> CallView:
        return record(use.by_staff(caller.id), account_id, call_id)


def record(asker: use.Asker, account_id: UUID, call_id: UUID) -> CallView:
    """Take the recording that was sent, and wait for how it is judged."""
    content = sent_file(request)
    with house().database.transaction() as session:
        use.submit_call(session, house().desk, asker, account_id, call_id, content)
    return views.awaited_call(house(), asker, account_id, call_id)
