"""Challenges are drawn a few times, for one onboarding, used once and soon over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.services import Services
from core.errors import NotFound
from kyc.analysis.challenges import ChallengeKind, DigitChallenge
from kyc.evidence.repository import current_evidence
from kyc.evidence.types import FACE_VIDEO, VOICE_CLIP
from kyc.liveness.challenge import FaceChallenge
from kyc.onboarding.challenges import (
    ChallengesUsed,
    ChallengeUnusable,
    consume_challenge,
    issue_challenge,
)
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.policy import OnboardingPolicy
from privacy.consents import ConsentMissing
from privacy.kinds import ConsentKind
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, started


def drawn(owner: Applicant, onboarding: UUID, kind: ChallengeKind = ChallengeKind.FACE) -> UUID:
    with owner.acting() as context:
        return issue_challenge(context, onboarding, kind).id


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
