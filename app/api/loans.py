"""Loans: declare, apply, accept."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource
from sqlalchemy.orm import Session

from access.applicants import Caller
from app.api import api
from app.api.endpoint import APPLICANT, endpoint, house
from app.schemas import (
    ApplicationView,
    DeclarationMade,
    DeclarationView,
    LoanWanted,
    OfferTaken,
    OfferView,
)
from loans.credit import application as lending
from loans.models import Application, Offer

space: Namespace = api.namespace("loans", path="/", description="borrow for the business")


@space.route("/declarations")
class Declarations(Resource):
    @endpoint(
        space,
        caller=APPLICANT,
        body=DeclarationMade,
        answer=DeclarationView,
        status=201,
        writes=True,
    )
    def post(self, session: Session, caller: Caller, body: DeclarationMade) -> DeclarationView:
        command = lending.Declare(body.occupation, body.purpose)
        made = lending.declare(session, house().desk, caller.id, command)
        return DeclarationView.model_validate(made)


@space.route("/applications")
class Applications(Resource):
    @endpoint(
        space, caller=APPLICANT, body=LoanWanted, answer=ApplicationView, status=201, writes=True
    )
    def post(self, session: Session, caller: Caller, body: LoanWanted) -> ApplicationView:
        command = lending.Apply(body.declaration_id, body.amount_fen, body.tenor_months)
        desk, scorer = house().desk, house().scorer
        return _view(*lending.apply_for_loan(session, desk, scorer, caller.id, command))


@space.route("/applications/<uuid:application_id>")
class OneApplication(Resource):
    @endpoint(space, caller=APPLICANT, answer=ApplicationView)
    def get(self, caller: Caller, application_id: UUID) -> ApplicationView:
        with house().database.reading() as session:
            return _view(*lending.own_application(session, caller.id, application_id))


@space.route("/offers/<uuid:offer_id>/acceptance")
class Acceptance(Resource):
    @endpoint(space, caller=APPLICANT, body=OfferTaken, answer=OfferView, status=201, writes=True)
    def post(self, session: Session, caller: Caller, body: OfferTaken, offer_id: UUID) -> OfferView:
        desk, claim = house().desk, body.verification_id
        taken = lending.accept_offer(session, desk, caller.id, offer_id, claim)
        return OfferView.model_validate(taken)


def _view(application: Application, offer: Offer | None) -> ApplicationView:
    return ApplicationView(
        id=application.id,
        state=application.state,
        amount_fen=application.amount_fen,
        tenor_months=application.tenor_months,
        offer=OfferView.model_validate(offer) if offer else None,
    )
