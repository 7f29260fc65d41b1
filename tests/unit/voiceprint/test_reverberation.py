"""Reverberation times, from recordings in which they are known."""

from __future__ import annotations

import numpy as np
import pytest

from voiceprint.audio import RATE, Samples
from voiceprint.reverberation import rt60_s


def words_in(rt60: float) -> Samples:
    """Six bursts of noise, each dying away by 60 dB in `rt60` seconds, in a quiet room."""
    chance = np.random.default_rng(5)
    moments = np.arange(int(1.5 * RATE)) / RATE
    fall = 10 ** (-3 * np.maximum(moments - 0.2, 0) / rt60)
    bursts = [chance.standard_normal(len(moments)) * fall for _ in range(6)]
    samples = 0.1 * np.concatenate(bursts)
    return np.asarray(samples + chance.normal(0, 1e-4, samples.shape), np.float32)


@pytest.mark.parametrize("rt60", [0.25, 0.5, 0.9])
def test_the_reverberation_time_of_a_room_is_estimated(rt60: float) -> None:
    assert rt60_s(words_in(rt60)) == pytest.approx(rt60, rel=0.25)


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0), np.zeros(RATE), np.random.default_rng(1).normal(0, 0.1, 3 * RATE)],
)
def test_nothing_is_estimated_where_no_word_ends(samples: Samples) -> None:
    assert rt60_s(samples.astype(np.float32)) is None
