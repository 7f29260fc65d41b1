"""How an application is decided, step by step: gather, ask, screen, score.

A job of the lending lane.

Steps that need the database alone are made in the transaction that claims the job. The scorer is
asked between two transactions. Whatever process dies, the row says which step is next; a result is
stored once, under the job's lease.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from core.ids import new_id
from core.reasons import Reason
from kyc.identity import IDENTITY_ERRORS, NotServed
from loans.applicants import standing_borrower
from loans.calls.policy import pause_before
from loans.calls.signed_client import Asked
from loans.credit.asking import ask_owner, needs_person
from loans.credit.outcome import settle
from loans.credit.scorer import Scorers
from loans.credit.scorer_client import ScorerAnswer
from loans.events import record_application
from loans.known.objections import contests_any
from loans.known.recorded import differences_on_record
from loans.lists.court import ASK_COURT_LIST, is_court_list_due
from loans.lists.screening import screen
from loans.models import Application, Assessment, AssessmentTry, Declaration, ScorerRole
from loans.policy import LoanPolicy
from loans.profile.catalogue import VERSION as CATALOGUE
from loans.sources.record_pieces import RegistryDifference
from loans.states import APPLICATION, ApplicationState
from storage.context import Context, Resources
from storage.handlers import JOBS, JobHandler, Lane
from storage.queue import enqueue

ADVANCE_APPLICATION, ASK_SHADOW = "advance_application", "ask_shadow"
_BEFORE_SCORING = frozenset(
    {ApplicationState.RECEIVED, ApplicationState.GATHERING, ApplicationState.SCREENING}
)
_OF_REGISTRY = {
    RegistryDifference.UNKNOWN: Reason.REGISTRY_DIFFERS,
    RegistryDifference.NAME: Reason.REGISTRY_DIFFERS,
    RegistryDifference.PRINCIPAL: Reason.REGISTRY_DIFFERS,
    RegistryDifference.NOT_OPERATING: Reason.REGISTRY_NOT_OPERATING,
    RegistryDifference.ABNORMAL: Reason.REGISTRY_ABNORMAL,
}


@dataclass(frozen=True)
class Question:
    """What the scorer is asked, and which asking of the application it is."""

    application_id: UUID
    asking: int
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Answers:
    """What came of one asking, and whether another scorer is asked in the shadow."""

    asking: int
    asked: Asked[ScorerAnswer]
    body: Mapping[str, Any]  # what was asked
    shadowed: bool = False


def load_application(context: Context, application_id: UUID) -> Question | None:
    """Move an application as far as it goes without the scorer; None if it is not to be asked."""
    application = context.session.get_one(Application, application_id, with_for_update=True)
    if application.state in _BEFORE_SCORING:
        _prepare(context, application)
    if application.state is not ApplicationState.SCORING:
        return None
    return Question(application.id, _next_asking(context, application), _body(context, application))


def ask_scorer(question: Question, lent: Resources) -> Answers:
    """Ask the scorer that decides, with no transaction open."""
    scorers = lent.get(Scorers)
    asked = scorers.deciding.ask(question.body, f"{question.application_id}:{question.asking}")
    return Answers(question.asking, asked, question.body, shadowed=scorers.shadow is not None)


def store_answers(context: Context, application_id: UUID, answers: Answers) -> None:
    """Keep every try; decide by an answer, or ask again later; after a day a person looks.

    An answer to what may not be used any more is none.
    """
    application = context.session.get_one(Application, application_id, with_for_update=True)
    if answers.body != _body(context, application):
        answers = replace(answers, asked=replace(answers.asked, answer=None))
    keep_tries(context, application, ScorerRole.DECIDING, answers)
    if application.state is not ApplicationState.SCORING:  # withdrawn meanwhile
        return
    if answers.asked.answer is None:
        _ask_again(context, application, answers.asking)
        return
    settle(context, application)
    if answers.shadowed:
        enqueue(context, ASK_SHADOW, application.id)


def give_up_application(context: Context, application_id: UUID) -> None:
    """An application that cannot be worked on goes to a person."""
    application = context.session.get_one(Application, application_id, with_for_update=True)
    if APPLICATION.may_move(application, ApplicationState.REVIEW):
        send_to_person(context, application, Reason.ANALYSIS_FAILED)


def send_to_person(context: Context, application: Application, *reasons: str) -> None:
    """Have a person look at an application, and say why."""
    application.reasons = _joined(application.reasons, reasons)
    move(context, application, ApplicationState.REVIEW)


def add_reasons(context: Context, application: Application, *reasons: str) -> None:
    """Keep what speaks against an application, which stays where it is; an event if it is new."""
    joined = _joined(application.reasons, reasons)
    if joined == application.reasons:
        return
    application.reasons = joined
    record_application(
        context,
        Action.APPLICATION_REASONS_ADDED,
        application,
        state=application.state,
        reasons=joined,
    )


def _joined(reasons: Sequence[str], more: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*reasons, *more]))


def move(context: Context, application: Application, state: ApplicationState) -> None:
    """Move an application, with an event."""
    APPLICATION.move(application, state)
    record_application(
        context,
        Action.APPLICATION_MOVED,
        application,
        state=state,
        reasons=application.reasons,
    )


def _prepare(context: Context, application: Application) -> None:
    """See that what was known still holds, and look for what speaks against lending."""
    if application.state is ApplicationState.RECEIVED:
        move(context, application, ApplicationState.GATHERING)
    try:
        identity = standing_borrower(context, application.applicant_id)
    except NotServed:
        _screened(context, application, [Reason.LIST_HIT])
        return
    except IDENTITY_ERRORS as error:
        _end(context, application, error.code)
        return
    if identity.onboarding_id != application.onboarding_id:
        _end(context, application, Reason.IDENTITY_CHANGED)
        return
    declaration = context.session.get_one(Declaration, application.declaration_id)
    if application.state is ApplicationState.GATHERING and ask_owner(
        context, application, declaration
    ):
        move(context, application, ApplicationState.ASKING)
        return
    against = [Reason.LIST_HIT] if screen(context, identity) else []
    if needs_person(context, application, declaration):
        against.append(Reason.DECLARATION_CONTRADICTED)
    differences = differences_on_record(context, application.applicant_id, identity.onboarding_id)
    against += [_OF_REGISTRY[each] for each in differences]
    if is_contested(context, application):
        against.append(Reason.PROFILE_CONTESTED)
    _screened(context, application, against)


def is_contested(context: Context, application: Application) -> bool:
    """Whether something is contested that the scorer or the limits would read."""
    scored = frozenset(context.rules(LoanPolicy).scorer.features)
    return contests_any(context, application.applicant_id, scored)


def _screened(context: Context, application: Application, against: Sequence[Reason]) -> None:
    """Go on when the courts' list has answered; what was found has a person look then, not before.

    Whatever a person says, the list is asked about everybody.
    """
    if application.state is ApplicationState.GATHERING:
        application.reasons = list(against)
        move(context, application, ApplicationState.SCREENING)
    else:
        add_reasons(context, application, *against)
    if is_court_list_due(context, application.id):
        enqueue(context, ASK_COURT_LIST, application.id, application.made_at)
        return
    if application.reasons:
        send_to_person(context, application)
        return
    application.scoring_since = context.now()
    move(context, application, ApplicationState.SCORING)


def _end(context: Context, application: Application, reason: str) -> None:
    """Who applied is not who they were, or may not be served: nothing is decided."""
    application.reasons = [reason]
    application.decided_at = context.now()
    move(context, application, ApplicationState.EXPIRED)


def _body(context: Context, application: Application) -> Mapping[str, Any]:
    declaration = context.session.get_one(Declaration, application.declaration_id)
    asked_about = set(context.rules(LoanPolicy).scorer.features)
    return {
        "application": str(application.id),
        "product": application.product,
        "purpose": declaration.purpose,
        "amount_fen": application.amount_fen,
        "tenor_months": application.tenor_months,
        "catalogue": CATALOGUE,
        "features": {
            name: each for name, each in application.features.items() if name in asked_about
        },
    }


def _next_asking(context: Context, application: Application) -> int:
    last = sa.select(sa.func.max(AssessmentTry.asking)).where(
        AssessmentTry.application_id == application.id
    )
    return (context.session.scalar(last) or 0) + 1


def load_shadow(context: Context, application_id: UUID) -> Question:
    """What the scorer in the shadow is asked: the same."""
    application = context.session.get_one(Application, application_id)
    return Question(application.id, _next_asking(context, application), _body(context, application))


def ask_shadow(question: Question, lent: Resources) -> Answers | None:
    """Ask the scorer in the shadow, once; None where there is none any more."""
    shadow = lent.get(Scorers).shadow
    if shadow is None:
        return None
    key = f"{question.application_id}:{question.asking}"
    return Answers(question.asking, shadow.ask(question.body, key), question.body)


def store_shadow(context: Context, application_id: UUID, answers: Answers | None) -> None:
    """Keep what it answered; nothing is decided by it."""
    if answers is not None:
        application = context.session.get_one(Application, application_id)
        keep_tries(context, application, ScorerRole.SHADOW, answers)


def forget_shadow(_context: Context, _application_id: UUID) -> None:
    """Nobody waits for it."""


def keep_tries(
    context: Context, application: Application, role: ScorerRole, answers: Answers
) -> None:
    """Keep every try of one asking, and its answer if there was one, with an event."""
    asked = answers.asked
    for each in asked.tries:
        context.session.add(
            AssessmentTry(
                id=new_id(),
                application_id=application.id,
                role=role,
                asking=answers.asking,
                outcome=each.outcome,
                status=each.status,
                ms=each.ms,
                request_sha256=each.request_sha256,
                at=context.now(),
            )
        )
    answer = asked.answer
    if answer is not None:
        _keep_answer(context, application, role, answer)
    context.session.flush()
    record_application(
        context,
        Action.SCORER_ASKED if answer is None else Action.SCORER_ANSWERED,
        application,
        role=role,
        tries=[each.outcome for each in asked.tries],
        ms=[each.ms for each in asked.tries],
        model=None if answer is None else answer.model.model_dump(),
    )


def _keep_answer(
    context: Context, application: Application, role: ScorerRole, answer: ScorerAnswer
) -> None:
    """The newest answer of a scorer; every decision keeps the probability that it rests on."""
    context.session.merge(
        Assessment(
            application_id=application.id,
            role=role,
            scorer=answer.model.name,
            version=answer.model.version,
            card_sha256=answer.model.card_sha256,
            score=answer.points,
            pd_12m=answer.pd_12m,
            reasons=[reason.code for reason in answer.reasons],
            missing=list(answer.missing),
            at=context.now(),
        )
    )


def _ask_again(context: Context, application: Application, asking: int) -> None:
    rules, now = context.rules(LoanPolicy).credit, context.now()
    since = application.scoring_since or application.made_at
    if now - since >= timedelta(hours=rules.give_up_h):
        send_to_person(context, application, Reason.SCORER_UNAVAILABLE)
        return
    due_at = now + pause_before(asking, rules.pauses_s)
    enqueue(context, ADVANCE_APPLICATION, application.id, application.made_at, due_at=due_at)


JOBS.register(
    JobHandler(
        kind=ADVANCE_APPLICATION,
        lane=Lane.LENDING,
        load=load_application,
        perform=ask_scorer,
        store=store_answers,
        give_up=give_up_application,
    )
)
JOBS.register(
    JobHandler(
        kind=ASK_SHADOW,
        lane=Lane.LENDING,
        load=load_shadow,
        perform=ask_shadow,
        store=store_shadow,
        give_up=forget_shadow,
    )
)
