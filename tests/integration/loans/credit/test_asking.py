"""An owner whose declaration is unclear is asked one question, and the application goes on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from audit.state import STATE
from core.errors import NotFound
from core.reasons import Reason
from loans.codes import Role
from loans.credit.answering import AnswerQuestion, AnswerUnknown, NothingAsked, answer_question
from loans.credit.application import ApplicationView, withdraw_application
from loans.declaration.questions import Question
from loans.models import AskedQuestion
from loans.policy import LoanPolicy
from loans.states import ApplicationState
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, applied, declared, onboarded, seen
from tests.support.findings import another
from tests.support.lending import lend
from tests.support.log import events


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody whose business has one owner by its licence."""
    known = applicant(services)
    onboarded(known)
    return known


@pytest.fixture
def asked(services: Services, owner: Applicant) -> UUID:
    """An application that waits for its owner's answer."""
    application = applied(owner, declared(owner, role=Role.PARTNER))
    lend(services)
    return application


def answered(owner: Applicant, application: UUID, answer: str) -> ApplicationView:
    with owner.acting() as context:
        answer_question(context, AnswerQuestion(application, answer))
    lend(owner.services)
    return seen(owner, application)


def differing(services: Services) -> list[str]:
    with services.reading() as context:
        return [fault for compare in STATE.comparisons() for fault in compare(context)]


def test_what_is_unclear_is_asked_before_anybody_else_is(owner: Applicant, asked: UUID) -> None:
    view = seen(owner, asked)
    assert view.application.state is ApplicationState.ASKING
    assert not view.is_moving, "nobody waits on the line for a person to think"
    assert view.question is not None
    assert view.question.question is Question.OWNERSHIP
    assert "family_business" in view.question.answers


def test_an_answer_that_settles_lets_the_application_go_on(
    services: Services, owner: Applicant, asked: UUID
) -> None:
    view = answered(owner, asked, "family_business")
    assert view.application.state is ApplicationState.OFFERED
    assert view.question is None
    (event,) = events(services, Action.QUESTION_ANSWERED)
    assert event.loan_id == asked
    assert (event.data["question"], event.data["answer"]) == ("ownership", "family_business")


def test_an_answer_that_confirms_the_doubt_goes_to_a_person(owner: Applicant, asked: UUID) -> None:
    view = answered(owner, asked, "others_share")
    assert view.application.state is ApplicationState.REVIEW
    assert view.application.reasons == [Reason.DECLARATION_CONTRADICTED]


def test_one_question_is_answered_once(owner: Applicant, asked: UUID) -> None:
    answered(owner, asked, "family_business")
    with pytest.raises(NothingAsked), owner.acting() as context:
        answer_question(context, AnswerQuestion(asked, "registered_owner"))


def test_a_clear_declaration_is_asked_nothing(services: Services, owner: Applicant) -> None:
    application = applied(owner, declared(owner))
    lend(services)
    assert seen(owner, application).application.state is ApplicationState.OFFERED
    with pytest.raises(NothingAsked), owner.acting() as context:
        answer_question(context, AnswerQuestion(application, "family_business"))


def test_an_answer_of_another_question_is_refused(owner: Applicant, asked: UUID) -> None:
    with pytest.raises(AnswerUnknown), owner.acting() as context:
        answer_question(context, AnswerQuestion(asked, "does_both"))
    assert seen(owner, asked).application.state is ApplicationState.ASKING


def test_a_strangers_question_is_as_absent_as_none(services: Services, asked: UUID) -> None:
    stranger = applicant(services, "13800000002")
    onboarded(stranger, another(1).findings())
    with pytest.raises(NotFound), stranger.acting() as context:
        answer_question(context, AnswerQuestion(asked, "family_business"))


def test_a_question_that_nobody_answers_ends_the_application(
    services: Services, owner: Applicant, asked: UUID, clock: MovableClock
) -> None:
    days = services.parts.policy.section(LoanPolicy).questions.valid_days
    clock.advance(timedelta(days=days) - timedelta(minutes=1))
    Maintenance(services).expire()
    assert seen(owner, asked).application.state is ApplicationState.ASKING
    clock.advance(timedelta(minutes=1))
    with pytest.raises(NothingAsked), owner.acting() as context:
        answer_question(context, AnswerQuestion(asked, "family_business"))
    Maintenance(services).expire()
    view = seen(owner, asked)
    assert view.application.state is ApplicationState.EXPIRED
    assert view.application.reasons == [Reason.QUESTION_UNANSWERED]


def test_who_does_not_want_to_answer_withdraws(owner: Applicant, asked: UUID) -> None:
    with owner.acting() as context:
        view = withdraw_application(context, asked)
    assert view.application.state is ApplicationState.WITHDRAWN
    assert view.question is None


def test_a_changed_answer_is_found(services: Services, owner: Applicant, asked: UUID) -> None:
    answered(owner, asked, "others_share")
    assert differing(services) == []
    with services.transaction() as context:
        context.session.get_one(AskedQuestion, asked).answer = "family_business"
    assert differing(services) == [
        f"answer of application {asked}: answer is 'family_business', the log says 'others_share'"
    ]
