"""Loans: declare, apply, accept."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Response, request
from flask_restx import Namespace, Resource

from access.permissions import Permission
from app.api.caller import Caller, origin, words
from app.api.endpoint import event_stream, reads, serves, writes
from app.api.headers import LAST_EVENT_ID, PREFER
from app.listening.places import TooManyListeners
from app.listening.streams import ApplicationEvents
from app.listening.waits import Later
from app.presenters.loan import (
    present_application,
    present_declaration,
    present_offer,
    present_products,
    present_purposes,
    present_schedule,
)
from app.schemas.declarations import (
    DeclarationRequest,
    DeclarationResponse,
    ProductsResponse,
    PurposesResponse,
)
from app.schemas.loans import (
    AcceptanceRequest,
    AnswerRequest,
    ApplicationRequest,
    ApplicationResponse,
    OfferResponse,
    ScheduleResponse,
)
from audit.actions import Action
from core.errors import NotFound
from kyc.verification.verify import OwnerUnverified, VerifiedByPerson
from loans.applicants import (
    BORROWER_ERRORS,
    AmountOutsideLimits,
    ExposureExceeded,
    PurposeNotLent,
)
from loans.contracts import ContractNotReady
from loans.credit.answering import (
    AnswerQuestion,
    AnswerUnknown,
    NothingAsked,
    answer_question,
)
from loans.credit.application import (
    ApplicationNotDeclined,
    ApplicationOver,
    Apply,
    apply_for_loan,
    ask_for_person,
    withdraw_application,
)
from loans.credit.limits import StatedTrade
from loans.credit.pause import PAUSE_ERRORS
from loans.declaration.declare import (
    DECLARATION_ERRORS,
    Declare,
    Payee,
    declare,
    products,
    purposes,
)
from loans.offers.acceptance import (
    AcceptOffer,
    OfferSuperseded,
    OfferUnavailable,
    accept_offer,
    offer_schedule,
)
from loans.offers.contract import ContractPart, read_contract
from storage.context import Context

PDF = "application/pdf"


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


def _await_decision(
    caller: Caller, received: ApplicationResponse
) -> ApplicationResponse | Later[ApplicationResponse]:
    """The application once it is decided, where its owner prefers to wait."""
    present = partial(present_application, words=words())
    return caller.waiting().received(received.id, present) or received


class Applications(Resource):
    """Applications for loans."""

    @writes(
        "apply_for_loan",
        Permission.LOAN_MANAGE,
        body=ApplicationRequest,
        answer=ApplicationResponse,
        status=201,
        errors=(
            *(*BORROWER_ERRORS, *PAUSE_ERRORS, NotFound, PurposeNotLent, AmountOutsideLimits),
            ExposureExceeded,
        ),
        headers=(PREFER,),
        follow=_await_decision,
    )
    def post(self, context: Context, body: ApplicationRequest) -> ApplicationResponse:
        """Apply for a loan.

        The application is received; it is decided within seconds. With `Prefer: wait=N` the answer
        comes once it is; or read it later, or follow its events.
        """
        stated = StatedTrade(**body.stated.model_dump()) if body.stated else None
        command = Apply(
            declaration_id=body.declaration_id,
            amount_fen=body.amount_fen,
            tenor_months=body.tenor_months,
            repayment=body.repayment,
            product=body.product,
            stated=stated,
        )
        return present_application(apply_for_loan(context, command), words())


class OneApplication(Resource):
    """One application."""

    @serves(
        "read_application",
        Permission.LOAN_READ,
        answer=ApplicationResponse,
        errors=(NotFound, TooManyListeners),
        headers=(PREFER,),
        noted=Action.OWN_DATA_READ,
    )
    def get(
        self, caller: Caller, application_id: UUID
    ) -> ApplicationResponse | Later[ApplicationResponse]:
        """Read an application with its offers.

        With `Prefer: wait=N` the answer comes once it is decided, or a person looks at it.
        """
        present = partial(present_application, words=words())
        return caller.waiting().application(application_id, present)


class ApplicationStream(Resource):
    """One application as it changes."""

    @serves(
        "stream_application",
        Permission.LOAN_READ,
        answer=Response,
        content="text/event-stream",
        errors=(NotFound, TooManyListeners),
        headers=(LAST_EVENT_ID,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, caller: Caller, application_id: UUID) -> Response:
        """Stream an application as it changes.

        Server-sent events named `application`; each carries the whole answer of
        `GET /applications/{application_id}` as its data. The stream ends after 25 seconds or when
        the application is decided: connect again with `Last-Event-ID`.
        """
        seen = request.headers.get("Last-Event-ID", "")
        events = ApplicationEvents(
            caller.services, caller.actor, origin(), words(), application_id, seen
        )
        return event_stream(events)


class Answer(Resource):
    """The answer to the question of an application."""

    @writes(
        "answer_question",
        Permission.LOAN_MANAGE,
        body=AnswerRequest,
        answer=ApplicationResponse,
        status=201,
        errors=(NotFound, NothingAsked, AnswerUnknown),
    )
    def post(
        self, context: Context, body: AnswerRequest, application_id: UUID
    ) -> ApplicationResponse:
        """Answer the question of an application.

        An application in state `asking` has one, where the declaration and the licence do not quite
        agree. The application then goes on by itself.
        """
        command = AnswerQuestion(application_id, body.answer)
        return present_application(answer_question(context, command), words())


class Withdrawal(Resource):
    """The withdrawal of an application."""

    @writes(
        "withdraw_application",
        Permission.LOAN_MANAGE,
        answer=ApplicationResponse,
        status=201,
        errors=(NotFound, ApplicationOver),
    )
    def post(self, context: Context, application_id: UUID) -> ApplicationResponse:
        """Withdraw an application.

        At any step before its loan is accepted; its offers end with it.
        """
        return present_application(withdraw_application(context, application_id), words())


class HumanReview(Resource):
    """A person's look at an application that was declined."""

    @writes(
        "ask_for_person",
        Permission.LOAN_MANAGE,
        answer=ApplicationResponse,
        status=201,
        errors=(*BORROWER_ERRORS, NotFound, ApplicationNotDeclined),
    )
    def post(self, context: Context, application_id: UUID) -> ApplicationResponse:
        """Ask for a person to look at an application that was declined.

        Once for each application (PIPL art. 24).
        """
        return present_application(ask_for_person(context, application_id), words())


