"""Digits by the owner's own voice: each spoken digit is held against their first reading.

No language model: the owner's templates are matched by dynamic time warping, so any dialect
works and nobody else's way of saying "four" matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voiceprint.sound import RATE, Samples
from voiceprint.speech import Span

DigitTemplate = npt.NDArray[np.float32]


@dataclass(frozen=True)
class DigitMatch:
    """What was heard where a digit was asked; `margin` > 0 when it fits better than any other."""

    asked: str
    heard: str
    margin: float  # (distance of the next best - distance of the asked) / distance of the asked


def digit_template(samples: Samples, span: Span) -> DigitTemplate:
    """Thirteen cepstra and their slopes (26, frames) of one spoken digit, each row standardised."""
    import librosa

    sound = samples[span.start : span.end]
    cepstra = librosa.feature.mfcc(y=sound, sr=RATE, n_mfcc=13, n_fft=FFT, hop_length=HOP)
    slopes = np.gradient(cepstra, axis=1)
    rows = np.concatenate([cepstra[1:], slopes])
    centred = rows - rows.mean(1, keepdims=True)
    return np.asarray(centred / (rows.std(1, keepdims=True) + 1e-6), np.float32)


FFT, HOP = 512, 160


def match_digits(
    spoken: Sequence[DigitTemplate], asked: str, templates: Mapping[str, Sequence[DigitTemplate]]
) -> tuple[DigitMatch, ...]:
    """Each spoken digit against the owner's templates. `spoken` and `asked` are equally long."""
    matches = []
    for sound, digit in zip(spoken, asked, strict=True):
        distances = {
            name: min(_distance(sound, template) for template in takes)
            for name, takes in templates.items()
        }
        others = [value for name, value in distances.items() if name != digit]
        margin = (min(others) - distances[digit]) / max(distances[digit], 1e-6)
        matches.append(DigitMatch(digit, min(distances, key=distances.__getitem__), float(margin)))
    return tuple(matches)


def _distance(a: DigitTemplate, b: DigitTemplate) -> float:
    from librosa.sequence import dtw

    cost, path = dtw(a, b, metric="euclidean", backtrack=True)
    return float(cost[-1, -1] / len(path))
