"""Offers end when their time is over, or when the onboarding that they were made to is."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from audit.actions import Action
from kyc.identity import is_superseded
from loans.events import record_offer
from loans.models import Application, Offer
from loans.states import APPLICATION, OFFER, ApplicationState, OfferState
from storage.context import Context
from storage.database import UTCDateTime

EXPIRED_AT_ONCE = 100  # a transaction; the next one takes the rest


def has_expired_offers(context: Context) -> bool:
    """Whether `expire_offers` would end any."""
    return context.session.execute(_over().limit(1), _asked(context)).first() is not None


def expire_offers(context: Context) -> int:
    """End offers whose time is over, or whose onboarding is; returns how many.

    Their applications end with them.
    """
    return _end(context, _over().with_for_update(skip_locked=True))


def end_own_offers(context: Context) -> int:
    """`expire_offers` of the actor alone, who need not wait for it; returns how many."""
    own = _over().where(Application.applicant_id == context.actor.uuid)
    return _end(context, own.with_for_update())


def _end(context: Context, over: sa.Select[Offer, Application]) -> int:
    rows = context.session.execute(over.limit(EXPIRED_AT_ONCE), _asked(context)).all()
    for offer, application in rows:
        OFFER.move(offer, OfferState.EXPIRED)
        if APPLICATION.may_move(application, ApplicationState.EXPIRED):
            APPLICATION.move(application, ApplicationState.EXPIRED)
        made_to, owner_id = application.onboarding_id, application.applicant_id
        record_offer(context, Action.OFFER_EXPIRED, offer, made_to, owner_id)
    return len(rows)


@cache  # part of every application: to write it out takes longer than to ask it
def _over() -> sa.Select[Offer, Application]:
    made_to = sa.type_coerce(Application.onboarding_id, sa.Uuid)
    now: sa.BindParameter[datetime] = sa.bindparam("now", type_=UTCDateTime())
    return _open().where(sa.or_(Offer.expires_at <= now, is_superseded(made_to)))


def _asked(context: Context) -> dict[str, Any]:
    return {"now": context.now()}


def _open() -> sa.Select[Offer, Application]:
    joined = sa.select(Offer, Application).join(Application, Application.id == Offer.application_id)
    return joined.where(Offer.state == OfferState.OPEN)
