"""Offers: made for an application, accepted by the owner's voice, or expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.money import Fen
from kyc.identity import approved_onboarding
from kyc.verification.states import VerificationPurpose
from kyc.verification.voice import consume_verification
from loans.applicants import borrower
from loans.credit.scorer import Score
from loans.models import Application, Offer
from loans.policy import LoanPolicy
from loans.states import APPLICATION, OFFER, ApplicationState, OfferState
from loans.terms.price import annual_rate_bp, instalment_fen
from storage.context import Context

EXPIRED_AT_ONCE = 100  # a transaction; the next one takes the rest


class OfferUnavailable(Conflict):
    """The offer has expired or was accepted."""

    code = "offer_unavailable"


@dataclass(frozen=True)
class AcceptOffer:
    """An offer, and the owner's verified voice."""

    offer_id: UUID
    verification_id: UUID | None


def make_offer(context: Context, application: Application, score: Score) -> Offer:
    """The terms for an application's score."""
    policy = context.rules(LoanPolicy)
    rate = annual_rate_bp(score.points, policy.price)
    amount, months = Fen(application.amount_fen), application.tenor_months
    offer = Offer(
        id=new_id(),
        application_id=application.id,
        principal_fen=amount,
        tenor_months=months,
        annual_rate_bp=rate,
        instalment_fen=instalment_fen(amount, rate, months),
        expires_at=context.now() + timedelta(days=policy.offer_valid_days),
    )
    OFFER.begin(offer, OfferState.OPEN)
    return offer


def accept_offer(context: Context, command: AcceptOffer) -> Offer:
    """Accept an offer, confirmed by the owner's voice: a stolen phone takes no money.

    Raises `NotFound`, `OfferUnavailable`, `VoiceUnverified`, `IdentityNotVerified`.
    """
    require(context, Permission.LOAN_MANAGE)
    offer = context.session.get(Offer, command.offer_id, with_for_update=True)
    if offer is None:
        raise NotFound
    application = context.session.get_one(Application, offer.application_id)
    if application.applicant_id != context.actor.uuid:
        raise NotFound
    if offer.state != OfferState.OPEN or offer.expires_at <= context.now():
        raise OfferUnavailable
    identity = borrower(context)
    consume_verification(context, command.verification_id, VerificationPurpose.OFFER)
    OFFER.move(offer, OfferState.ACCEPTED)
    APPLICATION.move(application, ApplicationState.ACCEPTED)
    offer.accepted_at = context.now()
    record_offer(context, Action.OFFER_ACCEPTED, offer, identity.onboarding_id)
    return offer


def record_offer(
    context: Context,
    action: Action,
    offer: Offer,
    onboarding_id: UUID | None,
    applicant_id: UUID | None = None,
) -> None:
    """An event of an offer, with its terms; the actor's own unless another applicant is given."""
    record(
        context,
        action,
        offer.id,
        onboarding_id=onboarding_id,
        applicant_id=applicant_id,
        loan_id=offer.application_id,
        principal_fen=offer.principal_fen,
        tenor_months=offer.tenor_months,
        annual_rate_bp=offer.annual_rate_bp,
        instalment_fen=offer.instalment_fen,
    )


def has_expired_offers(context: Context) -> bool:
    """Whether `expire_offers` would end any."""
    return context.session.execute(_over(context).limit(1)).first() is not None


def expire_offers(context: Context) -> int:
    """End offers whose time is over, with their applications; returns how many."""
    over = _over(context).limit(EXPIRED_AT_ONCE)
    rows = context.session.execute(over.with_for_update(skip_locked=True)).all()
    for offer, application in rows:
        OFFER.move(offer, OfferState.EXPIRED)
        if APPLICATION.may_move(application, ApplicationState.EXPIRED):
            APPLICATION.move(application, ApplicationState.EXPIRED)
        onboarding = approved_onboarding(context, application.applicant_id)
        record_offer(context, Action.OFFER_EXPIRED, offer, onboarding, application.applicant_id)
    return len(rows)


def _over(context: Context) -> sa.Select[Offer, Application]:
    return (
        sa.select(Offer, Application)
        .join(Application, Application.id == Offer.application_id)
        .where(Offer.state == OfferState.OPEN, Offer.expires_at <= context.now())
    )
