"""The one question that is asked of an application, as it is kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from audit.actions import Action
from loans.declaration.choice import question_for
from loans.declaration.questions import Effect, effect_of
from loans.events import record_application
from loans.models import Application, AskedQuestion, Declaration
from loans.policy import LoanPolicy
from storage.context import Context


def ask_owner(context: Context, application: Application, declaration: Declaration) -> bool:
    """Ask what would settle the declaration, once; whether the owner now has a question."""
    rules = context.rules(LoanPolicy).questions
    differences = [each["difference"] for each in declaration.evidence or ()]
    question = question_for(declaration.consistency, differences, rules)
    if question is None or question_of(context, application.id) is not None:
        return False
    expires_at = context.now() + timedelta(days=rules.valid_days)
    row = AskedQuestion(
        application_id=application.id,
        question=question,
        asked_at=context.now(),
        expires_at=expires_at,
    )
    context.session.add(row)
    record_application(context, Action.QUESTION_ASKED, application, question=question)
    return True


def question_of(context: Context, application_id: UUID) -> AskedQuestion | None:
    """The question of an application, open or answered."""
    return context.session.get(AskedQuestion, application_id)


def needs_person(context: Context, application: Application, declaration: Declaration) -> bool:
    """Whether what was declared, or what was answered, has a person look."""
    policy = context.rules(LoanPolicy)
    if declaration.consistency in policy.credit.to_person:
        return True
    if not declaration.evidence:
        return False
    asked = question_of(context, application.id)
    if asked is None:
        return False
    return effect_of(asked.question, asked.answer, policy.questions) is Effect.PERSON
