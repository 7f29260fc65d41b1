"""Loans: declare, apply, accept."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.caller import words
from app.api.endpoint import reads, writes
from app.presenters.loan import (
    present_application,
    present_declaration,
    present_offer,
    present_products,
    present_purposes,
)
from app.schemas.loans import (
    AcceptanceRequest,
    ApplicationRequest,
    ApplicationResponse,
    DeclarationRequest,
    DeclarationResponse,
    OfferResponse,
    ProductsResponse,
    PurposesResponse,
)
from audit.actions import Action
from core.errors import NotFound
from kyc.verification.voice import VoiceUnverified
from loans.applicants import BORROWER_ERRORS, AmountOutsideLimits, ExposureExceeded
from loans.credit.application import (
    ApplicationsUsed,
    ApplicationUnderWay,
    Apply,
    apply_for_loan,
    own_application,
)
from loans.declaration.declare import (
    DECLARATION_ERRORS,
    Declare,
    Payee,
    declare,
    products,
    purposes,
)
from loans.terms.offer import AcceptOffer, OfferSuperseded, OfferUnavailable, accept_offer
from storage.context import Context


class LoanPurposes(Resource):
    """What a loan may be for."""

    @reads("list_purposes", Permission.LOAN_READ, answer=PurposesResponse)
    def get(self, context: Context) -> PurposesResponse:
        """List what a loan may be for, and read the promise on its use.

        Show the promise before the owner declares; `POST /declarations` names its version and hash.
        """
        return present_purposes(purposes(context), words())


class Products(Resource):
    """What is lent."""

    @reads("list_products", Permission.LOAN_READ, answer=ProductsResponse)
    def get(self, context: Context) -> ProductsResponse:
        """List what is lent: for which purposes, in which amounts, for how long."""
        return present_products(products(context), words())


class Declarations(Resource):
    """What owners declare."""

    @writes(
        "declare",
        Permission.LOAN_MANAGE,
        body=DeclarationRequest,
        answer=DeclarationResponse,
        status=201,
        errors=DECLARATION_ERRORS,
    )
    def post(self, context: Context, body: DeclarationRequest) -> DeclarationResponse:
        """Declare occupation, role, industry and purpose, and promise the use of the loan.

        `GET /meta` and `GET /purposes` list the codes. Apply with the id of the answer.
        """
        return present_declaration(declare(context, _declared(body)))


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


def _declared(body: DeclarationRequest) -> Declare:
    return Declare(
        occupation=body.occupation,
        role=body.role,
        industry=body.industry,
        purpose=body.purpose,
        purpose_text=body.purpose_text,
        amount_fen=body.amount_fen,
        tenor_months=body.tenor_months,
        payees=tuple(Payee(one.name, one.account) for one in body.payees),
        promise_version=body.promise.version,
        promise_sha256=body.promise.sha256,
    )


def loans_namespace() -> Namespace:
    """Routes of declarations, applications and offers."""
    namespace = Namespace(
        "Loans", path="/", description="Declare, apply, accept: a loan for the business."
    )
    namespace.add_resource(LoanPurposes, "/purposes")
    namespace.add_resource(Products, "/products")
    namespace.add_resource(Declarations, "/declarations")
    namespace.add_resource(Applications, "/applications")
    namespace.add_resource(OneApplication, "/applications/<uuid:application_id>")
    namespace.add_resource(Acceptance, "/offers/<uuid:offer_id>/acceptance")
    return namespace
