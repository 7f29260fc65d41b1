"""Who may borrow, and how much of it a person has already."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from core.errors import BusinessError, Conflict, Invalid
from kyc.identity import (
    IDENTITY_ERRORS,
    AgeOutsideLimits,
    Standing,
    VerifiedIdentity,
    lock_person,
    onboardings_of_person,
    require_age,
    require_identity,
    standing_of,
)
from loans.lines.models import CreditLine
from loans.lines.room import owed_of_line
from loans.models import Application, Declaration, Offer
from loans.policy import LoanPolicy
from loans.states import LINE_ENDS, OfferState
from privacy.kinds import ConsentKind
from storage.context import Context

# What `borrower` raises, for the routes that declare it.
BORROWER_ERRORS: tuple[type[BusinessError], ...] = (*IDENTITY_ERRORS, AgeOutsideLimits)


FEN_A_YUAN = 100


class AmountOutsideLimits(Invalid):
    """The amount or the tenor is not one that is lent."""

    code = "amount_outside_limits"


class PurposeNotLent(Conflict):
    """No product is for the purpose, or the one that was named is for others."""

    code = "purpose_not_lent"


class ExposureExceeded(Conflict):
    """Over all accounts of the person, more would be lent than to one person."""

    code = "exposure_exceeded"


def borrower(context: Context) -> VerifiedIdentity:
    """The actor's identity, if they may borrow now; their account is locked from here on.

    Raises what `BORROWER_ERRORS` lists.
    """
    return borrower_of(context, context.actor.uuid)


def borrower_of(context: Context, applicant_id: UUID) -> VerifiedIdentity:
    """An account's identity, if its owner may borrow now; the account is locked from here on.

    Every consent is needed at every step: no offer is accepted without the owner's voice.

    Raises what `BORROWER_ERRORS` lists.
    """
    context.session.get_one(Applicant, applicant_id, with_for_update=True)
    identity = require_identity(context, applicant_id, consents=tuple(ConsentKind))
    require_age(context, identity)
    return identity


def standing_borrower(context: Context, applicant_id: UUID) -> Standing:
    """`borrower_of` for a step that shows nobody's papers: the age was judged when they applied.

    Raises what `kyc.identity.IDENTITY_ERRORS` lists.
    """
    context.session.get_one(Applicant, applicant_id, with_for_update=True)
    return standing_of(context, applicant_id, consents=tuple(ConsentKind))


def require_exposure(context: Context, identity: VerifiedIdentity) -> None:
    """Hold the person, and raise `ExposureExceeded` if they are lent or offered too much."""
    hold_person(context, identity)
    if room_fen(context, identity) < 0:
        raise ExposureExceeded(max_yuan=context.rules(LoanPolicy).max_fen // FEN_A_YUAN)


def hold_person(context: Context, identity: VerifiedIdentity | Standing) -> None:
    """Hold the person over all accounts until the transaction ends."""
    lock_person(context, identity)


def room_fen(context: Context, identity: VerifiedIdentity | Standing) -> int:
    """What the person may yet be lent, in fen; exact while they are held, negative if too much.

    Accepted offers count, and of an application with open ones the largest of these, over all
    accounts with the person's identity number. A credit line counts with its limit, whatever is
    drawn; once it has ended, with what is owed of it.
    """
    open_now = sa.and_(Offer.state == OfferState.OPEN, Offer.expires_at > context.now())
    has_ended = sa.or_(CreditLine.state.in_(LINE_ENDS), CreditLine.valid_until < context.today())
    counted = sa.case((has_ended, owed_of_line()), else_=Offer.principal_fen)
    largest = (
        sa.select(sa.func.max(counted).label("fen"))
        .join(Application, Application.id == Offer.application_id)
        .outerjoin(CreditLine, CreditLine.offer_id == Offer.id)
        .where(
            Application.onboarding_id.in_(onboardings_of_person(identity)),
            sa.or_(Offer.state == OfferState.ACCEPTED, open_now),
        )
        .group_by(Application.id)
        .subquery()
    )
    standing = context.session.scalar(sa.select(sa.func.sum(largest.c.fen))) or 0
    return context.rules(LoanPolicy).max_fen - int(standing)


def declared_lately(context: Context) -> int:
    """How many declarations the actor made in the policy's window."""
    window = timedelta(hours=context.rules(LoanPolicy).window_h)
    made = sa.select(sa.func.count(Declaration.id)).where(
        Declaration.applicant_id == context.actor.uuid,
        Declaration.made_at > context.now() - window,
    )
    return context.session.scalar(made) or 0
