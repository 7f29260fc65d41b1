"""Digits by the owner's own voice: each spoken digit is compared with the owner's first reading.

No language model: the owner's templates are matched by dynamic time warping over cepstra, so any
dialect works, and how other people say "four" does not matter.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from voiceprint.audio import Samples
from voiceprint.cepstra import Cepstra, cepstra, warped_distance
from voiceprint.segmentation import Span, segmentations

Candidate = TypeVar("Candidate")


@dataclass(frozen=True)
class DigitMatch:
    """How well a spoken digit fits the one asked for.

    `heard` is the digit with the nearest template. `distance` is to the template of the digit
    asked for, from 0; `excess` is by how much that is greater than the distance to the nearest
    template, as a share of the latter; 0 when the digit asked for is the nearest.
    """

    asked: str
    heard: str
    distance: float
    excess: float


@dataclass(frozen=True)
class DigitTemplates:
    """One template (12, frames) of each of ten digits, normalised by the voice's own cepstra.

    `mean` and `deviation`, (12, 1), are over all frames of the reading.
    """

    templates: dict[str, Cepstra]
    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]

    @classmethod
    def enrolled(cls, samples: Samples, spans: Sequence[Span], digits: str) -> Self:
        """The templates of a reading whose digits are known, one span a digit.

        Raises ValueError when `spans` and `digits` differ in length.
        """
        raw = {d: cepstra(samples, span) for span, d in zip(spans, digits, strict=True)}
        frames = np.concatenate(list(raw.values()), axis=1)
        mean, deviation = frames.mean(1, keepdims=True), frames.std(1, keepdims=True) + 1e-6
        templates = {digit: (one - mean) / deviation for digit, one in raw.items()}
        return cls(templates, mean, deviation)

    def match(self, samples: Samples, spans: Sequence[Span], asked: str) -> tuple[DigitMatch, ...]:
        """Each spoken digit against every template, one span a digit.

        Raises ValueError when `spans` and `asked` differ in length.
        """
        return tuple(
            self._match((cepstra(samples, span) - self.mean) / self.deviation, digit)
            for span, digit in zip(spans, asked, strict=True)
        )

    def _match(self, spoken: Cepstra, asked: str) -> DigitMatch:
        distances = {d: warped_distance(spoken, one) for d, one in self.templates.items()}
        heard = min(distances, key=distances.__getitem__)
        nearest = max(distances[heard], 1e-6)
        return DigitMatch(asked, heard, distances[asked], distances[asked] / nearest - 1)

    def packed(self) -> bytes:
        """The templates as bytes (NumPy's npz), to be sealed and stored."""
        file = io.BytesIO()
        arrays: dict[str, Any] = {"mean": self.mean, "deviation": self.deviation, **self.templates}
        np.savez(file, **arrays)
        return file.getvalue()

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """The templates again from `packed`. Raises ValueError, KeyError for other bytes."""
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            templates = {name: stored[name] for name in stored.files if name.isdigit()}
            return cls(templates, stored["mean"], stored["deviation"])


@dataclass(frozen=True)
class TwoReadings:
    """A first reading as templates, and a second one matched against them.

    `words` are those of the first reading; `border` is the sample at which the second one begins.
    """

    words: Sequence[Span]
    templates: DigitTemplates
    matches: tuple[DigitMatch, ...]
    border: int


def match_readings(samples: Samples, first: str, second: str) -> TwoReadings | None:
    """Templates of `first` and the matches of `second`, read one after the other.

    Of the ways to split the recording into words the best fitting one counts. None where there
    are not as many words as digits.
    """
    ways = segmentations(samples, len(first) + len(second))
    candidates = (_two_readings(samples, spans, first, second) for spans in ways)
    return first_lowest(candidates, lambda candidate: mean_excess(candidate.matches))


def _two_readings(samples: Samples, spans: Sequence[Span], first: str, second: str) -> TwoReadings:
    words = spans[: len(first)]
    templates = DigitTemplates.enrolled(samples, words, first)
    matches = templates.match(samples, spans[len(first) :], second)
    return TwoReadings(words, templates, matches, spans[len(first)].start)


def best_matches(
    templates: DigitTemplates, samples: Samples, asked: str
) -> tuple[DigitMatch, ...] | None:
    """The matches of a reading of `asked`, split into words in the way that fits best.

    None where there are not as many words as digits.
    """
    ways = segmentations(samples, len(asked))
    return first_lowest((templates.match(samples, spans, asked) for spans in ways), mean_excess)


def first_lowest(
    candidates: Iterable[Candidate], cost: Callable[[Candidate], float]
) -> Candidate | None:
    """The first candidate of the lowest cost, from 0; None of none.

    Candidates after one that costs nothing are not evaluated.
    """
    best: Candidate | None = None
    lowest = math.inf
    for candidate in candidates:
        if cost(candidate) < lowest:
            best, lowest = candidate, cost(candidate)
        if lowest == 0:
            break
    return best


def mean_excess(matches: Sequence[DigitMatch]) -> float:
    """The mean of the matches' excesses: 0 when every digit is the one asked for."""
    return float(np.mean([match.excess for match in matches]))


def mean_distance(matches: Sequence[DigitMatch]) -> float:
    """The mean of the matches' distances: a copy is near 0, a digit said again is not."""
    return float(np.mean([match.distance for match in matches]))
