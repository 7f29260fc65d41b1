"""Reviewers and the cases that wait for them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.authorisation import NotAllowed
from access.models import Applicant
from app.services import Services, remember_policy
from audit.actions import Action
from core.actors import Actor, Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.reasons import Reason
from kyc.decision.models import CrossCheck
from kyc.decision.replay import replay
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import LICENCE
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.policy import ReviewPolicy
from kyc.review.cases import (
    CaseFile,
    CaseNotClaimed,
    CaseTaken,
    claim_case,
    list_cases,
    release_case,
    view_evidence,
)
from kyc.review.models import NOTE, Verdict
from kyc.review.verdicts import (
    GiveVerdict,
    SecondReviewerMissing,
    give_verdict,
    seal_old_notes,
)
from storage.context import Context
from tests.support.clock import MovableClock
from tests.support.factories import applicant, onboarded, reread, stepped_up
from tests.support.findings import OWNER
from tests.support.log import actions

FIRST, SECOND = staff(new_id(), Role.REVIEWER), staff(new_id(), Role.REVIEWER)
LAPSED, COPIED = Reason.LICENCE_EXPIRED, Reason.PHOTOCOPY
YES, NO, OPEN = Decision.APPROVED, Decision.DECLINED, Decision.REVIEW


def case_of(services: Services, reason: Reason, phone: str = "13800000001") -> UUID:
    findings = {**OWNER.findings(), LICENCE.kind: OWNER.licence(reason)}
    case = onboarded(applicant(services, phone), findings)
    assert case.decision is OPEN
    return case.id


def claimed(services: Services, reviewer: Actor, case: UUID) -> CaseFile:
    with services.transaction(reviewer) as context:
        return claim_case(context, case)


def judged(services: Services, reviewer: Actor, case: UUID, judgement: Decision) -> Onboarding:
    with services.transaction(reviewer, stepped_up(services, reviewer)) as context:
        return give_verdict(context, GiveVerdict(case, judgement, "called the owner"))


def claimed_and_judged(
    services: Services, reviewer: Actor, case: UUID, judgement: Decision
) -> Decision | None:
    claimed(services, reviewer, case)
    return judged(services, reviewer, case, judgement).decision


def test_a_case_is_claimed_viewed_and_decided(services: Services) -> None:
    remember_policy(services)
    case = case_of(services, LAPSED)
    with services.transaction(FIRST) as context:
        (waiting,) = list_cases(context)
    assert (waiting.onboarding.id, waiting.taken) == (case, False)
    assert waiting.onboarding.reasons == [LAPSED]
    with pytest.raises(CaseNotClaimed):
        judged(services, FIRST, case, YES)
    file = claimed(services, FIRST, case)
    assert {check.kind for check in file.checks} >= {LICENCE.kind, CrossCheck.FACE_MATCH}
    licence = next(one for one in file.evidence if one.kind == LICENCE.kind)
    with services.transaction(FIRST) as context:
        assert view_evidence(context, case, licence.id).startswith(b"licence")
        assert list_cases(context)[0].taken
    row = judged(services, FIRST, case, YES)
    assert (row.decision, row.automatic) == (YES, OPEN)
    assert row.reviewed_at is not None
    with services.transaction(FIRST) as context:
        assert list_cases(context) == []
        assert context.session.get_one(Evidence, licence.id).state is EvidenceState.ACCEPTED
    assert {
        Action.REVIEW_CLAIMED,
        Action.REVIEW_EVIDENCE_VIEWED,
        Action.REVIEW_VERDICT_GIVEN,
        Action.ONBOARDING_REVIEWED,
    } <= set(actions(services))
    with services.transaction() as context:
        assert replay(context, case).same


def test_declined_evidence_is_declined_with_its_case(services: Services) -> None:
    case = case_of(services, LAPSED)
    assert claimed_and_judged(services, FIRST, case, NO) is NO
    with services.reading() as context:
        query = sa.select(Evidence.state).where(Evidence.kind == LICENCE.kind)
        assert context.session.scalars(query).all() == [EvidenceState.DECLINED]


def test_what_speaks_of_fraud_takes_four_eyes(services: Services) -> None:
    case = case_of(services, COPIED)
    claimed(services, FIRST, case)
    with pytest.raises(CaseTaken):
        claimed(services, SECOND, case)
    assert judged(services, FIRST, case, YES).decision is OPEN
    claimed(services, FIRST, case)
    with pytest.raises(SecondReviewerMissing):
        judged(services, FIRST, case, YES)
    with services.transaction(FIRST) as context:
        release_case(context, case)
    assert claimed_and_judged(services, SECOND, case, YES) is YES


def test_two_who_differ_leave_it_to_a_third_and_one_may_decline(services: Services) -> None:
    case = case_of(services, COPIED)
    third = staff(new_id(), Role.REVIEWER)
    assert claimed_and_judged(services, FIRST, case, YES) is OPEN
    assert claimed_and_judged(services, SECOND, case, NO) is OPEN
    assert claimed_and_judged(services, third, case, NO) is NO
    other = case_of(services, COPIED, "13800000002")
    assert claimed_and_judged(services, FIRST, other, NO) is NO


def test_a_silent_reviewer_loses_the_case(services: Services, clock: MovableClock) -> None:
    case = case_of(services, LAPSED)
    minutes = services.parts.policy.section(ReviewPolicy).claim_min
    claimed(services, FIRST, case)
    clock.advance(timedelta(minutes=minutes) - timedelta(seconds=1))
    with pytest.raises(CaseTaken):
        claimed(services, SECOND, case)
    claimed(services, FIRST, case)  # who still works keeps it
    clock.advance(timedelta(minutes=minutes))
    claimed(services, SECOND, case)
    with pytest.raises(CaseNotClaimed):
        judged(services, FIRST, case, YES)


def test_the_longest_waiting_case_comes_first(services: Services, clock: MovableClock) -> None:
    first = case_of(services, LAPSED)
    clock.advance(timedelta(hours=1))
    second = case_of(services, LAPSED, "13800000002")
    with services.transaction(FIRST) as context:
        waiting = list_cases(context)
    assert [one.onboarding.id for one in waiting] == [first, second]
    assert waiting[0].waited >= timedelta(hours=1)


def test_what_is_decided_or_unknown_is_no_case(services: Services) -> None:
    approved = onboarded(applicant(services)).id
    for case in (approved, new_id()):
        with pytest.raises(NotFound):
            claimed(services, FIRST, case)
    assert reread(services, approved).claimed_by is None


def test_evidence_of_another_case_is_not_found(services: Services) -> None:
    case, other = case_of(services, LAPSED), case_of(services, LAPSED, "13800000002")
    claimed(services, FIRST, case)
    evidence = claimed(services, SECOND, other).evidence[0].id
    with services.transaction(FIRST) as context, pytest.raises(NotFound):
        view_evidence(context, case, evidence)
    with services.transaction(FIRST) as context, pytest.raises(CaseNotClaimed):
        view_evidence(context, other, evidence)


@pytest.mark.parametrize("role", [Role.AGENT, Role.COMPLIANCE, Role.ADMIN])
def test_other_staff_reviews_nothing(services: Services, role: Role) -> None:
    case = case_of(services, LAPSED)
    with services.transaction(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            list_cases(context)
        with pytest.raises(NotAllowed):
            claim_case(context, case)
        with pytest.raises(NotAllowed):
            view_evidence(context, case, new_id())


def test_a_note_is_sealed_and_an_old_one_is_sealed_later(services: Services) -> None:
    case = case_of(services, LAPSED)
    claimed_and_judged(services, FIRST, case, YES)
    with services.transaction() as context:
        verdict = context.session.scalars(sa.select(Verdict)).one()
        assert (verdict.note, note_of(context, verdict)) == (None, "called the owner")
        verdict.note, verdict.sealed_note = "written before", None
    with services.transaction() as context:
        assert seal_old_notes(context) == 1
        assert seal_old_notes(context) == 0
    with services.reading() as context:
        verdict = context.session.scalars(sa.select(Verdict)).one()
        assert (verdict.note, note_of(context, verdict)) == (None, "written before")


def note_of(context: Context, verdict: Verdict) -> str:
    case = context.session.get_one(Onboarding, verdict.onboarding_id)
    owner = context.session.get_one(Applicant, case.applicant_id)
    return NOTE.open(context.keyring, owner, verdict.id, verdict.sealed_note or b"").decode()
