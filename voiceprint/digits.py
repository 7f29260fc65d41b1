"""Digits by the owner's own voice: each spoken digit is held against their first reading.

No language model: the owner's templates are matched by dynamic time warping (Sakoe and Chiba,
1978) over cepstra, so any dialect works and nobody else's way of saying "four" matters.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from voiceprint.audio import RATE, Samples
from voiceprint.segmentation import Span, readings

Found = TypeVar("Found")
Cepstra = npt.NDArray[np.float32]  # (12, frames)

FFT, HOP, BANDS, CEPSTRA = 512, 160, 40, 13
WINDOW = np.hanning(FFT + 1)[:-1]  # Hann's, which librosa would load scipy.signal to make
LOWEST, HIGHEST = 60, 4000  # Hz: what a telephone carries too
EMPHASIS = 0.97
TRIM_DB = 30.0  # below a word's loudest moment: silence at its ends


@dataclass(frozen=True)
class DigitMatch:
    """How well a spoken digit fits the one asked.

    `distance` is to the asked digit's template, from 0; `excess` is by how much it is greater than
    to the nearest digit's, as a share of that; 0 when the asked digit is the nearest.
    """

    asked: str
    heard: str
    distance: float
    excess: float


@dataclass(frozen=True)
class OwnDigits:
    """One take of each of the ten digits, and the mean and deviation of the voice's cepstra."""

    takes: dict[str, Cepstra]
    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]

    @classmethod
    def learnt(cls, samples: Samples, spans: Sequence[Span], said: str) -> Self:
        """The templates of a reading whose digits are known. `spans` and `said` are as long."""
        raw = {d: cepstra(samples, span) for span, d in zip(spans, said, strict=True)}
        frames = np.concatenate(list(raw.values()), axis=1)
        mean, deviation = frames.mean(1, keepdims=True), frames.std(1, keepdims=True) + 1e-6
        takes = {digit: (take - mean) / deviation for digit, take in raw.items()}
        return cls(takes, mean, deviation)

    def match(self, samples: Samples, spans: Sequence[Span], asked: str) -> tuple[DigitMatch, ...]:
        """Each spoken digit against every template. `spans` and `asked` are as long."""
        return tuple(
            self._match((cepstra(samples, span) - self.mean) / self.deviation, digit)
            for span, digit in zip(spans, asked, strict=True)
        )

    def _match(self, spoken: Cepstra, asked: str) -> DigitMatch:
        distances = {digit: _distance(spoken, take) for digit, take in self.takes.items()}
        heard = min(distances, key=distances.__getitem__)
        nearest = max(distances[heard], 1e-6)
        return DigitMatch(asked, heard, distances[asked], distances[asked] / nearest - 1)

    def packed(self) -> bytes:
        file = io.BytesIO()
        arrays: dict[str, Any] = {"mean": self.mean, "deviation": self.deviation, **self.takes}
        np.savez(file, **arrays)
        return file.getvalue()

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            takes = {name: stored[name] for name in stored.files if name.isdigit()}
            return cls(takes, stored["mean"], stored["deviation"])


def best_match(
    samples: Samples, first: str, second: str
) -> tuple[OwnDigits, tuple[DigitMatch, ...], int] | None:
    """`first` learnt and `second` held against it, parted as fits best; None where words lack.

    The last of the three is the sample at which the second reading begins.
    """

    def parted(spans: Sequence[Span]) -> tuple[OwnDigits, tuple[DigitMatch, ...], int]:
        own = OwnDigits.learnt(samples, spans[: len(first)], first)
        matches = own.match(samples, spans[len(first) :], second)
        return own, matches, spans[len(first)].start

    ways = readings(samples, len(first) + len(second))
    return least(map(parted, ways), lambda found: excess(found[1]))


def least(found: Iterable[Found], off: Callable[[Found], float]) -> Found | None:
    """The first of those that are `off` least, from 0; what comes after a 0 is not looked at."""
    best: Found | None = None
    nearest = math.inf
    for one in found:
        if off(one) < nearest:
            best, nearest = one, off(one)
        if nearest == 0:
            break
    return best


def excess(matches: Sequence[DigitMatch]) -> float:
    """The mean of the matches' excesses: 0 when every digit is the one asked."""
    return float(np.mean([match.excess for match in matches]))


def distance(matches: Sequence[DigitMatch]) -> float:
    """The mean of the matches' distances: nobody says a digit twice alike, a copy is near 0."""
    return float(np.mean([match.distance for match in matches]))


def cepstra(samples: Samples, span: Span) -> Cepstra:
    """Cepstra 1 to 12 of one spoken digit, ten milliseconds a frame, silence at its ends left out.

    The energy itself is left out too: how loud somebody reads says nothing of the digit.
    """
    from librosa import feature, stft

    word = _emphasised(_trimmed(samples[span.start : span.end]))
    power = _mel_bank() @ np.abs(stft(word, n_fft=FFT, hop_length=HOP, window=WINDOW)) ** 2
    found = feature.mfcc(S=10 * np.log10(power + 1e-8), n_mfcc=CEPSTRA)
    return np.asarray(found[1:], np.float32)


@cache
def _mel_bank() -> npt.NDArray[np.float32]:
    """Kept: `librosa.feature.melspectrogram` makes it anew for each word, a third of its time."""
    from librosa.filters import mel

    bank = mel(sr=RATE, n_fft=FFT, n_mels=BANDS, fmin=LOWEST, fmax=HIGHEST)
    return np.asarray(bank, np.float32)


def _emphasised(word: Samples) -> Samples:
    """High frequencies raised, as `librosa.effects` does, which loads sklearn (60 MB) with it."""
    before = np.concatenate([[2 * word[0] - word[1]], word[:-1]])
    return np.asarray(word - EMPHASIS * before, np.float32)


def _trimmed(word: Samples) -> Samples:
    count = len(word) // HOP
    if count < 2:
        return word
    level = 10 * np.log10((word[: count * HOP].reshape(count, HOP) ** 2).mean(1) + 1e-10)
    loud = np.flatnonzero(level > level.max() - TRIM_DB)
    return word[loud[0] * HOP : (loud[-1] + 1) * HOP]


def _distance(a: Cepstra, b: Cepstra) -> float:
    from librosa.sequence import dtw

    cost = dtw(a, b, metric="cosine", backtrack=False)
    return float(cost[-1, -1] / (a.shape[1] + b.shape[1]))
