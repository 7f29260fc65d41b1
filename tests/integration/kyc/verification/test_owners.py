"""Owners who confirm with their voice or face what a stolen phone must not do."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.services import Services
from audit.actions import Action
from core.actors import Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.reasons import Reason
from kyc.analysis.face_verification import analyse_face_verification
from kyc.analysis.findings import TemplateKind, VerificationFinding
from kyc.jobs import load_verification
from kyc.liveness.challenge import FaceChallenge
from kyc.onboarding.consents import withdraw_consent
from kyc.policy import LivenessPolicy, VoicePolicy
from kyc.verification.states import Means, VerificationPurpose, VerificationState
from kyc.verification.verify import (
    FaceUnknown,
    OwnerUnverified,
    RequestVerification,
    SubmitRecording,
    VerificationsUsed,
    consume_verification,
    own_verification,
    request_verification,
    submit_recording,
)
from privacy.consents import ConsentMissing
from privacy.kinds import ConsentKind
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, confirmed, onboarded, started, submitted
from tests.support.findings import AGAIN, ANOTHER_FACE, DIFFERENT, KNOWN, OWNER, UNSURE
from tests.support.log import events

OFFER, PHONE = VerificationPurpose.OFFER, VerificationPurpose.PHONE


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def consumed(
    owner: Applicant, verification: UUID | None, purpose: VerificationPurpose = OFFER
) -> None:
    with owner.acting() as context:
        consume_verification(context, verification, purpose)


@pytest.mark.parametrize("means", Means)
def test_who_is_verified_confirms_once(owner: Applicant, means: Means) -> None:
    verification = confirmed(owner, OFFER, means=means)
    consumed(owner, verification)
    with pytest.raises(OwnerUnverified):
        consumed(owner, verification)


@pytest.mark.parametrize("means", Means)
@pytest.mark.parametrize("finding", [UNSURE, DIFFERENT, AGAIN, ANOTHER_FACE])
def test_a_doubt_confirms_nothing(
    owner: Applicant, finding: VerificationFinding, means: Means
) -> None:
    verification = confirmed(owner, OFFER, finding, means)
    with pytest.raises(OwnerUnverified):
        consumed(owner, verification)


def test_a_verification_serves_its_purpose_alone(owner: Applicant) -> None:
    verification = confirmed(owner, PHONE)
    with pytest.raises(OwnerUnverified):
        consumed(owner, verification, OFFER)
    consumed(owner, verification, PHONE)


@pytest.mark.parametrize("verification", [None, UUID(int=0)])
def test_none_and_an_unknown_one_confirm_nothing(
    owner: Applicant, verification: UUID | None
) -> None:
    with pytest.raises(OwnerUnverified):
        consumed(owner, verification)


@pytest.mark.parametrize(("early_s", "usable"), [(5, True), (-5, False)])
def test_a_confirmation_is_soon_over(
    services: Services, owner: Applicant, clock: MovableClock, early_s: float, usable: bool
) -> None:
    verification = confirmed(owner, OFFER)
    clock.advance(seconds=services.parts.policy.section(VoicePolicy).verified_s - early_s)
    if usable:
        consumed(owner, verification)
    else:
        with pytest.raises(OwnerUnverified):
            consumed(owner, verification)


def test_a_confirmation_is_nobody_elses(services: Services, owner: Applicant) -> None:
    stranger = applicant(services, "13800000002")
    verification = confirmed(owner, OFFER)
    with pytest.raises(OwnerUnverified):
        consumed(stranger, verification)
    with stranger.acting() as context, pytest.raises(NotFound):
        own_verification(context, stranger.id, verification)
    agent = staff(new_id(), Role.AGENT)
    with services.reading(agent) as context, pytest.raises(NotFound):
        own_verification(context, owner.id, verification)


def test_withdrawing_consent_does_not_open_the_lock(services: Services) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner).id
    with owner.acting() as context:
        withdraw_consent(context, onboarding, ConsentKind.BIOMETRIC)
    with owner.acting() as context, pytest.raises(ConsentMissing):
        request_verification(context, RequestVerification(owner.id, OFFER))
    with pytest.raises(ConsentMissing):
        consumed(owner, None)


def test_each_purpose_is_asked_for_a_few_times(services: Services, owner: Applicant) -> None:
    confirmed(owner, OFFER, KNOWN)  # the owner's own voice uses up nothing
    for _ in range(services.parts.policy.section(VoicePolicy).max_verifications):
        confirmed(owner, OFFER, UNSURE)
    with pytest.raises(VerificationsUsed):
        confirmed(owner, OFFER, KNOWN)
    confirmed(owner, PHONE, KNOWN)
    confirmed(owner, OFFER, KNOWN, Means.FACE)  # a cold takes the voice, not the face


def test_a_face_is_asked_to_act_and_read_nothing(services: Services, owner: Applicant) -> None:
    with owner.acting() as context:
        asked = request_verification(context, RequestVerification(owner.id, OFFER, Means.FACE))
    assert asked.digits is None
    assert asked.cues is not None
    challenge = FaceChallenge.restored(asked.cues)
    rules = services.parts.policy.section(LivenessPolicy).challenge
    assert len(challenge.cues) == rules.length
    (event,) = events(services, Action.FACE_VERIFICATION_REQUESTED)
    assert event.data["purpose"] == OFFER


def test_a_face_is_compared_with_the_one_in_force(services: Services, owner: Applicant) -> None:
    with owner.acting() as context:
        asked = request_verification(context, RequestVerification(owner.id, OFFER, Means.FACE))
    with owner.acting() as context:
        submit_recording(context, SubmitRecording(owner.id, asked.id, b"a video"))
    with services.transaction() as context:
        work = load_verification(context, asked.id)
    assert work is not None
    assert work.analyse is analyse_face_verification
    assert work.sample.challenge == FaceChallenge.restored(asked.cues or {})
    assert work.sample.known_face == OWNER.findings()["face_video"].templates[TemplateKind.FACE]
    assert work.sample.reference is None


def test_a_video_that_was_evidence_confirms_nothing(services: Services, owner: Applicant) -> None:
    other = applicant(services, "13800000002")
    submitted(other, started(other), "face_video", b"one video")
    with owner.acting() as context:
        asked = request_verification(context, RequestVerification(owner.id, OFFER, Means.FACE))
    with owner.acting() as context:
        row = submit_recording(context, SubmitRecording(owner.id, asked.id, b"one video"))
    assert (row.state, row.reasons) == (VerificationState.REJECTED, [Reason.VIDEO_REUSED])


def test_who_has_no_face_in_force_is_told_so(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    assert onboarding
    with pytest.raises(FaceUnknown), owner.acting() as context:
        request_verification(context, RequestVerification(owner.id, OFFER, Means.FACE))