class OneSchedule(Resource):
    """The instalments of an offer."""

    @reads(
        "read_schedule",
        Permission.LOAN_READ,
        answer=ScheduleResponse,
        errors=(NotFound,),
        noted=Action.OWN_DATA_READ,
    )
    def get(self, context: Context, offer_id: UUID) -> ScheduleResponse:
        """Read the instalments of an offer.

        As if it were paid out on the day that it was made.
        """
        return present_schedule(offer_schedule(context, offer_id))


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
            VerifiedByPerson,
            OwnerUnverified,
        ),
    )
    def post(self, context: Context, body: AcceptanceRequest, offer_id: UUID) -> OfferResponse:
        """Accept an offer.

        Verify the owner's voice or face first: `POST /me/verifications` for the purpose `offer`.
        The other offers of the application end; its contract is ready a moment later.
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


class LoanDocument(Resource):
    """The contract of a loan, and its cost sheet."""

    @writes(
        "read_contract",
        Permission.LOAN_READ,
        answer=Response,
        content=PDF,
        errors=(NotFound, ContractNotReady),
    )
    def get(self, context: Context, application_id: UUID, part: str) -> Response:
        """Read the contract of an accepted offer, or its cost sheet, as PDF.

        The audit log has the SHA-256 of both.
        """
        document = read_contract(context, application_id, ContractPart(part))
        return Response(document, mimetype=PDF)


def loans_namespace() -> Namespace:
    """Routes of declarations, applications and offers."""
    namespace = Namespace(
        "Loans", path="/", description="Declare, apply, accept: a loan for the business."
    )
    namespace.add_resource(LoanPurposes, "/purposes")
    namespace.add_resource(Products, "/products")
    namespace.add_resource(Declarations, "/declarations")
    namespace.add_resource(Applications, "/applications")
    one = "/applications/<uuid:application_id>"
    parts = ",".join(ContractPart)
    namespace.add_resource(OneApplication, one)
    namespace.add_resource(ApplicationStream, f"{one}/events")
    namespace.add_resource(Answer, f"{one}/answer")
    namespace.add_resource(Withdrawal, f"{one}/withdrawal")
    namespace.add_resource(HumanReview, f"{one}/human-review")
    namespace.add_resource(LoanDocument, f"{one}/<any({parts}):part>")
    namespace.add_resource(OneSchedule, "/offers/<uuid:offer_id>/schedule")
    namespace.add_resource(Acceptance, "/offers/<uuid:offer_id>/acceptance")
    return namespace
