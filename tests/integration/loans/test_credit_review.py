"""People look at applications: claims, verdicts, and what follows from them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.authorisation import NotAllowed
from access.models import Applicant as Account
from access.step_up import StepUpRequired
from app.services import Services
from audit.actions import Action
from core.actors import Actor, Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.reasons import Reason
from loans.credit.application import ask_for_person
from loans.credit.review import (
    CreditCaseNotClaimed,
    CreditCaseTaken,
    CreditJudgement,
    JudgeApplication,
    SecondCreditReviewerMissing,
    claim_application,
    judge_application,
    list_applications,
    release_application,
)
from loans.models import VERDICT_NOTE, Application, CreditVerdict
from loans.policy import LoanPolicy
from loans.states import ApplicationState
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    decided,
    declared,
    onboarded,
    seen,
    staff_member,
    stepped_up,
)
from tests.support.lending import RISKY, FixedScorer, lend
from tests.support.log import events

NOTE = "the owner showed the books of three years"
GO_ON, DECLINE = CreditJudgement.GO_ON, CreditJudgement.DECLINE


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def reviewer() -> Actor:
    return staff(new_id(), Role.REVIEWER)


def objected(owner: Applicant) -> UUID:
    """An application that the rules declined, and whose owner wants a person."""
    application = decided(owner, declared(owner), FixedScorer(RISKY)).application.id
    with owner.acting() as context:
        ask_for_person(context, application)
    return application


def unanswered(owner: Applicant, clock: MovableClock) -> UUID:
    """An application whose scorer was away for a day."""
    application, away = applied(owner, declared(owner)), FixedScorer(away=True)
    lend(owner.services, away)
    hours = owner.services.parts.policy.section(LoanPolicy).credit.give_up_h
    clock.advance(timedelta(hours=hours))
    lend(owner.services, away)
    return application


def judged(
    services: Services, who: Actor, application: UUID, judgement: CreditJudgement
) -> Application:
    with services.transaction(who) as context:
        claim_application(context, application)
        return judge_application(context, JudgeApplication(application, judgement, NOTE))


def test_what_the_rules_declined_a_person_declines_for_good(
    services: Services, owner: Applicant
) -> None:
    application = objected(owner)
    assert judged(services, reviewer(), application, DECLINE).state is ApplicationState.DECLINED
    view = seen(owner, application)
    assert view.application.reasons == [Reason.PERSON_DECLINED]
    with services.transaction(reviewer()) as context, pytest.raises(NotFound):
        claim_application(context, application)


def test_no_person_lends_against_the_rules(services: Services, owner: Applicant) -> None:
    application = objected(owner)
    after = judged(services, reviewer(), application, GO_ON)
    assert after.state is ApplicationState.DECLINED
    assert after.reasons == [Reason.RISK_TOO_HIGH]


def test_what_was_never_assessed_is_asked_again(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    application = unanswered(owner, clock)
    assert judged(services, reviewer(), application, GO_ON).state is ApplicationState.SCORING
    lend(services)
    assert seen(owner, application).application.state is ApplicationState.OFFERED


def test_against_a_sign_of_fraud_two_agree_after_a_step_up(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    application = unanswered(owner, clock)
    with services.transaction() as context:
        row = context.session.get_one(Application, application)
        row.reasons = [Reason.DECLARATION_CONTRADICTED]
    with pytest.raises(StepUpRequired):
        judged(services, reviewer(), application, GO_ON)
    first, second = (staff_member(services, Role.REVIEWER) for _ in range(2))
    assert agreed(services, first, application) is ApplicationState.REVIEW
    assert agreed(services, second, application) is ApplicationState.SCORING
    lend(services)
    assert seen(owner, application).application.state is ApplicationState.OFFERED


def agreed(services: Services, who: Actor, application: UUID) -> ApplicationState:
    """How an application stands after somebody who stepped up let it go on."""
    with services.transaction(who, stepped_up(services, who)) as context:
        claim_application(context, application)
        command = JudgeApplication(application, GO_ON, NOTE)
        return judge_application(context, command).state


def test_one_reviewer_is_not_two(services: Services, owner: Applicant) -> None:
    application, who = objected(owner), reviewer()
    with services.transaction(who) as context:
        claim_application(context, application)
        verdict = CreditVerdict(
            id=new_id(),
            application_id=application,
            reviewer=who.uuid,
            judgement=GO_ON,
            sealed_note=b"",
            at=context.now(),
        )
        context.session.add(verdict)
    with services.transaction(who) as context, pytest.raises(SecondCreditReviewerMissing):
        judge_application(context, JudgeApplication(application, DECLINE, NOTE))


def test_a_case_has_one_reviewer_at_a_time(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    application, one, other = objected(owner), reviewer(), reviewer()
    with services.transaction(one) as context:
        assert [case.id for case in list_applications(context)] == [application]
        case = claim_application(context, application)
    assert case.assessment is not None
    assert case.assessment.pd_12m == RISKY
    with services.transaction(other) as context, pytest.raises(CreditCaseTaken):
        claim_application(context, application)
    with services.transaction(other) as context, pytest.raises(CreditCaseNotClaimed):
        judge_application(context, JudgeApplication(application, DECLINE, NOTE))
    clock.advance(timedelta(minutes=services.parts.policy.section(LoanPolicy).review.claim_min))
    with services.transaction(other) as context:
        claim_application(context, application)
        release_application(context, application)
    with services.transaction(one) as context:
        claim_application(context, application)
    assert len(events(services, Action.APPLICATION_CLAIMED)) == 3


def test_a_note_is_sealed(services: Services, owner: Applicant) -> None:
    application = objected(owner)
    judged(services, reviewer(), application, DECLINE)
    with services.reading() as context:
        verdict = context.session.scalars(sa.select(CreditVerdict)).one()
        assert NOTE.encode() not in verdict.sealed_note
        account = context.session.get_one(Account, owner.id)
        opened = VERDICT_NOTE.open(context.keyring, account, verdict.id, verdict.sealed_note)
    assert opened.decode() == NOTE


@pytest.mark.parametrize("role", [Role.AGENT, Role.COMPLIANCE, Role.ADMIN])
def test_other_staff_judges_nothing(services: Services, role: Role) -> None:
    with services.transaction(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            list_applications(context)
        with pytest.raises(NotAllowed):
            claim_application(context, new_id())
