"""Which face videos are compared with the portrait."""

from __future__ import annotations

import pytest

from core.reasons import Reason
from kyc.analysis.face_video import is_compared
from kyc.policy import Effect, EffectsPolicy
from tests.support.policy import POLICY

EFFECTS = {
    Reason.FACE_BLURRED: Effect.RETRY,
    Reason.FACE_CHANGES: Effect.REVIEW,
    Reason.PRESENTATION_ATTACK_SUSPECTED: Effect.DECLINE,
}


@pytest.mark.parametrize(
    ("reasons", "compared"),
    [
        ([], True),
        ([Reason.FACE_CHANGES], True),
        ([Reason.ACTION_MISSING], True),  # not listed: a person reviews it
        ([Reason.FACE_BLURRED], False),
        ([Reason.PRESENTATION_ATTACK_SUSPECTED], False),
        ([Reason.FACE_CHANGES, Reason.FACE_BLURRED], False),
    ],
)
def test_a_video_that_goes_back_or_declines_is_not_compared(
    reasons: list[Reason], compared: bool
) -> None:
    assert is_compared(EFFECTS, reasons) == compared


def test_the_policy_sends_videos_without_the_action_back() -> None:
    effects = POLICY.section(EffectsPolicy).effects
    assert not is_compared(effects, [Reason.ACTION_MISSING])
