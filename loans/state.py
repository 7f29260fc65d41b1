"""Applications and offers as the log tells of them: for `kaihu audit verify --state`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.entries import Form, digest
from audit.models import AuditEvent
from audit.state import AT_ONCE, STATE, differs, events_of
from loans.erasure import ERASED
from loans.models import Application, AskedQuestion, Contract, CreditDecision, Offer
from loans.states import OfferState
from storage.context import Context

_OFFER_ENDS = {
    OfferState.ACCEPTED: Action.OFFER_ACCEPTED,
    OfferState.REPLACED: Action.OFFER_REPLACED,
    OfferState.EXPIRED: Action.OFFER_EXPIRED,
}
_TERMS = ("principal_fen", "tenor_months", "repayment", "annual_rate_bp", "instalment_fen")
_DECISIONS = (
    Action.APPLICATION_DECIDED,
    Action.APPLICATION_MOVED,
    Action.APPLICATION_REASONS_ADDED,
)


@STATE.register
def compare_applications(context: Context) -> Iterator[str]:
    """Hold applications, and the decisions on them, to what was logged of them.

    Those of before applications named their onboarding are left out.
    """
    last = UUID(int=0)
    while True:
        query = sa.select(Application).where(
            Application.id > last, Application.onboarding_id.is_not(None)
        )
        rows = context.session.scalars(query.order_by(Application.id).limit(AT_ONCE)).all()
        if not rows:
            return
        onboardings = [row.onboarding_id for row in rows if row.onboarding_id]
        events = events_of(context, onboardings, *_DECISIONS)
        decided_on = _decisions(context, [row.id for row in rows])
        for row in rows:
            name, subject = f"application {row.id}", str(row.id)
            said = _newest(events, subject)
            if said is not None:
                yield from differs(name, {"reasons": row.reasons}, said)
            decided = events.get((Action.APPLICATION_DECIDED, subject))
            if decided is not None and "facts" in decided.data:
                yield from differs(name, decided_on.get(row.id, _NOTHING), decided)
        last = rows[-1].id


@STATE.register
def compare_offers(context: Context) -> Iterator[str]:
    """Hold offers to what was logged of their making and their end.

    Those of before offers named their making are left out.
    """
    last = UUID(int=0)
    while True:
        query = (
            sa.select(Offer, Application.onboarding_id)
            .join(Application, Application.id == Offer.application_id)
            .where(Offer.id > last, Application.onboarding_id.is_not(None))
        )
        rows = context.session.execute(query.order_by(Offer.id).limit(AT_ONCE)).all()
        if not rows:
            return
        onboardings = [made_to for _, made_to in rows if made_to]
        events = events_of(context, onboardings, Action.OFFER_MADE, *_OFFER_ENDS.values())
        for offer, _ in rows:
            name, subject = f"offer {offer.id}", str(offer.id)
            made = events.get((Action.OFFER_MADE, subject))
            if made is None or made.form == Form.FIRST:
                continue
            terms = {field: getattr(offer, field) for field in _TERMS if field in made.data}
            yield from differs(name, terms, made)
            said = _state_of(subject, events)
            if offer.state is not said:
                yield f"{name}: state is {offer.state.value!r}, the log says {said.value!r}"
        last = rows[-1][0].id


@STATE.register
def compare_answers(context: Context) -> Iterator[str]:
    """Hold what owners answered to the log; answers that were erased are left out."""
    last = UUID(int=0)
    while True:
        query = (
            sa.select(AskedQuestion, Application.onboarding_id)
            .join(Application, Application.id == AskedQuestion.application_id)
            .where(
                AskedQuestion.application_id > last,
                AskedQuestion.answer.is_not(None),
                AskedQuestion.answer != ERASED,
            )
        )
        ordered = query.order_by(AskedQuestion.application_id).limit(AT_ONCE)
        rows = context.session.execute(ordered).all()
        if not rows:
            return
        onboardings = [made_to for _, made_to in rows if made_to]
        events = events_of(context, onboardings, Action.QUESTION_ANSWERED)
        for row, _ in rows:
            subject = str(row.application_id)
            said = {"question": row.question, "answer": row.answer}
            event = events.get((Action.QUESTION_ANSWERED, subject))
            yield from differs(f"answer of application {subject}", said, event)
        last = rows[-1][0].application_id


@STATE.register
def find_what_is_gone(context: Context) -> Iterator[str]:
    """Applications and offers that the log knows and no row is left of."""
    for action, column in (
        (Action.APPLICATION_RECEIVED, Application.id),
        (Action.APPLICATION_DECIDED, Application.id),
        (Action.CONTRACT_SEALED, Contract.application_id),
    ):
        lost = sa.select(AuditEvent.subject).where(
            AuditEvent.action == action,
            AuditEvent.loan_id.is_not(None),
            ~sa.exists().where(column == AuditEvent.loan_id),
        )
        for subject in context.session.scalars(lost.distinct()):
            yield f"{action.partition('.')[0]} {subject}: the log knows it, and it is gone"
    yield from _lost_offers(context)


def _lost_offers(context: Context) -> Iterator[str]:
    made = (
        sa.select(AuditEvent.loan_id, sa.func.count(AuditEvent.subject.distinct()).label("made"))
        .where(AuditEvent.action == Action.OFFER_MADE, AuditEvent.loan_id.is_not(None))
        .group_by(AuditEvent.loan_id)
        .subquery()
    )
    there = sa.select(sa.func.count(Offer.id)).where(Offer.application_id == made.c.loan_id)
    missing = made.c.made - there.scalar_subquery()
    query = sa.select(made.c.loan_id, missing).where(missing != 0)
    for application_id, count in context.session.execute(query):
        yield f"application {application_id}: {count} offers that the log knows are gone"


_NOTHING: Mapping[str, Any] = {"facts": None, "outcome": None}


def _decisions(context: Context, applications: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """The digests of what each application was decided on last, and of how."""
    made = sa.select(CreditDecision).where(CreditDecision.application_id.in_(applications))
    rows = context.session.scalars(made.order_by(CreditDecision.id))
    return {
        row.application_id: {"facts": digest(row.facts), "outcome": digest(row.outcome)}
        for row in rows
    }


def _newest(events: Mapping[tuple[str, str], AuditEvent], subject: str) -> AuditEvent | None:
    """The newest event that says an application's reasons."""
    said = [events[action, subject] for action in _DECISIONS if (action, subject) in events]
    return max(said, key=lambda event: (event.at, event.id), default=None)


def _state_of(subject: str, events: Mapping[tuple[str, str], AuditEvent]) -> OfferState:
    """How an offer stands by the log."""
    ends = (state for state, action in _OFFER_ENDS.items() if (action, subject) in events)
    return next(ends, OfferState.OPEN)
