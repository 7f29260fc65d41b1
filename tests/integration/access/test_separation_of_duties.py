"""Who decides does not audit, whatever their role is later; two reviewers are two people."""

from __future__ import annotations

from uuid import UUID

import pytest

from access.log_reading import AuditConflict, list_accesses, read_history, search_events
from access.step_up import StepUpRequired
from app.services import Services
from audit.actions import Action
from audit.reading import Search
from core.actors import Actor, Role, staff
from core.ids import new_id
from core.reasons import Reason
from kyc.evidence.types import LICENCE
from kyc.onboarding.states import Decision
from kyc.review.cases import claim_case, release_case
from kyc.review.verdicts import GiveVerdict, SecondReviewerMissing, give_verdict
from tests.support.factories import applicant, onboarded, reread, stepped_up
from tests.support.findings import OWNER, another
from tests.support.log import events

REVIEWER = staff(new_id(), Role.REVIEWER)
APPROVE = "called the owner, saw the paper"


@pytest.fixture
def case(services: Services) -> UUID:
    """A case with a sign of fraud."""
    findings = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.PHOTOCOPY)}
    return onboarded(applicant(services), findings).id


def claim(services: Services, reviewer: Actor, case: UUID) -> None:
    with services.transaction(reviewer) as context:
        claim_case(context, case)


def judge(services: Services, reviewer: Actor, case: UUID, judgement: Decision) -> Decision | None:
    with services.transaction(reviewer, stepped_up(services, reviewer)) as context:
        return give_verdict(context, GiveVerdict(case, judgement, APPROVE)).decision


def test_who_decided_on_a_case_does_not_audit_it(services: Services, case: UUID) -> None:
    claim(services, REVIEWER, case)
    with services.transaction(REVIEWER) as context:
        release_case(context, case)
    later = staff(REVIEWER.uuid, Role.COMPLIANCE)
    with services.transaction(later) as context, pytest.raises(AuditConflict):
        read_history(context, case)
    assert [event.actor_id for event in events(services, Action.AUDIT_READ)] == [later.id]
    with services.transaction(staff(new_id(), Role.COMPLIANCE)) as context:
        assert read_history(context, case)


def test_no_other_way_of_reading_the_log_shows_who_decided_their_own_case(
    services: Services, case: UUID
) -> None:
    owner = reread(services, case).applicant_id
    other = onboarded(applicant(services, "13800000002"), another(1).findings()).id
    claim(services, REVIEWER, case)
    later = staff(REVIEWER.uuid, Role.COMPLIANCE)
    with services.transaction(later) as context, pytest.raises(AuditConflict):
        search_events(context, Search(applicant_id=owner))
    with services.transaction(later) as context, pytest.raises(AuditConflict):
        list_accesses(context, owner, None)
    assert [event.actor_id for event in events(services, Action.AUDIT_READ)] == [later.id] * 2
    assert seen(services, later) == {other}
    assert seen(services, staff(new_id(), Role.COMPLIANCE)) == {case, other}


def seen(services: Services, reader: Actor) -> set[UUID]:
    """The onboardings of which a search for everything shows events."""
    with services.transaction(reader) as context:
        page = search_events(context, Search())
    return {event.onboarding_id for event in page.events if event.onboarding_id}


def test_approving_against_a_sign_of_fraud_takes_a_fresh_code_each(
    services: Services, case: UUID
) -> None:
    claim(services, REVIEWER, case)
    with services.transaction(REVIEWER) as context, pytest.raises(StepUpRequired):
        give_verdict(context, GiveVerdict(case, Decision.APPROVED, APPROVE))
    assert judge(services, REVIEWER, case, Decision.APPROVED) is Decision.REVIEW
    claim(services, REVIEWER, case)
    with pytest.raises(SecondReviewerMissing):
        judge(services, REVIEWER, case, Decision.APPROVED)
    with services.transaction(REVIEWER) as context:
        release_case(context, case)
    other = staff(new_id(), Role.REVIEWER)
    claim(services, other, case)
    assert judge(services, other, case, Decision.APPROVED) is Decision.APPROVED


def test_declining_takes_none(services: Services, case: UUID) -> None:
    claim(services, REVIEWER, case)
    with services.transaction(REVIEWER) as context:
        row = give_verdict(context, GiveVerdict(case, Decision.DECLINED, APPROVE))
    assert row.decision is Decision.DECLINED
