"""The courts' list is asked about who applies, before the scorer is: a job of the lending lane.

The service is asked between two transactions. One that fails is asked again; after some hours a
person looks. It never lets anybody pass, and a case that is found has a person look: lists hold
errors (法释〔2017〕7号, art. 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from core.ids import new_id
from core.reasons import Reason
from kyc.lists.naming import account_names
from kyc.lists.policy import ListsPolicy
from kyc.lists.told import Told
from loans.calls.policy import pause_before
from loans.calls.signed_client import Outcome
from loans.credit.steps import ADVANCE_APPLICATION, give_up_application, send_to_person
from loans.events import record_application
from loans.lists.court import ASK_COURT_LIST, found_in, is_court_list_due, worst_of
from loans.lists.court_client import CourtAnswer, CourtList
from loans.lists.models import CourtAsking
from loans.models import Application
from loans.policy import LoanPolicy
from loans.states import ApplicationState
from storage.context import Context, Resources
from storage.handlers import JOBS, JobHandler, Lane
from storage.queue import enqueue


@dataclass(frozen=True)
class CourtQuestion:
    """About whom the list is asked, and which asking of the application it is."""

    application_id: UUID
    asking: int
    told: tuple[Told, ...]


@dataclass(frozen=True)
class CourtAnswers:
    """What the list answered about each name."""

    asking: int
    answers: tuple[tuple[Told, CourtAnswer], ...]


def load_question(context: Context, application_id: UUID) -> CourtQuestion | None:
    """About whom to ask; None if it is not to be asked (any more)."""
    application = context.session.get_one(Application, application_id, with_for_update=True)
    waits = application.state is ApplicationState.SCREENING
    if not waits or not is_court_list_due(context, application_id):
        return None
    onboarding_id = application.onboarding_id
    told = () if onboarding_id is None else account_names(context, onboarding_id)
    last = sa.select(sa.func.max(CourtAsking.asking)).where(
        CourtAsking.application_id == application_id
    )
    asking = (context.session.scalar(last) or 0) + 1
    return CourtQuestion(application.id, asking, tuple(dict.fromkeys(told)))


def ask_court_list(question: CourtQuestion, lent: Resources) -> CourtAnswers:
    """Ask about each name, with no transaction open."""
    court = lent.get(CourtList)
    key = f"{question.application_id}:{question.asking}"
    answers = ((one, court.ask(one, f"{key}:{number}")) for number, one in enumerate(question.told))
    return CourtAnswers(question.asking, tuple(answers))


def store_court_answers(context: Context, application_id: UUID, answers: CourtAnswers) -> None:
    """Keep what was answered; go on, have a person look, or ask again later."""
    application = context.session.get_one(Application, application_id, with_for_update=True)
    kept = _keep(context, application, answers)
    if application.state is not ApplicationState.SCREENING:  # withdrawn meanwhile
        return
    if kept.outcome is not Outcome.ANSWERED:
        _ask_again(context, application, answers.asking)
    elif kept.found:
        send_to_person(context, application, Reason.LIST_HIT)
    else:
        enqueue(context, ADVANCE_APPLICATION, application.id, application.made_at)


def _keep(context: Context, application: Application, answers: CourtAnswers) -> CourtAsking:
    rules = context.rules(ListsPolicy).names
    worst = worst_of([answer for _, answer in answers.answers])
    found: list[dict[str, Any]] = [
        one
        for told, answer in answers.answers
        for one in found_in(told, answer.entries or (), rules)
    ]
    kept = CourtAsking(
        id=new_id(),
        application_id=application.id,
        asking=answers.asking,
        outcome=worst.outcome,
        status=worst.status,
        ms=sum(answer.ms for _, answer in answers.answers),
        found=found,
        at=context.now(),
    )
    context.session.add(kept)
    context.session.flush()
    record_application(
        context,
        Action.COURT_LIST_ASKED,
        application,
        outcome=kept.outcome,
        status=kept.status,
        ms=kept.ms,
        found=len(found),
    )
    return kept


def _ask_again(context: Context, application: Application, asking: int) -> None:
    rules, now = context.rules(LoanPolicy).court, context.now()
    first = sa.select(sa.func.min(CourtAsking.at)).where(
        CourtAsking.application_id == application.id
    )
    since = context.session.scalar(first) or now
    if rules is None or now - since >= timedelta(hours=rules.give_up_h):
        send_to_person(context, application, Reason.COURT_LIST_UNAVAILABLE)
        return
    due_at = now + pause_before(asking, rules.pauses_s)
    enqueue(context, ASK_COURT_LIST, application.id, application.made_at, due_at=due_at)


JOBS.register(
    JobHandler(
        kind=ASK_COURT_LIST,
        lane=Lane.LENDING,
        load=load_question,
        perform=ask_court_list,
        store=store_court_answers,
        give_up=give_up_application,
    )
)
