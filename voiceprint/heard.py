"""Whether the words of a reading are the digits that were asked for, as a recogniser hears them.

An owner's templates say only that two readings agree with each other: ten sounds of any kind would
do. This says that the first of them was of digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from voiceprint.audio import RATE, Samples
from voiceprint.segmentation import Span

PAUSE = RATE * 3 // 10  # samples between two words
MARGIN = RATE * 3 // 100  # samples kept at both ends of a word

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
    one; where more than `max_edits` are found, once more as they were said, and the better counts:
    recognisers skip words of quick speakers, but not the same ones in both.
    """
    heard = _heard(read, _evenly(samples, words), asked)
    if heard.edits <= max_edits:
        return heard
    as_said = samples[max(0, words[0].start - MARGIN) : words[-1].end + MARGIN]
    return min(heard, _heard(read, as_said, asked), key=lambda one: one.edits)


def _heard(read: ReadDigits, speech: Samples, asked: str) -> HeardDigits:
    digits = read(speech, len(asked))
    return HeardDigits(digits, edit_distance(digits, asked))


def _evenly(samples: Samples, words: Sequence[Span]) -> Samples:
    pause = np.zeros(PAUSE, np.float32)
    cut = [samples[max(0, word.start - MARGIN) : word.end + MARGIN] for word in words]
    return np.concatenate([pause, *(part for word in cut for part in (word, pause))])


def edit_distance(one: str, other: str) -> int:
    """The least number of insertions, deletions and substitutions (Levenshtein, 1966)."""
    row = list(range(len(other) + 1))
    for place, symbol in enumerate(one, 1):
        before, row = row, [place]
        for at, another in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[at] + 1, before[at - 1] + (symbol != another)))
    return row[-1]
