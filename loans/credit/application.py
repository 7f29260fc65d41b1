"""An owner applies, looks, withdraws, or asks for a person to look again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.reasons import Reason
from loans.applicants import (
    FEN_A_YUAN,
    AmountOutsideLimits,
    ExposureExceeded,
    PurposeNotLent,
    borrower,
    hold_person,
    room_fen,
)
from loans.credit.asking import question_of
from loans.credit.decide import Outcome
from loans.credit.features import known_features, recorded, with_amount
from loans.credit.limits import StatedTrade
from loans.credit.pause import require_turn
from loans.credit.steps import ADVANCE_APPLICATION
from loans.declaration.questions import Question
from loans.events import record_application, record_offer
from loans.known.show import credit_features, known_sources, verified_trade
from loans.models import Application, Assessment, CreditDecision, Declaration, Offer, ScorerRole
from loans.offers.expiry import end_own_offers
from loans.policy import LoanPolicy
from loans.states import APPLICATION, MOVING, OFFER, ApplicationState, OfferState
from loans.terms.product import Product, ProductCode, product_for, product_of
from loans.terms.schedule import Repayment
from storage.context import Context
from storage.queue import enqueue, withdraw


class ApplicationNotDeclined(Conflict):
    """The application is not declined, or a person looked at it already."""

    code = "application_not_declined"


class ApplicationOver(Conflict):
    """The application has ended, or its loan was accepted."""

    code = "application_over"


@dataclass(frozen=True)
class Apply:
    """An amount in fen for so many months, for what was declared; a month's trade if it is told.

    Of a credit line the amount is its limit, and the tenor the longest that a draw may have.
    """

    declaration_id: UUID
    amount_fen: int
    tenor_months: int
    repayment: Repayment | None = None  # as the product proposes
    product: ProductCode | None = None  # the one that its purpose is lent under without a choice
    stated: StatedTrade | None = None


@dataclass(frozen=True)
class OpenQuestion:
    """What an owner is asked, and which answers there are, until `expires_at`."""

    question: Question
    answers: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True)
class ApplicationView:
    """An application with its offers, the nearest to what was asked first.

    `scorer_reasons` say what cost most points with the scorer, where its answer declined it;
    `question` is what its owner is asked.
    """

    application: Application
    offers: tuple[Offer, ...]
    outcome: Outcome | None = None  # of the newest decision
    scorer_reasons: tuple[str, ...] = ()
    question: OpenQuestion | None = None

    @property
    def offer(self) -> Offer | None:
        """The one that is nearest to what was asked."""
        return self.offers[0] if self.offers else None

    @property
    def is_moving(self) -> bool:
        """Whether it will be decided soon, by no person."""
        return self.application.state in MOVING


def apply_for_loan(context: Context, command: Apply) -> ApplicationView:
    """Receive an application; jobs decide it.

    Raises what `loans.applicants.BORROWER_ERRORS` and `loans.credit.pause.PAUSE_ERRORS` list,
    `NotFound`, `PurposeNotLent`, `AmountOutsideLimits`, `ExposureExceeded`.
    """
    require(context, Permission.LOAN_MANAGE)
    policy, identity = context.rules(LoanPolicy), borrower(context)
    end_own_offers(context)
    hold_person(context, identity)  # two requests, of two accounts of a person too, make one
    declaration = context.session.get(Declaration, command.declaration_id)
    if declaration is None or declaration.applicant_id != context.actor.uuid:
        raise NotFound
    known = {
        **credit_features(context, identity.applicant_id),
        **known_features(
            identity.business_type, identity.founded, declaration.section, context.today()
        ),
    }
    verified = verified_trade(context, identity.applicant_id)
    sources = known_sources(context, identity.applicant_id)
    require_turn(context, identity, known, sources)
    product = _product(declaration.purpose, command.product, policy)
    _require_within_limits(command, product)
    if room_fen(context, identity) < product.min_fen:
        raise ExposureExceeded(max_yuan=policy.max_fen // FEN_A_YUAN)
    application = Application(
        id=new_id(),
        applicant_id=identity.applicant_id,
        declaration_id=declaration.id,
        onboarding_id=identity.onboarding_id,
        product=product.code,
        amount_fen=command.amount_fen,
        tenor_months=command.tenor_months,
        repayment=command.repayment or product.ways[0],
        stated=command.stated.model_dump() if command.stated else {},
        features=recorded(with_amount(known, command.amount_fen)),
        sources=sorted(sources),
        verified=None if verified is None else verified.model_dump(),
        reasons=[],
        policy_version=context.policy.version,
        made_at=context.now(),
    )
    APPLICATION.begin(application, ApplicationState.RECEIVED)
    context.session.add(application)
    enqueue(context, ADVANCE_APPLICATION, application.id)
    asked = {"amount_fen": command.amount_fen, "tenor_months": command.tenor_months}
    record_application(
        context, Action.APPLICATION_RECEIVED, application, product=product.code, **asked
    )
    return ApplicationView(application, ())


def own_application(context: Context, application_id: UUID) -> ApplicationView:
    """The actor's own application with its offers. Raises `NotFound`."""
    require(context, Permission.LOAN_READ)
    application = _own(context, application_id)
    return _view(context, application)


