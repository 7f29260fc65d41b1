"""Offers: made for an application, accepted by the owner's voice, or expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.money import Fen
from kyc.identity import is_superseded
from kyc.verification.states import VerificationPurpose
from kyc.verification.voice import consume_verification
from loans.applicants import borrower, require_exposure
from loans.credit.scorer import Score
from loans.lists.screening import require_unlisted
from loans.models import Application, Offer
from loans.policy import LoanPolicy
from loans.states import APPLICATION, OFFER, ApplicationState, OfferState
from loans.terms.price import annual_rate_bp, instalment_fen
from storage.context import Context

EXPIRED_AT_ONCE = 100  # a transaction; the next one takes the rest
_MADE_TO = sa.type_coerce(Application.onboarding_id, sa.Uuid)


class OfferUnavailable(Conflict):
    """The offer has expired or was accepted."""

    code = "offer_unavailable"


class OfferSuperseded(Conflict):
    """The offer was made to an onboarding of the account that is not in force any more."""

    code = "offer_superseded"


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

    All that the offer was made on is checked again: the identity, that it is the one to which the
    offer was made, consents, lists, age, and what the person was lent over all accounts.

    Raises `NotFound`, `OfferUnavailable`, `OfferSuperseded`, `ExposureExceeded`, `VoiceUnverified`,
    and what `loans.applicants.BORROWER_ERRORS` lists.
    """
    require(context, Permission.LOAN_MANAGE)
    context.session.get_one(Applicant, context.actor.uuid, with_for_update=True)
    offer = context.session.get(Offer, command.offer_id, with_for_update=True)
    if offer is None:
        raise NotFound
    application = context.session.get_one(Application, offer.application_id)
    if application.applicant_id != context.actor.uuid:
        raise NotFound
    if offer.state != OfferState.OPEN or offer.expires_at <= context.now():
        raise OfferUnavailable
    identity = borrower(context)
    if application.onboarding_id != identity.onboarding_id:
        raise OfferSuperseded
    require_unlisted(context, identity)
    require_exposure(context, identity, further_fen=0)  # this offer is open, and so counted
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
    """End offers whose time is over, or whose onboarding is; returns how many.

    Their applications end with them.
    """
    return _end(context, _over(context).with_for_update(skip_locked=True))


def end_superseded_offers(context: Context) -> int:
    """End the actor's open offers that were made to an earlier onboarding; returns how many."""
    own = _open().where(Application.applicant_id == context.actor.uuid, is_superseded(_MADE_TO))
    return _end(context, own.with_for_update())


def _end(context: Context, over: sa.Select[Offer, Application]) -> int:
    rows = context.session.execute(over.limit(EXPIRED_AT_ONCE)).all()
    for offer, application in rows:
        OFFER.move(offer, OfferState.EXPIRED)
        if APPLICATION.may_move(application, ApplicationState.EXPIRED):
            APPLICATION.move(application, ApplicationState.EXPIRED)
        made_to, owner_id = application.onboarding_id, application.applicant_id
        record_offer(context, Action.OFFER_EXPIRED, offer, made_to, owner_id)
    return len(rows)


def _over(context: Context) -> sa.Select[Offer, Application]:
    return _open().where(sa.or_(Offer.expires_at <= context.now(), is_superseded(_MADE_TO)))


def _open() -> sa.Select[Offer, Application]:
    joined = sa.select(Offer, Application).join(Application, Application.id == Offer.application_id)
    return joined.where(Offer.state == OfferState.OPEN)
