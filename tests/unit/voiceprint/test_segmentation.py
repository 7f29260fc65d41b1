"""Words of recordings in which they are known."""

from __future__ import annotations

import numpy as np

from voiceprint.audio import RATE, Samples
from voiceprint.segmentation import segmentations, split_words


def bursts(*pauses_s: float) -> Samples:
    """Bursts of noise of 0.2 s with these pauses after them."""
    chance = np.random.default_rng(2)
    parts = [np.zeros(RATE // 5)]
    for pause in pauses_s:
        parts += [chance.normal(0, 0.2, RATE // 5), np.zeros(round(pause * RATE))]
    samples = np.concatenate(parts)
    return np.asarray(samples + chance.normal(0, 0.001, samples.shape), np.float32)


def test_words_are_split_at_the_longest_pauses() -> None:
    samples = bursts(0.3, 0.1, 0.3, 0.3)
    words = split_words(samples, 3, 0.25)
    assert [round(word.seconds, 1) for word in words] == [0.2, 0.5, 0.2]


def test_fewer_words_than_asked_for_are_no_segmentation() -> None:
    samples = bursts(0.3, 0.3)
    assert len(split_words(samples, 3, 0.25)) == 2
    assert segmentations(samples, 3) == []
    assert len(segmentations(samples, 2)[0]) == 2


def test_the_same_segmentation_is_not_tried_twice() -> None:
    ways = segmentations(bursts(0.3, 0.3, 0.3), 3)
    assert all(way not in ways[:n] for n, way in enumerate(ways))


def test_silence_has_no_words() -> None:
    assert segmentations(np.zeros(RATE, np.float32), 6) == []
    assert segmentations(np.zeros(10, np.float32), 6) == []
