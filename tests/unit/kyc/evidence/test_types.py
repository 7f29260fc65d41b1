"""The registry of evidence types."""

from __future__ import annotations

import pytest

from core.errors import NotFound
from core.reasons import Reason
from kyc.analysis.challenges import ChallengeKind
from kyc.analysis.findings import Finding
from kyc.evidence.types import (
    FACE_VIDEO,
    LICENCE,
    TYPES,
    VOICE_CLIP,
    EvidenceTypes,
    kinds_with_consent,
)
from kyc.policy import EffectsPolicy, OnboardingPolicy
from privacy.kinds import ConsentKind
from tests.support.findings import OWNER
from tests.support.policy import POLICY


def test_a_kind_is_registered_once() -> None:
    types = EvidenceTypes()
    assert types.register(LICENCE) is LICENCE
    with pytest.raises(ValueError, match="licence"):
        types.register(LICENCE)
    assert types.of("licence") is LICENCE
    types.unregister("licence")
    assert types.all() == ()
    with pytest.raises(NotFound):
        types.of("licence")


def test_everything_that_is_required_is_a_type() -> None:
    kinds = {kind.kind for kind in TYPES.all()}
    assert set(POLICY.section(OnboardingPolicy).required) <= kinds


def test_recordings_answer_a_challenge_and_need_the_biometric_consent() -> None:
    for known in TYPES.all():
        assert known.recording == (known.challenge is not None)
        assert known.recording == (known.consent is ConsentKind.BIOMETRIC)


def test_kinds_by_consent() -> None:
    assert kinds_with_consent(ConsentKind.BIOMETRIC) == (FACE_VIDEO.kind, VOICE_CLIP.kind)
    assert FACE_VIDEO.challenge is ChallengeKind.FACE
    assert VOICE_CLIP.challenge is ChallengeKind.VOICE


def test_used_up_attempts_have_an_effect_of_their_own() -> None:
    effects = POLICY.section(EffectsPolicy).effects
    assert {known.attempts_used for known in TYPES.all()} <= effects.keys()
    assert FACE_VIDEO.attempts_used is Reason.LIVENESS_ATTEMPTS_USED


def test_findings_are_of_the_type_that_is_registered() -> None:
    for kind, finding in OWNER.findings().items():
        assert type(finding) is TYPES.of(kind).finding
        assert isinstance(finding, Finding)
