"""Loans: declare, apply, accept."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.endpoint import reads, writes
from app.presenters.loan import present_application, present_declaration, present_offer
from app.schemas.loans import (
    AcceptanceRequest,
    ApplicationRequest,
    ApplicationResponse,
    DeclarationRequest,
    DeclarationResponse,
    OfferResponse,
)
from audit.actions import Action
from core.errors import NotFound
from kyc.verification.voice import VoiceUnverified
from loans.applicants import BORROWER_ERRORS, ExposureExceeded
from loans.credit.application import (
    AmountOutsideLimits,
    ApplicationsUsed,
    ApplicationUnderWay,
    Apply,
    apply_for_loan,
    own_application,
)
from loans.declaration.declare import (
    DeclarationContradicted,
    DeclarationsUsed,
    Declare,
    PurposeForbidden,
    PurposeUnknown,
    declare,
)
from loans.terms.offer import AcceptOffer, OfferSuperseded, OfferUnavailable, accept_offer
from storage.context import Context


class Declarations(Resource):
    """What owners declare."""

    @writes(
        "declare",
        Permission.LOAN_MANAGE,
        body=DeclarationRequest,
        answer=DeclarationResponse,
        status=201,
        errors=(
            *(*BORROWER_ERRORS, PurposeUnknown, PurposeForbidden, DeclarationContradicted),
            DeclarationsUsed,
        ),
    )
    def post(self, context: Context, body: DeclarationRequest) -> DeclarationResponse:
        """Declare an occupation and a purpose.

        `GET /meta` lists both. Apply with the id of the answer.
        """
        return present_declaration(declare(context, Declare(body.occupation, body.purpose)))


class Applications(Resource):
    """Applications for loans."""

    @writes(
        "apply_for_loan",
        Permission.LOAN_MANAGE,
        body=ApplicationRequest,
        answer=ApplicationResponse,
        status=201,
        errors=(
            *BORROWER_ERRORS,
            NotFound,
            AmountOutsideLimits,
            ApplicationUnderWay,
            ExposureExceeded,
            ApplicationsUsed,
        ),
    )
    def post(self, context: Context, body: ApplicationRequest) -> ApplicationResponse:
        """Apply for a loan.

        The answer is the decision: an offer to accept before `expires_at`, or none.
        """
        command = Apply(body.declaration_id, body.amount_fen, body.tenor_months)
        return present_application(apply_for_loan(context, command))


class OneApplication(Resource):
    """One application."""

    @reads(
        "read_application",
        Permission.LOAN_READ,
        answer=ApplicationResponse,
        errors=(NotFound,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context, application_id: UUID) -> ApplicationResponse:
        """Read an application with its offer."""
        return present_application(own_application(context, application_id))


class Acceptance(Resource):
    """The acceptance of an offer."""

    @writes(
        "accept_offer",
        Permission.LOAN_MANAGE,
        body=AcceptanceRequest,
        answer=OfferResponse,
        status=201,
        errors=(
            *BORROWER_ERRORS,
            NotFound,
            OfferUnavailable,
            OfferSuperseded,
            ExposureExceeded,
            VoiceUnverified,
        ),
    )
    def post(self, context: Context, body: AcceptanceRequest, offer_id: UUID) -> OfferResponse:
        """Accept an offer.

        Verify the owner's voice first: `POST /me/verifications` for the purpose `offer`.
        """
        return present_offer(accept_offer(context, AcceptOffer(offer_id, body.verification_id)))


def loans_namespace() -> Namespace:
    """Routes of declarations, applications and offers."""
    namespace = Namespace(
        "Loans", path="/", description="Declare, apply, accept: a loan for the business."
    )
    namespace.add_resource(Declarations, "/declarations")
    namespace.add_resource(Applications, "/applications")
    namespace.add_resource(OneApplication, "/applications/<uuid:application_id>")
    namespace.add_resource(Acceptance, "/offers/<uuid:offer_id>/acceptance")
    return namespace
