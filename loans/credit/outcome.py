"""A decision is made, kept with all that it rests on, and turned into offers."""

from __future__ import annotations

from datetime import timedelta

from audit.actions import Action
from audit.entries import digest
from core.ids import new_id
from kyc.identity import IDENTITY_ERRORS, Standing
from loans.applicants import hold_person, room_fen, standing_borrower
from loans.credit.decide import CreditFacts, OfferedTerms, Outcome, decide
from loans.credit.limits import StatedTrade
from loans.events import record_application, record_offer
from loans.models import Application, Assessment, CreditDecision, Offer, ScorerRole
from loans.policy import LoanPolicy
from loans.profile.verified_trade import VerifiedTrade
from loans.states import APPLICATION, OFFER, ApplicationState, OfferState
from storage.context import Context


def settle(context: Context, application: Application) -> Outcome | None:
    """Decide an application that was assessed; None where its owner may not borrow any more.

    Raises `sqlalchemy.exc.NoResultFound` where nothing was assessed.
    """
    try:
        identity = standing_borrower(context, application.applicant_id)
    except IDENTITY_ERRORS as error:
        application.reasons = [error.code]
        _move(context, application, ApplicationState.EXPIRED)
        return None
    hold_person(context, identity)
    facts = _facts(context, application, identity)
    outcome = decide(facts, context.rules(LoanPolicy))
    decision = CreditDecision(
        id=new_id(),
        application_id=application.id,
        policy_version=context.policy.version,
        facts=facts.model_dump(mode="json"),
        outcome=outcome.model_dump(mode="json"),
        made_at=context.now(),
    )
    context.session.add(decision)
    application.reasons = list(outcome.reasons)
    application.policy_version = context.policy.version
    _move(context, application, ApplicationState(outcome.judgement), decision)
    for place, terms in enumerate(outcome.offers, 1):
        _offer(context, application, place, terms, facts)
    return outcome


def _move(
    context: Context,
    application: Application,
    state: ApplicationState,
    decision: CreditDecision | None = None,
) -> None:
    APPLICATION.move(application, state)
    application.decided_at = context.now()
    record_application(
        context,
        Action.APPLICATION_DECIDED,
        application,
        state=state,
        reasons=application.reasons,
        policy=application.policy_version,
        facts=digest(decision.facts) if decision else None,
        outcome=digest(decision.outcome) if decision else None,
    )


def _facts(context: Context, application: Application, identity: Standing) -> CreditFacts:
    own = {"application_id": application.id, "role": ScorerRole.DECIDING}
    assessment = context.session.get_one(Assessment, own)
    age = application.features.get("months_in_business", {}).get("value")
    return CreditFacts(
        amount_fen=application.amount_fen,
        tenor_months=application.tenor_months,
        repayment=application.repayment,
        product=application.product,
        day=context.today(),
        months_in_business=age,
        room_fen=room_fen(context, identity),
        stated=StatedTrade.model_validate(application.stated) if application.stated else None,
        pd_12m=assessment.pd_12m or 1.0,
        verified=VerifiedTrade.model_validate(application.verified)
        if application.verified
        else None,
    )


def _offer(
    context: Context,
    application: Application,
    place: int,
    terms: OfferedTerms,
    facts: CreditFacts,
) -> None:
    days = context.rules(LoanPolicy).offer_valid_days
    offer = Offer(
        id=new_id(),
        application_id=application.id,
        place=place,
        **terms.model_dump(),
        paid_out_on=facts.day,
        expires_at=context.now() + timedelta(days=days),
    )
    OFFER.begin(offer, OfferState.OPEN)
    context.session.add(offer)
    made_to, owner = application.onboarding_id, application.applicant_id
    record_offer(context, Action.OFFER_MADE, offer, made_to, owner)
