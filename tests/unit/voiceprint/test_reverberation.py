"""How long a room rings, from recordings whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from voiceprint.audio import RATE, Samples
from voiceprint.reverberation import decay_s


def words_in(decay: float) -> Samples:
    """Six bursts of noise, each dying away by 60 dB in `decay` seconds, in a quiet room."""
    chance = np.random.default_rng(5)
    moments = np.arange(int(1.5 * RATE)) / RATE
    fall = 10 ** (-3 * np.maximum(moments - 0.2, 0) / decay)
    bursts = [chance.standard_normal(len(moments)) * fall for _ in range(6)]
    samples = 0.1 * np.concatenate(bursts)
    return np.asarray(samples + chance.normal(0, 1e-4, samples.shape), np.float32)


@pytest.mark.parametrize("decay", [0.25, 0.5, 0.9])
def test_the_decay_that_was_put_in_is_found(decay: float) -> None:
    assert decay_s(words_in(decay)) == pytest.approx(decay, rel=0.25)


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0), np.zeros(RATE), np.random.default_rng(1).normal(0, 0.1, 3 * RATE)],
)
def test_where_no_word_ends_nothing_is_said(samples: Samples) -> None:
    assert decay_s(samples.astype(np.float32)) is None
