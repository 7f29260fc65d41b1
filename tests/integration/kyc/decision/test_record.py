"""Findings are recorded once, and the last one decides the onboarding."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.services import Services, remember_policy
from audit.actions import Action
from core.reasons import Reason
from kyc.analysis.findings import Finding
from kyc.analysis.manifest import ModelManifest
from kyc.decision.models import Check, CheckOutcome, CrossCheck
from kyc.decision.record import record_finding
from kyc.decision.replay import replay
from kyc.evidence.models import Evidence
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE, VOICE_CLIP
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import OnboardingClosed
from kyc.onboarding.states import Decision, OnboardingState
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.policy import OnboardingPolicy
from storage.blind_index import Indexed
from tests.support.factories import applicant, onboarded, reread, started, submitted
from tests.support.findings import ACTION_MISSING, BLURRED, OWNER, SUSPECTED, Person, another, face
from tests.support.jobs import NO_WEIGHTS, work_off
from tests.support.log import events
from tests.support.watchlist import listed

SECOND, THIRD = "13800000002", "13800000003"


def checks(services: Services, kind: str) -> list[Check]:
    with services.reading() as context:
        return list(context.session.scalars(sa.select(Check).where(Check.kind == kind)))


def decided_on(services: Services, phone: str, **changed: Finding) -> Onboarding:
    return onboarded(applicant(services, phone), {**OWNER.findings(), **changed})


def test_an_owner_who_is_who_they_say_is_approved(services: Services) -> None:
    onboarding = onboarded(applicant(services))
    assert (onboarding.state, onboarding.decision) == (OnboardingState.DECIDED, Decision.APPROVED)
    assert (onboarding.automatic, onboarding.reasons) == (Decision.APPROVED, [])
    assert onboarding.policy_version == services.parts.policy.version
    (event,) = events(services, Action.ONBOARDING_DECIDED)
    assert event.data["decision"] == Decision.APPROVED
    for question in set(CrossCheck) - {CrossCheck.PERSON_ASKED, CrossCheck.TWO_DEVICES}:
        (check,) = checks(services, question)
        assert check.outcome is CheckOutcome.PASSED


def test_another_face_is_declined(services: Services) -> None:
    other = replace(OWNER, seed=2).face_video()
    onboarding = decided_on(services, SECOND, face_video=other)
    assert onboarding.decision is Decision.DECLINED
    assert onboarding.reasons == [Reason.FACE_MISMATCH]
    (check,) = checks(services, CrossCheck.FACE_MATCH)
    assert check.outcome is CheckOutcome.FAILED
    assert check.measurements["llr"] < 0


def test_a_portrait_of_before_without_dlibs_opinion_goes_to_a_person(services: Services) -> None:
    """However alike the face is; such portraits are of 2026-11-29 and 2026-11-30."""
    portrait = replace(face(OWNER.seed), dlib=None).packed()
    front = replace(OWNER.front(), portrait=portrait)
    onboarding = decided_on(services, SECOND, id_card_front=front)
    assert onboarding.decision is Decision.REVIEW
    assert onboarding.reasons == [Reason.FACE_UNCERTAIN]
    (check,) = checks(services, CrossCheck.FACE_MATCH)
    assert check.measurements["second_distance"] is None


def test_a_lapsed_licence_or_another_principal_goes_to_a_person(services: Services) -> None:
    lapsed = replace(OWNER, principal="别人").licence(Reason.LICENCE_EXPIRED)
    onboarding = decided_on(services, SECOND, licence=lapsed)
    assert onboarding.decision is Decision.REVIEW
    assert set(onboarding.reasons) == {Reason.LICENCE_EXPIRED, Reason.PRINCIPAL_DIFFERS}


def test_a_reason_that_the_policy_does_not_know_is_never_a_pass(services: Services) -> None:
    unlisted = OWNER.voice_clip(Reason.RECORDING_REUSED)
    onboarding = decided_on(services, SECOND, voice_clip=unlisted)
    assert onboarding.decision is Decision.REVIEW
    assert onboarding.reasons == [Reason.RECORDING_REUSED]


def test_the_same_identity_twice_and_a_listed_one(services: Services) -> None:
    assert onboarded(applicant(services)).decision is Decision.APPROVED
    twice = onboarded(applicant(services, SECOND))
    assert twice.decision is Decision.REVIEW
    assert set(twice.reasons) == {Reason.IDENTITY_KNOWN, Reason.LICENCE_KNOWN}
    listed(services, Indexed.IDENTITY_NUMBER, OWNER.number)
    third = onboarded(applicant(services, THIRD))
    assert third.decision is Decision.DECLINED
    assert Reason.LISTED in third.reasons


def test_a_listed_firm_is_declined(services: Services) -> None:
    listed(services, Indexed.CREDIT_CODE, OWNER.code)
    onboarding = onboarded(applicant(services))
    assert (onboarding.decision, onboarding.reasons) == (Decision.DECLINED, [Reason.LISTED])


def test_an_owner_may_open_a_second_onboarding_of_their_own(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    again = onboarded(owner)
    assert again.decision is Decision.APPROVED


def test_a_face_under_a_second_identity_number_is_seen_by_a_person(services: Services) -> None:
    first = onboarded(applicant(services))
    same_face = replace(another(2), seed=OWNER.seed)
    onboarding = onboarded(applicant(services, SECOND), same_face.findings())
    assert onboarding.decision is Decision.REVIEW
    assert onboarding.reasons == [Reason.FACE_KNOWN]
    check = next(c for c in checks(services, CrossCheck.FACE_KNOWN) if c.reasons)
    assert check.outcome is CheckOutcome.UNSURE
    assert check.measurements["count"] == 1
    assert check.measurements["others"][0]["onboarding"] == str(first.id)
    third = onboarded(applicant(services, THIRD), another(3).findings())
    assert third.decision is Decision.APPROVED


def test_two_sides_of_different_cards_are_seen_by_a_person(services: Services) -> None:
    person = Person(address="广东省深圳市南山区1号", authority="上海市公安局徐汇分局")
    onboarding = onboarded(applicant(services), person.findings())
    assert onboarding.decision is Decision.REVIEW
    assert onboarding.reasons == [Reason.AUTHORITY_DIFFERS]


def test_a_reviewer_sees_how_closely_papers_are_tied(services: Services) -> None:
    person = Person(address="北京市朝阳区1号", authority="北京市公安局朝阳分局")
    onboarded(applicant(services), person.findings())
    (sides,) = checks(services, CrossCheck.CARD_SIDES)
    assert sides.measurements == {"tied_by": "county", "number_region": "province"}
    (business,) = checks(services, CrossCheck.OWNER_BUSINESS)
    assert business.measurements == {"tied_by": "name", "place": "unknown"}


def test_a_blurred_photo_can_be_replaced(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    blurred = submitted(owner, onboarding, LICENCE.kind)
    work_off(services, {LICENCE.kind: BLURRED})
    with services.reading() as context:
        assert context.session.get_one(Evidence, blurred).state is EvidenceState.RETRY
    assert reread(services, onboarding).state is OnboardingState.OPEN
    assert onboarded(owner).id == onboarding
    assert reread(services, onboarding).decision is Decision.APPROVED


def test_another_video_takes_no_suspicion_back(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    for finding in (SUSPECTED, OWNER.face_video()):
        submitted(owner, onboarding, FACE_VIDEO.kind)
        work_off(services, {FACE_VIDEO.kind: finding})
    for kind in (ID_CARD_FRONT, ID_CARD_BACK, LICENCE, VOICE_CLIP):
        submitted(owner, onboarding, kind.kind)
    work_off(services, OWNER.findings())
    decided = reread(services, onboarding)
    assert decided.decision is Decision.REVIEW
    assert decided.reasons == [Reason.PRESENTATION_ATTACK_SUSPECTED]
    remember_policy(services)
    with services.transaction() as context:
        assert replay(context, onboarding).same


def test_three_failed_liveness_videos_end_it(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    attempts = services.parts.policy.section(OnboardingPolicy).attempts[FACE_VIDEO.kind]
    for _ in range(attempts):
        submitted(owner, onboarding, FACE_VIDEO.kind)
        work_off(services, {FACE_VIDEO.kind: ACTION_MISSING})
    row = reread(services, onboarding)
    assert row.decision is Decision.DECLINED
    assert Reason.LIVENESS_ATTEMPTS_USED in row.reasons
    with owner.acting() as context, pytest.raises(OnboardingClosed):
        submit_evidence(context, SubmitEvidence(onboarding, LICENCE.kind, b"late"))


@pytest.mark.parametrize("judged", [0, 1, 2])
def test_attempts_that_a_camera_spoilt_decline_nobody(services: Services, judged: int) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    rules = services.parts.policy.section(OnboardingPolicy)
    attempts = rules.attempts[FACE_VIDEO.kind]
    assert Reason.CAMERA_TOO_SLOW in rules.technical
    slow = Finding((Reason.CAMERA_TOO_SLOW, Reason.FACE_TOO_DARK))
    for finding in [ACTION_MISSING] * judged + [slow] * (attempts - judged):
        last = submitted(owner, onboarding, FACE_VIDEO.kind)
        work_off(services, {FACE_VIDEO.kind: finding})
    row = reread(services, onboarding)
    assert (row.state, row.decision) == (OnboardingState.OPEN, None)
    with services.reading() as context:
        assert context.session.get_one(Evidence, last).state is EvidenceState.REVIEW


def test_used_up_photos_go_to_a_person(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    attempts = services.parts.policy.section(OnboardingPolicy).attempts[LICENCE.kind]
    evidence: list[UUID] = []
    for _ in range(attempts):
        evidence.append(submitted(owner, onboarding, LICENCE.kind))
        work_off(services, {LICENCE.kind: BLURRED})
    with services.reading() as context:
        states = [context.session.get_one(Evidence, one).state for one in evidence]
    assert states == [EvidenceState.RETRY] * (attempts - 1) + [EvidenceState.REVIEW]
    assert reread(services, onboarding).state is OnboardingState.OPEN


@pytest.mark.parametrize("kind", [FACE_VIDEO.kind, VOICE_CLIP.kind])
def test_the_same_recording_twice_is_declined(services: Services, kind: str) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, kind, b"recording")
    work_off(services, {kind: ACTION_MISSING})
    submitted(owner, onboarding, kind, b"recording")
    work_off(services)
    row = reread(services, onboarding)
    assert row.decision is Decision.DECLINED
    assert Reason.VIDEO_REUSED in row.reasons


def test_a_photo_may_be_sent_twice(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, LICENCE.kind, b"photo")
    work_off(services, {LICENCE.kind: BLURRED})
    again = submitted(owner, onboarding, LICENCE.kind, b"photo")
    work_off(services)
    with services.reading() as context:
        assert context.session.get_one(Evidence, again).state is EvidenceState.ACCEPTED


def test_a_result_that_comes_twice_is_recorded_once(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    evidence = submitted(owner, onboarding, LICENCE.kind)
    services.parts.resources.add(ModelManifest, NO_WEIGHTS)
    for _ in range(2):
        with services.transaction() as context:
            record_finding(context, evidence, OWNER.licence())
    assert len(checks(services, LICENCE.kind)) == 1


def test_a_check_names_the_models_behind_it(services: Services) -> None:
    weights = {"ocr/text.onnx": "aa", "face/sface.onnx": "bb", "voice/campplus.onnx": "cc"}
    services.parts.resources.add(ModelManifest, ModelManifest(weights))
    owner = applicant(services)
    onboarding = started(owner)
    for kind in (ID_CARD_FRONT, ID_CARD_BACK):
        evidence = submitted(owner, onboarding, kind.kind)
        with services.transaction() as context:
            finding = replace(OWNER.findings()[kind.kind], seconds=1.234)
            record_finding(context, evidence, finding)
    (front,) = checks(services, ID_CARD_FRONT.kind)
    (back,) = checks(services, ID_CARD_BACK.kind)
    assert set(front.models) == {"ocr/text.onnx", "face/sface.onnx"}
    assert back.models == {"ocr/text.onnx": "aa"}
    assert front.duration_ms == 1234


def test_a_number_is_indexed_before_the_decision(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, ID_CARD_FRONT.kind)
    work_off(services)
    expected = services.parts.blind_index.of(Indexed.IDENTITY_NUMBER, OWNER.number)
    assert reread(services, onboarding).number_blind == expected
