"""Signing in: applicants by one-time code, staff by password and TOTP."""

from __future__ import annotations

import json
import sys

from flask_restx import Namespace, Resource
from sqlalchemy.orm import Session

from access import applicants as auth
from app.api import api
from app.api.endpoint import ANYONE, endpoint, house
from app.schemas import AskForCode, Done, Refresh, SignIn, StaffSignIn, TokensView
from kyc.risk.velocity import see_device

space: Namespace = api.namespace("auth", path="/auth", description="applicants sign in")
staff_space: Namespace = api.namespace("staff", path="/staff", description="staff sign in")


@space.route("/codes")
class Codes(Resource):
    @endpoint(space, caller=ANYONE, body=AskForCode, answer=Done, status=202, writes=True)
    def post(self, session: Session, body: AskForCode) -> Done:
        auth.send_code(session, house().desk, body.phone, _deliver)
        return Done()


@space.route("/tokens")
class TokensOfApplicant(Resource):
    @endpoint(space, caller=ANYONE, body=SignIn, answer=TokensView, writes=True)
    def post(self, session: Session, body: SignIn) -> TokensView:
        applicant_id = auth.check_code(session, house().desk, body.phone, body.code)
        if body.device:
            see_device(session, house().desk.vault, applicant_id, body.device)
        return TokensView.model_validate(auth.issue_tokens(session, house().desk, applicant_id))


@space.route("/refresh")
class Refreshed(Resource):
    @endpoint(space, caller=ANYONE, body=Refresh, answer=TokensView, writes=True)
    def post(self, session: Session, body: Refresh) -> TokensView:
        return TokensView.model_validate(auth.rotate(session, house().desk, body.refresh))


@staff_space.route("/tokens")
class TokensOfStaff(Resource):
    @endpoint(staff_space, caller=ANYONE, body=StaffSignIn, answer=TokensView, writes=True)
    def post(self, session: Session, body: StaffSignIn) -> TokensView:
        desk = house().desk
        tokens = auth.sign_in_staff(session, desk, body.name, body.password, body.totp)
        return TokensView.model_validate(tokens)


def _deliver(phone: str, code: str) -> None:
    """The embedded sender: a file where one is set, else the console of whoever runs the server."""
    outbox = house().settings.code_outbox
    line = json.dumps({"phone": phone, "code": code})
    if outbox is None:
        print(f"one-time code: {line}", file=sys.stderr, flush=True)
        return
    with outbox.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
