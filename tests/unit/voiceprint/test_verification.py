"""How reasons against a recording decide a verification, and thresholds by length of speech."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.reasons import Reason
from voiceprint.calibration import threshold_at
from voiceprint.verification import VoiceOutcome, voice_outcome

DOUBTS = (Reason.VOICE_UNCERTAIN, Reason.RECORDING_COPIED)


@pytest.mark.parametrize(
    ("reasons", "outcome"),
    [
        ((), VoiceOutcome.VERIFIED),
        ((Reason.VOICE_UNCERTAIN,), VoiceOutcome.UNSURE),
        ((Reason.VOICE_UNCERTAIN, Reason.RECORDING_COPIED), VoiceOutcome.UNSURE),
        ((Reason.TOO_MUCH_ECHO,), VoiceOutcome.AGAIN),
        ((Reason.RECORDING_COPIED, Reason.TOO_MUCH_ECHO), VoiceOutcome.AGAIN),
        ((Reason.VOICE_DIFFERS,), VoiceOutcome.REJECTED),
        ((Reason.VOICE_DIFFERS, Reason.TOO_MUCH_ECHO), VoiceOutcome.REJECTED),
        ((Reason.DIGITS_WRONG, Reason.VOICE_UNCERTAIN), VoiceOutcome.REJECTED),
    ],
)
def test_reasons_decide_the_outcome(reasons: Sequence[Reason], outcome: VoiceOutcome) -> None:
    assert voice_outcome(reasons, DOUBTS) is outcome


def test_the_policy_says_what_a_doubt_is() -> None:
    assert voice_outcome([Reason.VOICE_DIFFERS], [Reason.VOICE_DIFFERS]) is VoiceOutcome.UNSURE
    assert voice_outcome([Reason.VOICE_UNCERTAIN], []) is VoiceOutcome.REJECTED


@pytest.mark.parametrize(("seconds", "threshold"), [(0.5, 4.1), (1.5, 4.1), (3.9, 4.1), (4.0, 3.2)])
def test_a_threshold_is_for_the_length_that_was_spoken(seconds: float, threshold: float) -> None:
    assert threshold_at({"1.5": 4.1, "4.0": 3.2}, seconds) == threshold