def applications_of(context: Context, applicant_id: UUID, count: int) -> list[ApplicationView]:
    """The newest applications of an account with their offers, for customer service."""
    require(context, Permission.ACCOUNT_READ)
    newest = sa.select(Application).where(Application.applicant_id == applicant_id)
    ordered = newest.order_by(Application.made_at.desc()).limit(count)
    return [_view(context, application) for application in context.session.scalars(ordered)]


def withdraw_application(context: Context, application_id: UUID) -> ApplicationView:
    """Take an application back, at any step before a loan was accepted; its offers end.

    Raises `NotFound`, `ApplicationOver`.
    """
    require(context, Permission.LOAN_MANAGE)
    application = locked_application(context, application_id)
    if application.state is ApplicationState.WITHDRAWN:
        return own_application(context, application_id)
    if not APPLICATION.may_move(application, ApplicationState.WITHDRAWN):
        raise ApplicationOver
    APPLICATION.move(application, ApplicationState.WITHDRAWN)
    withdraw(context, ADVANCE_APPLICATION, application.id)
    record_application(context, Action.APPLICATION_WITHDRAWN, application)
    open_ones = sa.select(Offer).where(
        Offer.application_id == application.id, Offer.state == OfferState.OPEN
    )
    for offer in context.session.scalars(open_ones.with_for_update()):
        OFFER.move(offer, OfferState.EXPIRED)
        record_offer(context, Action.OFFER_EXPIRED, offer, application.onboarding_id)
    return own_application(context, application_id)


def ask_for_person(context: Context, application_id: UUID) -> ApplicationView:
    """Have a person look at an application that was declined, once (PIPL art. 24).

    Raises `NotFound`, `ApplicationNotDeclined`, and what `loans.applicants.BORROWER_ERRORS` lists.
    """
    require(context, Permission.LOAN_MANAGE)
    borrower(context)
    application = locked_application(context, application_id)
    declined = application.state is ApplicationState.DECLINED
    if not declined or application.review_asked_at is not None:
        raise ApplicationNotDeclined
    APPLICATION.move(application, ApplicationState.REVIEW)
    application.review_asked_at = context.now()
    record_application(context, Action.APPLICATION_REVIEW_ASKED, application)
    return own_application(context, application_id)


def decided(context: Context, application_ids: Collection[UUID]) -> Mapping[UUID, bool]:
    """Of each application, whether its owner has nothing to wait for.

    For those who wait for what `own_application` showed them to be theirs.
    """
    states = states_of_applications(context, application_ids)
    return {name: state not in MOVING for name, state in states.items()}


def states_of_applications(
    context: Context, application_ids: Collection[UUID]
) -> Mapping[UUID, str]:
    """The state of each application, for those who wait for what is theirs."""
    query = sa.select(Application.id, Application.state).where(Application.id.in_(application_ids))
    return {name: str(state) for name, state in context.session.execute(query)}


def _view(context: Context, application: Application) -> ApplicationView:
    offers = sa.select(Offer).where(Offer.application_id == application.id)
    newest = (
        sa.select(CreditDecision.outcome)
        .where(CreditDecision.application_id == application.id)
        .order_by(CreditDecision.id.desc())
        .limit(1)
    )
    outcome = context.session.scalar(newest)
    return ApplicationView(
        application,
        tuple(context.session.scalars(offers.order_by(Offer.expires_at, Offer.place))),
        None if outcome is None else Outcome.model_validate(outcome),
        _scorer_reasons(context, application),
        _question(context, application),
    )


def _scorer_reasons(context: Context, application: Application) -> tuple[str, ...]:
    if Reason.RISK_TOO_HIGH not in application.reasons:
        return ()
    own = {"application_id": application.id, "role": ScorerRole.DECIDING}
    assessment = context.session.get(Assessment, own)
    return () if assessment is None else tuple(assessment.reasons)


def _question(context: Context, application: Application) -> OpenQuestion | None:
    if application.state is not ApplicationState.ASKING:
        return None
    asked = question_of(context, application.id)
    if asked is None:
        return None
    answers = context.rules(LoanPolicy).questions.answers.get(asked.question, {})
    return OpenQuestion(asked.question, tuple(answers), asked.expires_at)


def locked_application(context: Context, application_id: UUID) -> Application:
    """The actor's own application, held with its owner for the transaction. Raises `NotFound`."""
    context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    return _own(context, application_id, locked=True)


def _own(context: Context, application_id: UUID, *, locked: bool = False) -> Application:
    application = context.session.get(Application, application_id, with_for_update=locked)
    if application is None or application.applicant_id != context.actor.uuid:
        raise NotFound
    return application


def _product(purpose: str, wanted: ProductCode | None, policy: LoanPolicy) -> Product:
    """The product that is wanted, or else the usual one of a purpose. Raises `PurposeNotLent`."""
    if wanted is None:
        product = product_for(purpose, policy.products)
    else:
        product = product_of(wanted, policy.products)
    if product is None or purpose not in product.purposes:
        raise PurposeNotLent
    if product.code is ProductCode.CREDIT_LINE and policy.line is None:
        raise PurposeNotLent
    return product


def _require_within_limits(command: Apply, product: Product) -> None:
    within = product.min_fen <= command.amount_fen <= product.max_fen
    way = command.repayment is None or command.repayment in product.ways
    if not within or not way or command.tenor_months not in product.tenors:
        raise AmountOutsideLimits(
            min_yuan=product.min_fen // FEN_A_YUAN,
            max_yuan=product.max_fen // FEN_A_YUAN,
            tenors=", ".join(map(str, product.tenors)),
        )
