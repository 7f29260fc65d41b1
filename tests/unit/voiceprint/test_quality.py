"""Recordings that are too short, too noisy or too loud to be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.reasons import Reason
from kyc.policy import VoicePolicy
from tests.support.policy import POLICY
from voiceprint.audio import RATE, Samples
from voiceprint.quality import explain_by_echo, recording_quality

RULES = POLICY.section(VoicePolicy).rules
SPEECH_S = 3.0


def words(rt60: float = 0.2, noise: float = 1e-4) -> Samples:
    """Bursts of noise a second apart that die away by 60 dB in `rt60` seconds."""
    chance = np.random.default_rng(5)
    at = np.arange(int(1.5 * RATE)) / RATE
    decay = 10 ** (-3 * np.maximum(at - 0.2, 0) / rt60)
    samples = 0.1 * np.concatenate([chance.standard_normal(len(at)) * decay for _ in range(6)])
    return np.asarray(samples + chance.normal(0, noise, samples.shape), np.float32)


def reasons(samples: Samples, speech_s: float = SPEECH_S) -> tuple[Reason, ...]:
    return recording_quality(samples, round(speech_s * RATE), RULES, SPEECH_S).reasons


def test_a_clear_recording_has_no_reason_against_it() -> None:
    assert reasons(words()) == ()


def test_little_speech_much_noise_and_clipping_are_detected() -> None:
    assert reasons(words(), speech_s=2.9) == (Reason.NO_SPEECH,)
    assert reasons(words(noise=0.2)) == (Reason.TOO_NOISY,)
    assert reasons(np.clip(words() * 100, -1, 1)) == (Reason.TOO_LOUD,)


def test_the_level_of_clipping_is_the_rules() -> None:
    half = np.clip(words() * 100, -0.5, 0.5)
    lower = replace(RULES, clipping_level=0.4)
    assert recording_quality(half, 4 * RATE, RULES, SPEECH_S).clipped == 0
    assert recording_quality(half, 4 * RATE, lower, SPEECH_S).reasons == (Reason.TOO_LOUD,)


@pytest.mark.parametrize("rt60", [0.25, 0.9])
def test_failed_digits_are_put_down_to_a_reverberating_room(rt60: float) -> None:
    found = (Reason.TOO_NOISY, Reason.DIGITS_WRONG)
    echo = rt60 > RULES.max_decay_s
    expected = (Reason.TOO_NOISY, Reason.TOO_MUCH_ECHO) if echo else found
    assert explain_by_echo(found, words(rt60), RULES) == expected
    assert explain_by_echo((Reason.VOICE_DIFFERS,), words(rt60), RULES) == (Reason.VOICE_DIFFERS,)
