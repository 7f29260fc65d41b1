"""An owner answers the question of their application, or leaves it until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from audit.actions import Action
from core.errors import Conflict, Invalid
from core.reasons import Reason
from loans.credit.application import ApplicationView, locked_application, own_application
from loans.credit.steps import ADVANCE_APPLICATION, move
from loans.events import record_application
from loans.models import Application, AskedQuestion
from loans.policy import LoanPolicy
from loans.states import ApplicationState
from storage.context import Context
from storage.queue import enqueue

EXPIRED_AT_ONCE = 100  # a transaction; the next one takes the rest


class NothingAsked(Conflict):
    """The application has no open question: none was asked, or it was answered or has expired."""

    code = "nothing_asked"


class AnswerUnknown(Invalid):
    """The question has no such answer."""

    code = "answer_unknown"


@dataclass(frozen=True)
class AnswerQuestion:
    """One of the answers that the question of an application has."""

    application_id: UUID
    answer: str


def answer_question(context: Context, command: AnswerQuestion) -> ApplicationView:
    """Answer the question of the actor's own application; jobs go on with it.

    Raises `NotFound`, `NothingAsked`, `AnswerUnknown`.
    """
    require(context, Permission.LOAN_MANAGE)
    application = locked_application(context, command.application_id)
    asked = context.session.get(AskedQuestion, application.id, with_for_update=True)
    waits = application.state is ApplicationState.ASKING and asked is not None
    if not waits or asked is None or asked.expires_at <= context.now():
        raise NothingAsked
    if command.answer not in context.rules(LoanPolicy).questions.answers.get(asked.question, {}):
        raise AnswerUnknown
    asked.answer, asked.answered_at = command.answer, context.now()
    record_application(
        context,
        Action.QUESTION_ANSWERED,
        application,
        question=asked.question,
        answer=asked.answer,
    )
    move(context, application, ApplicationState.GATHERING)
    enqueue(context, ADVANCE_APPLICATION, application.id, application.made_at)
    return own_application(context, application.id)


def has_expired_questions(context: Context) -> bool:
    """Whether `expire_questions` would end any application."""
    return context.session.execute(_unanswered(context).limit(1)).first() is not None


def expire_questions(context: Context) -> int:
    """End applications whose question was not answered in time; returns how many."""
    over = _unanswered(context).limit(EXPIRED_AT_ONCE).with_for_update(skip_locked=True)
    applications = context.session.scalars(over).all()
    for application in applications:
        application.reasons = [Reason.QUESTION_UNANSWERED]
        application.decided_at = context.now()
        move(context, application, ApplicationState.EXPIRED)
    return len(applications)


def _unanswered(context: Context) -> sa.Select[Application]:
    return (
        sa.select(Application)
        .join(AskedQuestion, AskedQuestion.application_id == Application.id)
        .where(
            Application.state == ApplicationState.ASKING,
            AskedQuestion.answer.is_(None),
            AskedQuestion.expires_at <= context.now(),
        )
    )
