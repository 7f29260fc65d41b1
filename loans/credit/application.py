"""An owner applies: screened, scored, priced."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, NotFound, TooMany
from core.ids import new_id
from core.reasons import Reason
from kyc.identity import VerifiedIdentity
from loans.applicants import AmountOutsideLimits, borrower, made_lately, require_exposure
from loans.credit.scorer import RiskScorer, Score, ScoringRequest
from loans.models import Application, Assessment, Declaration, Offer
from loans.policy import LoanPolicy
from loans.profile.industry import industry_of
from loans.states import APPLICATION, ApplicationState, OfferState
from loans.terms.offer import end_superseded_offers, make_offer, record_offer
from storage.context import Context

DAYS_A_YEAR = 365.25


class ApplicationUnderWay(Conflict):
    """An offer stands, or a loan was accepted."""

    code = "application_under_way"


class ApplicationsUsed(TooMany):
    """No more applications of this account for now."""

    code = "applications_used"
    retry_after_s = 3600


@dataclass(frozen=True)
class Apply:
    """An amount in fen for so many months, for what was declared."""

    declaration_id: UUID
    amount_fen: int
    tenor_months: int


@dataclass(frozen=True)
class DecidedApplication:
    """An application and its offer; None when it is declined."""

    application: Application
    offer: Offer | None


def apply_for_loan(context: Context, command: Apply) -> DecidedApplication:
    """Screen, score and price an application.

    Raises what `loans.applicants.BORROWER_ERRORS` lists, `ApplicationUnderWay`, `NotFound`,
    `AmountOutsideLimits`, `ExposureExceeded`, `ApplicationsUsed`.
    """
    require(context, Permission.LOAN_MANAGE)
    policy, identity = context.rules(LoanPolicy), borrower(context)  # two requests make one
    end_superseded_offers(context)
    if _is_under_way(context):
        raise ApplicationUnderWay
    if made_lately(context, Application) >= policy.max_applications:
        raise ApplicationsUsed
    declaration = context.session.get(Declaration, command.declaration_id)
    if declaration is None or declaration.applicant_id != context.actor.uuid:
        raise NotFound
    _require_within_limits(command, policy)
    request = scoring_request(identity, command, policy, context)
    score = context.resource(RiskScorer).score(request)
    if score.approved:
        require_exposure(context, identity, command.amount_fen)
    return _decide(context, identity, command, score)


def own_application(context: Context, application_id: UUID) -> DecidedApplication:
    """The actor's own application with its offer. Raises `NotFound`."""
    require(context, Permission.LOAN_READ)
    application = context.session.get(Application, application_id)
    if application is None or application.applicant_id != context.actor.uuid:
        raise NotFound
    offer = sa.select(Offer).where(Offer.application_id == application.id)
    return DecidedApplication(application, context.session.scalar(offer))


def applications_of(context: Context, applicant_id: UUID, count: int) -> list[DecidedApplication]:
    """The newest applications of an account with their offers, for customer service."""
    require(context, Permission.ACCOUNT_READ)
    newest = (
        sa.select(Application, Offer)
        .outerjoin(Offer, Offer.application_id == Application.id)
        .where(Application.applicant_id == applicant_id)
        .order_by(Application.made_at.desc())
        .limit(count)
    )
    return [DecidedApplication(*row) for row in context.session.execute(newest)]


def scoring_request(
    identity: VerifiedIdentity, command: Apply, policy: LoanPolicy, context: Context
) -> ScoringRequest:
    """What the scorer is given; a founding date that was not read counts as today."""
    days = (context.today() - identity.founded).days if identity.founded else 0
    types = policy.limited_company_types
    return ScoringRequest(
        years_in_business=days / DAYS_A_YEAR,
        limited_company=any(words in identity.business_type for words in types),
        industry=industry_of(identity.business_name, identity.scope, policy.industries),
        amount_fen=command.amount_fen,
        tenor_months=command.tenor_months,
    )


def _require_within_limits(command: Apply, policy: LoanPolicy) -> None:
    within = policy.min_fen <= command.amount_fen <= policy.max_fen
    if not within or command.tenor_months not in policy.tenors:
        raise AmountOutsideLimits


def _is_under_way(context: Context) -> bool:
    """Whether a loan was accepted or an offer stands: nobody borrows twice on one assessment."""
    stands = sa.or_(
        Offer.state == OfferState.ACCEPTED,
        sa.and_(Offer.state == OfferState.OPEN, Offer.expires_at > context.now()),
    )
    query = sa.select(Offer.id).join(Application, Application.id == Offer.application_id)
    own = query.where(Application.applicant_id == context.actor.uuid, stands)
    return context.session.scalar(own.limit(1)) is not None


def _decide(
    context: Context, identity: VerifiedIdentity, command: Apply, score: Score
) -> DecidedApplication:
    reasons = [] if score.approved else [Reason.RISK_TOO_HIGH]
    application = Application(
        id=new_id(),
        applicant_id=identity.applicant_id,
        declaration_id=command.declaration_id,
        onboarding_id=identity.onboarding_id,
        amount_fen=command.amount_fen,
        tenor_months=command.tenor_months,
        reasons=list(reasons),
        policy_version=context.policy.version,
        made_at=context.now(),
    )
    state = ApplicationState.DECLINED if reasons else ApplicationState.OFFERED
    APPLICATION.begin(application, state)
    assessment = Assessment(
        application_id=application.id,
        scorer=score.scorer,
        score=score.points,
        approved=score.approved,
    )
    offer = None if reasons else make_offer(context, application, score)
    context.session.add(application)
    context.session.flush()
    context.session.add_all([assessment, *([offer] if offer else [])])
    record(
        context,
        Action.APPLICATION_DECIDED,
        application.id,
        onboarding_id=identity.onboarding_id,
        loan_id=application.id,
        state=application.state,
        reasons=reasons,
        policy=context.policy.version,
    )
    if offer is not None:
        record_offer(context, Action.OFFER_MADE, offer, identity.onboarding_id)
    return DecidedApplication(application, offer)
