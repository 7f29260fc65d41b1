"""Who may borrow, and how much of it a person has already."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from access.models import Applicant
from core.errors import BusinessError, Conflict, Invalid
from core.money import Fen
from kyc.identity import (
    IDENTITY_ERRORS,
    AgeOutsideLimits,
    VerifiedIdentity,
    lock_person,
    onboardings_of_person,
    require_age,
    require_identity,
)
from loans.models import Application, Declaration, Offer
from loans.policy import LoanPolicy
from loans.states import OfferState
from privacy.kinds import ConsentKind
from storage.context import Context

# What `borrower` raises, for the routes that declare it.
BORROWER_ERRORS: tuple[type[BusinessError], ...] = (*IDENTITY_ERRORS, AgeOutsideLimits)


class AmountOutsideLimits(Invalid):
    """The amount or the tenor is not one that is lent."""

    code = "amount_outside_limits"


class ExposureExceeded(Conflict):
    """Over all accounts of the person, more would be lent than to one person."""

    code = "exposure_exceeded"


def borrower(context: Context) -> VerifiedIdentity:
    """The actor's identity, if they may borrow now; their account is locked from here on.

    Every consent is needed at every step: no offer is accepted without the owner's voice.

    Raises what `BORROWER_ERRORS` lists.
    """
    applicant_id = context.actor.uuid
    context.session.get_one(Applicant, applicant_id, with_for_update=True)
    identity = require_identity(context, applicant_id, consents=tuple(ConsentKind))
    require_age(context, identity)
    return identity


def require_exposure(context: Context, identity: VerifiedIdentity, further_fen: int) -> None:
    """Hold the person, and raise `ExposureExceeded` if `further_fen` more is too much for them.

    Accepted offers and open ones count, over all accounts with the person's identity number.
    """
    lock_person(context, identity)
    if exposure_fen(context, identity) + further_fen > context.rules(LoanPolicy).max_fen:
        raise ExposureExceeded


def exposure_fen(context: Context, identity: VerifiedIdentity) -> Fen:
    """What the person was lent or is offered, in fen; exact while the person is held."""
    open_now = sa.and_(Offer.state == OfferState.OPEN, Offer.expires_at > context.now())
    standing = (
        sa.select(sa.func.coalesce(sa.func.sum(Offer.principal_fen), 0))
        .join(Application, Application.id == Offer.application_id)
        .where(
            Application.onboarding_id.in_(onboardings_of_person(identity)),
            sa.or_(Offer.state == OfferState.ACCEPTED, open_now),
        )
    )
    return Fen(context.session.scalar(standing) or 0)


def made_lately(context: Context, kind: type[Declaration] | type[Application]) -> int:
    """How many declarations or applications the actor made in the policy's window."""
    window = timedelta(hours=context.rules(LoanPolicy).window_h)
    made = sa.select(sa.func.count(kind.id)).where(
        kind.applicant_id == context.actor.uuid, kind.made_at > context.now() - window
    )
    return context.session.scalar(made) or 0
