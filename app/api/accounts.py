"""Customer service looks accounts up: masked values, every look an audit event."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import request
from flask_restx import Namespace, Resource
from kyc.services import Desk
from sqlalchemy.orm import Session
from storage.failures import Invalid

from access.applicants import Caller, phone_binding
from app.api import api
from app.api.endpoint import CUSTOMER_SERVICE, endpoint, house
from app.schemas import AccountsView, AccountView
from audit import writer as log
from kyc.onboarding.models import Applicant, Onboarding

space: Namespace = api.namespace("accounts", path="/accounts", description="customer service")

MOST_ACCOUNTS = 20


class SearchTooWide(Invalid):
    code = "search_too_wide"
    detail = "请输入手机号或姓名。Search by phone number or by name."


@space.route("")
@space.param("phone", "whole mobile number")
@space.param("name", "whole name")
class Accounts(Resource):
    @endpoint(space, caller=CUSTOMER_SERVICE, answer=AccountsView, writes=True)
    def get(self, session: Session, caller: Caller) -> AccountsView:
        found = _search(session, house().desk, request.args)
        actor = log.Actor("staff", str(caller.id))
        log.record(session, actor, "accounts.searched", caller.id, found=len(found))
        for applicant in found:
            log.record(session, actor, "account.looked_up", applicant.id)
        return AccountsView(accounts=[_view(session, house().desk, a) for a in found])


def _search(session: Session, desk: Desk, wanted: Any) -> list[Applicant]:
    query = sa.select(Applicant).limit(MOST_ACCOUNTS)
    if phone := wanted.get("phone"):
        query = query.where(Applicant.phone_blind == desk.vault.blind("phone", phone))
    elif name := wanted.get("name"):
        query = query.where(Applicant.name_blind == desk.vault.blind("name", name))
    else:
        raise SearchTooWide
    return list(session.scalars(query))


def _view(session: Session, desk: Desk, applicant: Applicant) -> AccountView:
    phone = desk.open(applicant, applicant.phone, phone_binding(applicant.id)).decode()
    name = None
    if applicant.name is not None:
        name = desk.open(applicant, applicant.name, f"applicants.name:{applicant.id}").decode()
    latest = sa.select(Onboarding.decision).where(Onboarding.applicant_id == applicant.id)
    decision = session.scalar(latest.order_by(Onboarding.started_at.desc()).limit(1))
    return AccountView(
        id=applicant.id,
        phone=f"{phone[:3]}****{phone[-4:]}",
        name=name and name[0] + "*" * (len(name) - 1),
        decision=decision,
    )
