"""Offers: accepted by the owner's voice or face, replaced by another, or expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from core.errors import Conflict, NotFound
from kyc.verification.states import VerificationPurpose
from loans.applicants import borrower, require_exposure
from loans.confirmation import confirm
from loans.events import record_offer
from loans.lines.opening import open_line
from loans.lists.screening import require_unlisted
from loans.models import Application, Offer
from loans.offers.contract import SEAL_CONTRACT, schedule_of
from loans.states import APPLICATION, OFFER, ApplicationState, OfferState
from loans.terms.schedule import Schedule
from storage.context import Context
from storage.queue import enqueue


class OfferUnavailable(Conflict):
    """The offer has expired or was accepted."""

    code = "offer_unavailable"


class OfferSuperseded(Conflict):
    """The offer was made to an onboarding of the account that is not in force any more."""

    code = "offer_superseded"


@dataclass(frozen=True)
class AcceptOffer:
    """An offer, and the owner's verified voice or face."""

    offer_id: UUID
    verification_id: UUID | None


@dataclass(frozen=True)
class OfferSchedule:
    """The instalments of an offer that was paid out on a day."""

    paid_out_on: date
    instalments: Schedule


def offer_schedule(context: Context, offer_id: UUID) -> OfferSchedule:
    """The instalments of an offer of the actor's own. Raises `NotFound`, also for old offers."""
    require(context, Permission.LOAN_READ)
    offer = context.session.get(Offer, offer_id)
    if offer is None:
        raise NotFound
    application = context.session.get_one(Application, offer.application_id)
    if application.applicant_id != context.actor.uuid or offer.paid_out_on is None:
        raise NotFound
    return OfferSchedule(offer.paid_out_on, schedule_of(offer, offer.paid_out_on))


def accept_offer(context: Context, command: AcceptOffer) -> Offer:
    """Accept an offer, confirmed by the owner's voice or face: a stolen phone takes no money.

    All that the offer was made on is checked again: the identity, that it is the one to which the
    offer was made, consents, lists, age, and what the person was lent over all accounts. An offer
    of a credit line opens the line.

    Raises `NotFound`, `OfferUnavailable`, `OfferSuperseded`, `ExposureExceeded`, `OwnerUnverified`,
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
    require_exposure(context, identity)  # this offer is open, and so counted
    confirm(context, command.verification_id, VerificationPurpose.OFFER)
    OFFER.move(offer, OfferState.ACCEPTED)
    APPLICATION.move(application, ApplicationState.ACCEPTED)
    offer.accepted_at, offer.verification_id = context.now(), command.verification_id
    record_offer(context, Action.OFFER_ACCEPTED, offer, identity.onboarding_id)
    _replace_others(context, offer, identity.onboarding_id)
    open_line(context, application, offer, identity)
    enqueue(context, SEAL_CONTRACT, application.id)
    return offer


def _replace_others(context: Context, accepted: Offer, onboarding_id: UUID) -> None:
    others = sa.select(Offer).where(
        Offer.application_id == accepted.application_id, Offer.state == OfferState.OPEN
    )
    for offer in context.session.scalars(others.with_for_update()):
        OFFER.move(offer, OfferState.REPLACED)
        record_offer(context, Action.OFFER_REPLACED, offer, onboarding_id)
