"""An owner asks for a person instead of face and voice: papers suffice, and a person decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.step_up import StepUpRequired
from app.services import Services, remember_policy
from audit.actions import Action
from core.actors import Actor, Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.reasons import Reason
from kyc.accounts.change_phone import ChangePhone, change_phone
from kyc.decision.models import Check, CrossCheck
from kyc.decision.person import ask_person, choose_camera
from kyc.decision.replay import replay
from kyc.decision.view import OnboardingView, view_onboarding
from kyc.evidence.models import Template
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.jobs import load_evidence
from kyc.onboarding.consents import withdraw_consent
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import OnboardingClosed
from kyc.onboarding.start import expire_onboardings
from kyc.onboarding.states import Decision, OnboardingState
from kyc.policy import OnboardingPolicy
from kyc.review.cases import CaseFile, claim_case
from kyc.review.models import Seen, Verdict
from kyc.review.verdicts import GiveVerdict, OwnerNotSeen, give_verdict
from kyc.risk.attempts import Tie
from kyc.verification.record import owner_templates
from kyc.verification.states import Means, VerificationPurpose
from kyc.verification.verify import (
    CallerByPerson,
    RequestVerification,
    VerifiedByPerson,
    consume_verification,
    request_verification,
)
from privacy.consents import ConsentMissing
from privacy.erasure import close_own_account
from privacy.kinds import ConsentKind
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    onboarded,
    reread,
    staff_member,
    started,
    stepped_up,
    submitted,
)
from tests.support.findings import ACTION_MISSING, OWNER, SUSPECTED, another, face
from tests.support.jobs import work_off
from tests.support.log import events

FIRST, SECOND = staff(new_id(), Role.REVIEWER), staff(new_id(), Role.REVIEWER)
PAPERS = (ID_CARD_FRONT.kind, ID_CARD_BACK.kind, LICENCE.kind)
TERMS, BIOMETRIC = ConsentKind.TERMS, ConsentKind.BIOMETRIC
YES, NO, OPEN = Decision.APPROVED, Decision.DECLINED, Decision.REVIEW
PHONE = "13800000001"
OTHER_FACE = replace(OWNER, seed=9)


def asks(owner: Applicant, onboarding: UUID) -> None:
    with owner.acting() as context:
        ask_person(context, onboarding)


def seen_by(owner: Applicant, onboarding: UUID) -> OnboardingView:
    with owner.acting() as context:
        return view_onboarding(context, onboarding)


def by_person(owner: Applicant, *consents: ConsentKind) -> Onboarding:
    """An onboarding of papers alone, decided on good ones; consented to the terms alone."""
    onboarding = started(owner, *(consents or (TERMS,)))
    asks(owner, onboarding)
    for kind in PAPERS:
        submitted(owner, onboarding, kind)
    work_off(owner.services, OWNER.findings())
    return reread(owner.services, onboarding)


def claimed(services: Services, reviewer: Actor, case: UUID) -> CaseFile:
    with services.transaction(reviewer) as context:
        return claim_case(context, case)


def judged(
    services: Services, reviewer: Actor, case: UUID, judgement: Decision, seen: Seen | None
) -> Decision | None:
    claimed(services, reviewer, case)
    with services.transaction(reviewer, stepped_up(services, reviewer)) as context:
        command = GiveVerdict(case, judgement, "compared with the card", seen)
        return give_verdict(context, command).decision


def approved_by_person(owner: Applicant) -> Onboarding:
    case = by_person(owner)
    assert judged(owner.services, FIRST, case.id, YES, Seen.IN_PERSON) is YES
    return reread(owner.services, case.id)


def checks_of(services: Services, onboarding: UUID) -> set[str]:
    with services.reading() as context:
        query = sa.select(Check.kind).where(Check.onboarding_id == onboarding)
        return set(context.session.scalars(query))


def test_papers_alone_go_to_a_person_and_are_neither_approved_nor_declined(
    services: Services,
) -> None:
    remember_policy(services)
    owner = applicant(services)
    onboarding = started(owner, TERMS)
    assert FACE_VIDEO.kind in seen_by(owner, onboarding).missing
    asks(owner, onboarding)
    asks(owner, onboarding)
    view = seen_by(owner, onboarding)
    assert (view.missing, view.person_asked) == (PAPERS, True)
    for kind in PAPERS:
        submitted(owner, onboarding, kind)
    work_off(services, OWNER.findings())
    row = reread(services, onboarding)
    assert (row.decision, row.reasons) == (OPEN, [Reason.PERSON_ASKED])
    assert not {CrossCheck.FACE_MATCH, CrossCheck.FACE_KNOWN} & checks_of(services, onboarding)
    (asked,) = events(services, Action.PERSON_ASKED)
    assert (asked.onboarding_id, asked.applicant_id) == (onboarding, owner.id)
    with services.transaction() as context:
        assert replay(context, onboarding).same


def test_no_template_is_made_without_the_consent_to_it(services: Services) -> None:
    owner = applicant(services)
    for consents, biometric in (((TERMS,), False), ((TERMS, BIOMETRIC), True)):
        onboarding = started(owner, *consents)
        front = submitted(owner, onboarding, ID_CARD_FRONT.kind)
        with services.transaction() as context:
            work = load_evidence(context, front)
        assert work is not None
        assert work.sample.biometric is biometric
    work_off(services, OWNER.findings())
    asks(owner, onboarding)
    with owner.acting() as context:
        withdraw_consent(context, onboarding, BIOMETRIC)
    with services.reading() as context:
        assert context.session.scalars(sa.select(Template)).all() == []


def test_it_is_decided_at_once_where_all_papers_were_there(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    for kind in PAPERS:
        submitted(owner, onboarding, kind)
    work_off(services, OWNER.findings())
    assert reread(services, onboarding).state is OnboardingState.OPEN
    asks(owner, onboarding)
    assert reread(services, onboarding).decision is OPEN
    with owner.acting() as context, pytest.raises(OnboardingClosed):
        choose_camera(context, onboarding)


def test_the_owner_may_go_back_to_the_camera_while_nothing_is_decided(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    asks(owner, onboarding)
    with owner.acting() as context:
        choose_camera(context, onboarding)
    assert {FACE_VIDEO.kind, VOICE_CLIP.kind} <= set(seen_by(owner, onboarding).missing)
    assert len(events(services, Action.CAMERA_CHOSEN)) == 1
    for kind in services.parts.policy.section(OnboardingPolicy).required:
        submitted(owner, onboarding, kind)
    work_off(services, OWNER.findings())
    assert reread(services, onboarding).decision is YES


def test_without_the_terms_and_for_strangers_nobody_is_asked(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner, BIOMETRIC)
    with owner.acting() as context, pytest.raises(ConsentMissing):
        ask_person(context, onboarding)
    with applicant(services, "13800000002").acting() as context, pytest.raises(NotFound):
        ask_person(context, onboarding)


def test_a_face_that_was_sent_before_still_counts(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    for kind in (*PAPERS, FACE_VIDEO.kind):
        submitted(owner, onboarding, kind)
    asks(owner, onboarding)
    assert reread(services, onboarding).state is OnboardingState.OPEN, "the video is analysed yet"
    work_off(services, {**OWNER.findings(), FACE_VIDEO.kind: OTHER_FACE.face_video()})
    row = reread(services, onboarding)
    assert row.decision is NO
    assert Reason.FACE_MISMATCH in row.reasons


def test_withdrawing_face_and_voice_leaves_the_case_to_a_person(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    for kind in PAPERS:
        submitted(owner, onboarding, kind)
    work_off(services, OWNER.findings())
    submitted(owner, onboarding, FACE_VIDEO.kind)
    asks(owner, onboarding)
    assert reread(services, onboarding).state is OnboardingState.OPEN, "the video is analysed yet"
    with owner.acting() as context:
        withdraw_consent(context, onboarding, BIOMETRIC)
    row = reread(services, onboarding)
    assert (row.state, row.decision) == (OnboardingState.DECIDED, OPEN)
    assert judged(services, FIRST, onboarding, YES, Seen.VIDEO_CALL) is YES


def test_whoever_approves_says_how_they_saw_the_owner(services: Services) -> None:
    owner = applicant(services)
    case = by_person(owner)
    file = claimed(services, FIRST, case.id)
    assert file.phone == PHONE
    opened = [e for e in events(services, Action.FACTS_UNSEALED) if e.data["purpose"] != "decision"]
    assert [(e.data["purpose"], e.actor_id) for e in opened] == [("review_call", FIRST.id)]
    with pytest.raises(OwnerNotSeen):
        judged(services, FIRST, case.id, YES, None)
    assert judged(services, FIRST, case.id, YES, Seen.IN_PERSON) is YES
    with services.reading() as context:
        assert context.session.scalars(sa.select(Verdict.seen)).all() == [Seen.IN_PERSON]
    (verdict,) = events(services, Action.REVIEW_VERDICT_GIVEN)
    assert verdict.data["seen"] == "in_person"


def test_a_case_is_declined_also_where_nobody_saw_the_owner(services: Services) -> None:
    case = by_person(applicant(services))
    assert judged(services, FIRST, case.id, NO, None) is NO


def test_other_cases_are_approved_without_and_show_no_number(services: Services) -> None:
    findings = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}
    case = onboarded(applicant(services), findings)
    assert claimed(services, FIRST, case.id).phone is None
    assert judged(services, FIRST, case.id, YES, None) is YES


def test_who_was_refused_by_the_face_is_looked_at_by_two_who_see_it(services: Services) -> None:
    owner = applicant(services)
    refused = onboarded(owner, {**OWNER.findings(), FACE_VIDEO.kind: OTHER_FACE.face_video()})
    assert refused.reasons == [Reason.FACE_MISMATCH]
    case = by_person(owner)
    assert case.reasons == [Reason.PERSON_ASKED, Reason.REFUSED_BEFORE]
    (before,) = claimed(services, FIRST, case.id).attempts
    assert (before.onboarding_id, before.decision) == (refused.id, NO)
    assert before.reasons == (Reason.FACE_MISMATCH,)
    assert {Tie.ACCOUNT, Tie.NUMBER} <= set(before.ties)
    with services.transaction(FIRST) as context, pytest.raises(StepUpRequired):
        give_verdict(context, GiveVerdict(case.id, YES, "seen by video", Seen.VIDEO_CALL))
    assert judged(services, FIRST, case.id, YES, Seen.VIDEO_CALL) is OPEN
    assert judged(services, SECOND, case.id, YES, Seen.IN_PERSON) is YES


def test_a_refusal_under_another_account_counts_by_the_number(services: Services) -> None:
    stranger = applicant(services, "13800000002")
    onboarded(stranger, {**OWNER.findings(), FACE_VIDEO.kind: OTHER_FACE.face_video()})
    case = by_person(applicant(services))
    assert Reason.REFUSED_BEFORE in case.reasons
    (before,) = claimed(services, FIRST, case.id).attempts
    assert before.ties == (Tie.NUMBER,)


def test_a_suspected_video_counts_whatever_became_of_its_onboarding(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    first = started(owner)
    submitted(owner, first, FACE_VIDEO.kind)
    work_off(services, {FACE_VIDEO.kind: SUSPECTED})
    clock.advance(timedelta(hours=25))
    with services.transaction() as context:
        expire_onboardings(context)
    assert reread(services, first).decision is None
    assert Reason.REFUSED_BEFORE in by_person(owner).reasons


def test_a_refusal_counts_that_comes_after_the_other_onboarding_began(services: Services) -> None:
    patient, hasty = applicant(services), applicant(services, "13800000002")
    waiting = started(patient, TERMS)
    onboarded(hasty, {**OWNER.findings(), FACE_VIDEO.kind: OTHER_FACE.face_video()})
    asks(patient, waiting)
    for kind in PAPERS:
        submitted(patient, waiting, kind)
    work_off(services, OWNER.findings())
    assert Reason.REFUSED_BEFORE in reread(services, waiting).reasons


def test_a_refusal_that_comes_while_a_case_waits_takes_two_reviewers(services: Services) -> None:
    case = by_person(applicant(services))
    assert Reason.REFUSED_BEFORE not in case.reasons
    hasty = applicant(services, "13800000002")
    onboarded(hasty, {**OWNER.findings(), FACE_VIDEO.kind: OTHER_FACE.face_video()})
    assert judged(services, FIRST, case.id, YES, Seen.IN_PERSON) is OPEN
    assert Reason.REFUSED_BEFORE in reread(services, case.id).reasons


def test_a_refusal_outlives_its_account(services: Services) -> None:
    refused = applicant(services)
    onboarded(refused, {**OWNER.findings(), FACE_VIDEO.kind: OTHER_FACE.face_video()})
    with refused.acting() as context:
        close_own_account(context)
    assert Reason.REFUSED_BEFORE in by_person(applicant(services)).reasons


def test_videos_that_failed_are_shown_and_do_not_decline(services: Services) -> None:
    owner = applicant(services)
    first = started(owner)
    submitted(owner, first, FACE_VIDEO.kind)
    work_off(services, {FACE_VIDEO.kind: ACTION_MISSING})
    asks(owner, first)
    for kind in PAPERS:
        submitted(owner, first, kind)
    work_off(services, OWNER.findings())
    assert reread(services, first).decision is OPEN
    file = claimed(services, FIRST, first)
    tries = [check for check in file.checks if check.kind == FACE_VIDEO.kind]
    assert [check.reasons for check in tries] == [[Reason.ACTION_MISSING]]
    again = by_person(owner)
    (before,) = claimed(services, SECOND, again.id).attempts
    assert (before.failed_videos, before.person_asked) == (1, True)


def test_another_person_by_this_way_takes_two_reviewers(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    assert Reason.IDENTITY_CHANGED in by_person(owner).reasons


@pytest.mark.parametrize("means", Means)
def test_what_needs_a_face_or_a_voice_says_that_there_is_none(
    services: Services, means: Means
) -> None:
    owner = applicant(services)
    assert approved_by_person(owner).decision is YES
    with owner.acting() as context, pytest.raises(VerifiedByPerson):
        command = RequestVerification(owner.id, VerificationPurpose.OFFER, means)
        request_verification(context, command)
    with owner.acting() as context, pytest.raises(VerifiedByPerson):
        consume_verification(context, None, VerificationPurpose.OFFER)
    with owner.acting() as context, pytest.raises(VerifiedByPerson):
        change_phone(context, ChangePhone("an attempt", "13900000009", "000000", None))
    agent = staff_member(services, Role.AGENT)
    with services.transaction(agent) as context, pytest.raises(CallerByPerson):
        request_verification(context, RequestVerification(owner.id, VerificationPurpose.CALLER))


def test_a_voice_alone_stands_for_nobody(services: Services) -> None:
    """It may be anybody's: without a face nothing was compared with the card."""
    owner = applicant(services)
    onboarding = started(owner)
    for kind in (VOICE_CLIP.kind, *PAPERS):
        submitted(owner, onboarding, kind)
    work_off(services, OWNER.findings())
    asks(owner, onboarding)
    assert judged(services, FIRST, onboarding, YES, Seen.IN_PERSON) is YES
    with services.reading() as context:
        assert owner_templates(context, owner.id, Means.VOICE)
    with owner.acting() as context, pytest.raises(VerifiedByPerson):
        request_verification(context, RequestVerification(owner.id, VerificationPurpose.OFFER))
    agent = staff_member(services, Role.AGENT)
    with services.transaction(agent) as context, pytest.raises(CallerByPerson):
        request_verification(context, RequestVerification(owner.id, VerificationPurpose.CALLER))


def test_others_with_a_face_are_compared_as_before(services: Services) -> None:
    approved_by_person(applicant(services))
    other = applicant(services, "13800000002")
    assert onboarded(other, another(5).findings()).decision is YES


def test_faces_are_told_apart_in_these_tests() -> None:
    assert face(1).packed() != face(9).packed()
