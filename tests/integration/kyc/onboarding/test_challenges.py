"""Challenges are drawn a few times, for one onboarding, used once and soon over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.services import Services
from core.errors import NotFound
from core.reasons import Reason
from kyc.analysis.challenges import ChallengeKind, DigitChallenge
from kyc.analysis.findings import DocumentFinding, FaceVideoFinding
from kyc.evidence.repository import current_evidence
from kyc.evidence.types import FACE_VIDEO, LICENCE, VOICE_CLIP
from kyc.liveness.challenge import FaceChallenge
from kyc.onboarding.challenges import (
    ChallengesUsed,
    ChallengeUnusable,
    consume_challenge,
    issue_challenge,
    open_challenges,
)
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.policy import OnboardingPolicy
from privacy.consents import ConsentMissing
from privacy.kinds import ConsentKind
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, started, submitted
from tests.support.jobs import work_off

LONGER_THAN_A_PAUSE = timedelta(minutes=4)  # after six failures


def drawn(owner: Applicant, onboarding: UUID, kind: ChallengeKind = ChallengeKind.FACE) -> UUID:
    with owner.acting() as context:
        return issue_challenge(context, onboarding, kind).id


def readable(owner: Applicant, onboarding: UUID) -> list[UUID]:
    with owner.acting() as context:
        return [challenge.id for challenge in open_challenges(context, onboarding)]


def sent_back(services: Services, reason: Reason) -> None:
    """What was sent last, as a worker records it."""
    finding = FaceVideoFinding((reason,), face=None, measured={})
    assert work_off(services, {FACE_VIDEO.kind: finding}) == 1


def answered(
    owner: Applicant, onboarding: UUID, challenge: UUID | None, content: bytes = b"video"
) -> UUID:
    command = SubmitEvidence(onboarding, FACE_VIDEO.kind, content, challenge)
    with owner.acting() as context:
        return submit_evidence(context, command).id


def test_starting_again_buys_no_other_challenge(services: Services, clock: MovableClock) -> None:
    owner, rules = applicant(services), services.parts.policy.section(OnboardingPolicy)
    first = started(owner)
    for _ in range(rules.max_challenges[ChallengeKind.FACE]):
        drawn(owner, first)
    clock.advance(timedelta(minutes=rules.expires_min))
    again = started(owner)
    assert again != first
    with pytest.raises(ChallengesUsed):
        drawn(owner, again)
    drawn(owner, again, ChallengeKind.VOICE)
    clock.advance(timedelta(hours=rules.challenge_window_h))
    drawn(owner, started(owner))


def test_draws_lost_to_faults_of_a_file_are_given_back_a_few_times(
    services: Services, clock: MovableClock
) -> None:
    owner, rules = applicant(services), services.parts.policy.section(OnboardingPolicy)
    onboarding, draws = started(owner), rules.max_challenges[ChallengeKind.FACE]
    for number in range(draws + rules.max_draws_given_back):
        answered(owner, onboarding, drawn(owner, onboarding), b"%d" % number)
        sent_back(services, Reason.CAMERA_TOO_SLOW)
        clock.advance(LONGER_THAN_A_PAUSE)
    with pytest.raises(ChallengesUsed):
        drawn(owner, onboarding)


def test_a_photo_that_is_too_large_goes_back_though_it_answers_no_challenge(
    services: Services,
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, LICENCE.kind)
    finding = DocumentFinding((Reason.FILE_TOO_LARGE,), fields={}, portrait=None, measured={})
    assert work_off(services, {LICENCE.kind: finding}) == 1
    with owner.acting() as context:
        assert current_evidence(context, onboarding) == {}, "it went back"


def test_draws_lost_at_the_challenge_itself_are_not_given_back(services: Services) -> None:
    owner, rules = applicant(services), services.parts.policy.section(OnboardingPolicy)
    onboarding = started(owner)
    for number in range(rules.max_challenges[ChallengeKind.FACE]):
        answered(owner, onboarding, drawn(owner, onboarding), b"%d" % number)
        if number < rules.attempts[FACE_VIDEO.kind] - 1:
            sent_back(services, Reason.ACTION_MISSING)
    with pytest.raises(ChallengesUsed):
        drawn(owner, onboarding)


def test_a_challenge_is_read_again_until_it_is_answered_or_over(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    first, second = (drawn(owner, onboarding) for _ in range(2))
    assert readable(owner, onboarding) == [second, first]
    answered(owner, onboarding, second)
    assert readable(owner, onboarding) == [first]
    clock.advance(seconds=services.parts.policy.section(OnboardingPolicy).challenge_s)
    assert readable(owner, onboarding) == []
    with pytest.raises(NotFound):
        readable(applicant(services, "13800000002"), onboarding)


def test_a_challenge_is_used_once_and_by_its_owner(services: Services) -> None:
    owner, other = applicant(services), applicant(services, "13800000002")
    own, others = started(owner), started(other)
    challenge = drawn(owner, own)
    with pytest.raises(ChallengeUnusable):
        answered(other, others, challenge)
    with pytest.raises(NotFound):
        answered(other, own, challenge)
    first = answered(owner, own, challenge)
    assert answered(owner, own, challenge) == first, "a phone that never heard the answer"
    with pytest.raises(ChallengeUnusable):
        answered(owner, own, challenge, b"another")
    with services.reading() as context:
        assert list(current_evidence(context, own)) == [FACE_VIDEO.kind]


@pytest.mark.parametrize(("early_s", "usable"), [(1, True), (0, False)])
def test_a_challenge_is_soon_over(
    services: Services, clock: MovableClock, early_s: float, usable: bool
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    challenge = drawn(owner, onboarding)
    clock.advance(seconds=services.parts.policy.section(OnboardingPolicy).challenge_s - early_s)
    if usable:
        answered(owner, onboarding, challenge)
    else:
        with pytest.raises(ChallengeUnusable):
            answered(owner, onboarding, challenge)


def test_a_recording_answers_a_challenge_of_its_kind(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    digits = drawn(owner, onboarding, ChallengeKind.VOICE)
    for challenge in (digits, None):
        with pytest.raises(ChallengeUnusable):
            answered(owner, onboarding, challenge)
    with owner.acting() as context:
        asked = consume_challenge(context, onboarding, digits, ChallengeKind.VOICE)
    assert isinstance(asked, DigitChallenge)
    assert sorted(asked.first) == sorted("0123456789")


def test_what_was_asked_comes_back_as_it_was_drawn(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    with owner.acting() as context:
        issued = issue_challenge(context, onboarding, ChallengeKind.FACE)
    with owner.acting() as context:
        asked = consume_challenge(context, onboarding, issued.id, ChallengeKind.FACE)
    assert isinstance(asked, FaceChallenge)
    assert [cue.action for cue in asked.cues] == [cue["action"] for cue in issued.asked["cues"]]


@pytest.mark.parametrize("kind", ChallengeKind)
def test_without_consent_nothing_is_asked(services: Services, kind: ChallengeKind) -> None:
    owner = applicant(services)
    onboarding = started(owner, ConsentKind.TERMS)
    with pytest.raises(ConsentMissing):
        drawn(owner, onboarding, kind)
    with owner.acting() as context, pytest.raises(ConsentMissing):
        submit_evidence(context, SubmitEvidence(onboarding, VOICE_CLIP.kind, b"voice"))
