"""Words of a recording, by the pauses between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from voiceprint.audio import RATE, Samples
from voiceprint.frames import decibels, frame_energies, smoothed

Runs = list[tuple[int, int]]  # first frame, and the one after the last

HOP = RATE // 100
MIN_FRAMES = 5  # of a recording that can hold a word
MIN_WORD_FRAMES = 3  # shorter is a click
SILENCE = 1e-9  # mean square that digital silence counts as
QUIET_PERCENTILE, LOUD_PERCENTILE = 10, 95
MIN_RISE_DB = 6.0  # of sound over quiet
RISES = (0.15, 0.25, 0.35, 0.5)  # shares of the way from quiet to loud


@dataclass(frozen=True)
class Span:
    """A stretch of a recording in samples: the first one, and the one after the last."""

    start: int
    end: int

    @property
    def seconds(self) -> float:
        """How long the stretch is at 16 kHz."""
        return (self.end - self.start) / RATE


def segmentations(samples: Samples, count: int) -> list[list[Span]]:
    """The different ways to split a recording into `count` words, by several levels of sound.

    Empty where no level gives as many words.
    """
    attempts = [split_words(samples, count, rise) for rise in RISES]
    complete = [attempt for attempt in attempts if len(attempt) == count]
    return [attempt for n, attempt in enumerate(complete) if attempt not in complete[:n]]


def split_words(samples: Samples, count: int, rise: float) -> list[Span]:
    """The `count` stretches of sound that the longest pauses separate; fewer where there are fewer.

    A word may contain silence of its own ("six", "eight"): the shortest silences are taken to be
    inside words until as many words are left as were asked for. Sound lies above the recording's
    own quiet by `rise` (0..1) of the way to its loudest, so that neither a soft voice nor a steady
    noise moves it far.
    """
    energies = frame_energies(samples, HOP)
    if len(energies) < MIN_FRAMES:
        return []
    levels = smoothed(decibels(energies, SILENCE), "same")
    quiet, loud = np.percentile(levels, [QUIET_PERCENTILE, LOUD_PERCENTILE])
    runs = _runs(levels > quiet + max(MIN_RISE_DB, rise * (loud - quiet)))
    runs = [(start, end) for start, end in runs if end - start >= MIN_WORD_FRAMES]
    return [Span(start * HOP, end * HOP) for start, end in _joined(runs, count)]


def _joined(runs: Runs, count: int) -> Runs:
    """Runs joined over their shortest pauses until at most `count` are left."""
    runs = list(runs)
    while len(runs) > count:
        pauses = [after[0] - before[1] for before, after in pairwise(runs)]
        at = int(np.argmin(pauses))
        runs[at : at + 2] = [(runs[at][0], runs[at + 1][1])]
    return runs


def _runs(active: npt.NDArray[np.bool_]) -> Runs:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
