"""Doubtful characters of a line, read again with what stands beside them, not the whole line.

Most lines that the quick recogniser doubts are right but for a character or two, and what a
recogniser costs grows with the width that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocr.geometry import Pixels
from ocr.recognition.line import Reading

BESIDE = 2  # characters read on either side of a doubtful one
MAX_SHARE = 0.6  # of the line's width: of more the whole line is read
GAP = 1.5, 2.6  # usual steps from one Chinese character to the next: more is white space
CHINESE = "\u3400"  # and what follows; full-width marks too, which take as much room
MIN_CONFIDENCE = 0.5  # of each character of a part: below, the rest of the line may help

ReadCrop = Callable[[Pixels], Reading]


@dataclass(frozen=True)
class _Part:
    """Characters of a line from `start` up to `end`; the first and last few are not doubtful."""

    start: int
    end: int
    before: int
    after: int


def read_doubtful(reading: Reading, crop: Pixels, read: ReadCrop, sure: float) -> Reading | None:
    """The reading of a crop with the characters below `sure`, 0..1, as `read` reads them.

    Those beside a gap in which a character may have been missed are read again, too.

    None where no character is doubtful, where reading them would cost about as much as the whole
    crop, where what stands beside them is read otherwise, and where they are read without
    certainty or not all.
    """
    edges = _edges(reading)
    parts = _parts(reading, sure)
    share = sum(edges[part.end] - edges[part.start] for part in parts)
    if not parts or share > MAX_SHARE:
        return None
    for part in reversed(parts):
        low, high = edges[part.start], edges[part.end]
        left, right = int(low * crop.shape[1]), int(np.ceil(high * crop.shape[1]))
        again = read(crop[:, left:right])
        if not _fits(again, reading, part):
            return None
        reading = _replaced(reading, part, again, (low, high))
    return reading


def gaps(text: str, places: Sequence[float]) -> list[int]:
    """Before which characters of a line there is room for one more, in which none was read."""
    usual = usual_step(text, places)
    if usual is None:
        return []
    steps = np.diff(places)
    found = _in_chinese(text) & (steps > GAP[0] * usual) & (steps < GAP[1] * usual)
    return [int(at) + 1 for at in np.flatnonzero(found)]


def usual_step(text: str, places: Sequence[float]) -> float | None:
    """The usual distance of two Chinese characters of a line, in what places are; None of none.

    None, too, where they are read at one place, as a recogniser may beyond a crop's end.
    """
    steps = np.diff(places)[_in_chinese(text)]
    return float(np.median(steps)) or None if len(steps) else None


def _in_chinese(text: str) -> npt.NDArray[np.bool_]:
    """For each step from a character to the next whether both are Chinese."""
    chinese = np.array([character >= CHINESE for character in text], np.bool_)
    return chinese[1:] & chinese[:-1]


def _parts(reading: Reading, sure: float) -> list[_Part]:
    count = len(reading.text)
    spans: list[tuple[int, int]] = []
    doubtful = (np.array(reading.confidences) < sure) | _beside_gaps(reading)
    for place in np.flatnonzero(doubtful).tolist():
        start, end = max(place - BESIDE, 0), min(place + BESIDE + 1, count)
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return [
        _Part(start, end, BESIDE if start else 0, BESIDE if end < count else 0)
        for start, end in spans
    ]


def _beside_gaps(reading: Reading) -> npt.NDArray[np.bool_]:
    """For each character whether there is room for one more beside it, in which none was read."""
    beside = np.zeros(len(reading.text), np.bool_)
    for at in gaps(reading.text, reading.places):
        beside[[at - 1, at]] = True
    return beside


def _edges(reading: Reading) -> list[float]:
    """Where each character begins, as a share of the width, and where the last one ends."""
    places = np.array(reading.places)
    return [0.0, *((places[1:] + places[:-1]) / 2).tolist(), 1.0]


def _fits(again: Reading, reading: Reading, part: _Part) -> bool:
    """Whether a part was read with certainty, and what stands beside it as in the line."""
    text, count = reading.text[part.start : part.end], len(again.text)
    return (
        count >= len(text)  # narrow marks, as ; and (, are lost where little stands around them
        and min(again.confidences, default=0.0) >= MIN_CONFIDENCE
        and again.text[: part.before] == text[: part.before]
        and again.text[count - part.after :] == text[len(text) - part.after :]
    )


def _replaced(reading: Reading, part: _Part, again: Reading, span: tuple[float, float]) -> Reading:
    """The reading with a part's doubtful characters as they were read again, within a span."""
    start, end = part.start + part.before, part.end - part.after
    inner = slice(part.before, len(again.text) - part.after)
    low, high = span
    places = tuple(low + place * (high - low) for place in again.places[inner])
    return Reading(
        text=reading.text[:start] + again.text[inner] + reading.text[end:],
        confidences=(
            *reading.confidences[:start],
            *again.confidences[inner],
            *reading.confidences[end:],
        ),
        places=(*reading.places[:start], *places, *reading.places[end:]),
    )
