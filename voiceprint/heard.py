"""Whether the words of a reading are the digits that were asked for, as a recogniser hears them.

An owner's templates say only that two readings agree with each other: ten sounds of any kind would
do. This says that the first of them was of digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voiceprint.audio import RATE, Samples
from voiceprint.segmentation import Span

PAUSES = RATE * 3 // 10, RATE * 3 // 20  # samples between two words, at the first and third hearing
SLOWER = 1.25  # times as long, at the last hearing, as a record that is played more slowly
MARGIN = RATE * 3 // 100  # samples kept at both ends of a word
FAR = 5  # edits from which other hearings are not worth their cost

ReadDigits = Callable[[Samples, int], str]  # speech of so many words -> the digits in it


@dataclass(frozen=True)
class HeardDigits:
    """What was heard of a reading, and by how many edits it differs from what was asked for."""

    digits: str
    edits: int  # from 0


def hear_digits(
    read: ReadDigits, samples: Samples, words: Sequence[Span], asked: str, max_edits: int
) -> HeardDigits:
    """What `read` hears of some words of a recording, one a digit asked for.

    Words are heard with even pauses, so that a reader who takes time costs no more than a quick
    one. While more than `max_edits` are found they are heard again in other ways, unless two
    hearings were `FAR` from what was asked for, and the best counts: recognisers skip words of
    quick speakers, but not the same ones each time.
    """
    hearings: list[HeardDigits] = []
    for speech in _ways_to_hear(samples, words):
        hearings.append(_heard(read, speech, asked))
        least = min(one.edits for one in hearings)
        if least <= max_edits or (len(hearings) > 1 and least >= FAR):
            break
    return min(hearings, key=lambda one: one.edits)


def _heard(read: ReadDigits, speech: Samples, asked: str) -> HeardDigits:
    digits = read(speech, len(asked))
    return HeardDigits(digits, edit_distance(digits, asked))


def _ways_to_hear(samples: Samples, words: Sequence[Span]) -> Iterator[Samples]:
    """The words with even pauses, as they were said, with short pauses, and more slowly."""
    longer, shorter = PAUSES
    as_said = samples[max(0, words[0].start - MARGIN) : words[-1].end + MARGIN]
    yield _evenly(samples, words, longer)
    yield as_said
    yield _evenly(samples, words, shorter)
    places = np.arange(0, len(as_said) - 1, 1 / SLOWER)
    yield np.interp(places, np.arange(len(as_said)), as_said).astype(np.float32)


def _evenly(samples: Samples, words: Sequence[Span], pause: int) -> Samples:
    silence = np.zeros(pause, np.float32)
    cut = [samples[max(0, word.start - MARGIN) : word.end + MARGIN] for word in words]
    return np.concatenate([silence, *(part for word in cut for part in (word, silence))])


def edit_distance(one: str, other: str) -> int:
    """The least number of insertions, deletions and substitutions (Levenshtein, 1966)."""
    row = list(range(len(other) + 1))
    for place, symbol in enumerate(one, 1):
        before, row = row, [place]
        for at, another in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[at] + 1, before[at - 1] + (symbol != another)))
    return row[-1]
