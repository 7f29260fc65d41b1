"""Applications and offers as the log tells of them: for `kaihu audit verify --state`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.entries import Form
from audit.models import AuditEvent
from audit.state import AT_ONCE, STATE, differs, events_of
from loans.models import Application, Offer
from loans.states import OfferState
from storage.context import Context

_ENDS = {
    OfferState.ACCEPTED: Action.OFFER_ACCEPTED,
    OfferState.EXPIRED: Action.OFFER_EXPIRED,
}


@STATE.register
def compare_loans(context: Context) -> Iterator[str]:
    """Hold applications and offers to what was logged of them.

    Those of before applications named their onboarding, and offers their making, are left out.
    """
    last = UUID(int=0)
    while True:
        query = (
            sa.select(Application, Offer)
            .outerjoin(Offer, Offer.application_id == Application.id)
            .where(Application.id > last, Application.onboarding_id.is_not(None))
        )
        rows = context.session.execute(query.order_by(Application.id).limit(AT_ONCE)).all()
        if not rows:
            return
        onboardings = [row[0].onboarding_id for row in rows if row[0].onboarding_id]
        actions = (Action.APPLICATION_DECIDED, Action.OFFER_MADE, *_ENDS.values())
        events = events_of(context, onboardings, *actions)
        for application, offer in rows:
            decided = events.get((Action.APPLICATION_DECIDED, str(application.id)))
            reasons = {"reasons": application.reasons}
            yield from differs(f"application {application.id}", reasons, decided)
            if offer is None or decided is None or decided.form == Form.FIRST:
                continue
            name, subject = f"offer {offer.id}", str(offer.id)
            terms = {
                "principal_fen": offer.principal_fen,
                "tenor_months": offer.tenor_months,
                "annual_rate_bp": offer.annual_rate_bp,
                "instalment_fen": offer.instalment_fen,
            }
            yield from differs(name, terms, events.get((Action.OFFER_MADE, subject)))
            said = _state_of(subject, events)
            if offer.state is not said:
                yield f"{name}: state is {offer.state.value!r}, the log says {said.value!r}"
        last = rows[-1][0].id


@STATE.register
def find_what_is_gone(context: Context) -> Iterator[str]:
    """Applications and offers that the log knows and no row is left of."""
    rows = ((Action.APPLICATION_DECIDED, Application.id), (Action.OFFER_MADE, Offer.application_id))
    for action, column in rows:
        lost = sa.select(AuditEvent.subject).where(
            AuditEvent.action == action,
            AuditEvent.loan_id.is_not(None),
            ~sa.exists().where(column == AuditEvent.loan_id),
        )
        for subject in context.session.scalars(lost):
            yield f"{action.partition('.')[0]} {subject}: the log knows it, and it is gone"


def _state_of(subject: str, events: Mapping[tuple[str, str], AuditEvent]) -> OfferState:
    """How an offer stands by the log."""
    ends = (state for state, action in _ENDS.items() if (action, subject) in events)
    return next(ends, OfferState.OPEN)
