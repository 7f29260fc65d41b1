"""A new entry is compared with every account, and with what is applied for and lent there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.models import Applicant
from core.reasons import Reason
from kyc.lists.entries import RESCREEN
from kyc.lists.hits import accounts_named, entry_in_force, keep_hit
from kyc.lists.matching import hit_of
from kyc.lists.states import HitState
from loans.credit.steps import send_to_person
from loans.lines.standing import freeze_lines_of
from loans.models import Application
from loans.states import APPLICATION, ApplicationState
from storage.context import Context
from storage.handlers import JOBS, JobHandler, Lane

SCREENED = (ApplicationState.SCREENING, ApplicationState.SCORING)
LENT = (ApplicationState.ACCEPTED,)
OPEN = tuple(state for state, following in APPLICATION.steps.items() if following)


def rescreen(context: Context, entry_id: UUID) -> int:
    """Keep a hit, with an event, on each account that an entry in force names; returns how many.

    An event names the application that is open there, or the loan. An application that was screened
    already goes to a person; others are screened yet. An offer is not accepted while the hit is
    open, and credit lines are frozen.
    """
    entry = entry_in_force(context, entry_id)
    if entry is None:
        return 0
    accounts = accounts_named(context, entry)
    for account in accounts:
        context.session.get_one(Applicant, account.applicant_id, with_for_update=True)
        hit = hit_of(context, entry, account.judgement)
        kept = keep_hit(
            context, account, hit, _newest_of(context, account.applicant_id, (*OPEN, *LENT))
        )
        if kept.state is HitState.OPEN:
            freeze_lines_of(context, account.applicant_id)
            _have_a_person_look(context, account.applicant_id)
    return len(accounts)


def _newest_of(
    context: Context, applicant_id: UUID, states: tuple[ApplicationState, ...]
) -> UUID | None:
    newest = (
        sa.select(Application.id)
        .where(Application.applicant_id == applicant_id, Application.state.in_(states))
        .order_by(Application.id.desc())
    )
    return context.session.scalar(newest.limit(1))


def _have_a_person_look(context: Context, applicant_id: UUID) -> None:
    """Stop an application that was screened before the entry was there."""
    screened = sa.select(Application).where(
        Application.applicant_id == applicant_id, Application.state.in_(SCREENED)
    )
    for application in context.session.scalars(screened.with_for_update()):
        send_to_person(context, application, Reason.LIST_HIT)


def _entry(context: Context, entry_id: UUID) -> UUID | None:
    return None if entry_in_force(context, entry_id) is None else entry_id


def _unchanged(entry_id: UUID, _lent: Any) -> UUID:
    return entry_id


def _keep(context: Context, _subject: UUID, entry_id: UUID) -> None:
    rescreen(context, entry_id)


def _give_up(_context: Context, _entry_id: UUID) -> None:
    """Whoever is named is found when they next apply or accept."""


JOBS.register(
    JobHandler(
        kind=RESCREEN,
        lane=Lane.HOUSEKEEPING,
        load=_entry,
        perform=_unchanged,
        store=_keep,
        give_up=_give_up,
    )
)
