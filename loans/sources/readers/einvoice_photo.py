"""What a recogniser read in a photo, as texts with their places. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from loans.sources.readers.placed_text import PlacedText
from ocr.recognition.line import Line

CELL_GAP = 1.6  # line heights from one character's middle to the next one's: two cells in one line


def texts_of_sheets(sheets: Sequence[Sequence[Line]]) -> list[PlacedText]:
    """The lines of all sheets of a photo, one sheet below the other.

    A line that was read across two cells is two texts.
    """
    found: list[PlacedText] = []
    below = 0.0
    for lines in sheets:
        texts = [
            PlacedText(
                text=part.text,
                left=part.left,
                right=part.right,
                top=below + part.top,
                bottom=below + part.bottom,
                confidence=_confidence(part),
            )
            for line in lines
            for part in _cells(line)
        ]
        found += texts
        below = max((text.bottom for text in found), default=0.0)
    return found


def _confidence(line: Line) -> float:
    """Of its weakest letter or digit; brackets and points say nothing by themselves."""
    sure = zip(line.text, line.confidences, strict=False)
    return min((each for character, each in sure if character.isalnum()), default=1.0)


def _cells(line: Line) -> Iterator[Line]:
    """The parts of a line between which no character is for longer than within a word."""
    if len(line.places) != len(line.text):
        yield line
        return
    width = line.right - line.left
    start = 0
    for at, (one, other) in enumerate(pairwise(line.places), start=1):
        if (other - one) * width > CELL_GAP * line.height:
            yield line.part(start, at).until(line.left + one * width + line.height / 2)
            start = at
    yield line.part(start)
