"""Characters of a line that were not read, though they left the room that they take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ocr.extraction.rare_names import agreeing, best_match
from ocr.recognition.doubtful import CHINESE, gaps, usual_step
from ocr.recognition.line import Line

# Usual steps from a line's beginning to its first character, and from its last to the end, where
# one may be missing: more is white space. Regions are longer than their lines, most behind them.
BEFORE, AFTER = (1.3, 2.3), (1.75, 2.75)
MISSED = "\0"  # agrees with nothing
MAX_DIFFERING = 1  # characters of the line that a second reading has otherwise


def missed_before(line: Line) -> list[int]:
    """Before which characters one may have been missed; the line's length for one at its end."""
    usual = usual_step(line.text, line.places) if len(line.places) == len(line.text) else None
    if usual is None:
        return []
    before, after = line.places[0] / usual, (1 - line.places[-1]) / usual
    found = gaps(line.text, line.places)
    if line.text[0] >= CHINESE and BEFORE[0] < before < BEFORE[1]:
        found.insert(0, 0)
    if line.text[-1] >= CHINESE and AFTER[0] < after < AFTER[1]:
        found.append(len(line.text))
    return found


def completed(line: Line, readings: Iterable[Line], least: float) -> Line:
    """The line with a character of another reading of it where one may have been missed.

    Only a Chinese one of `least`, 0..1, or more, and where the rest is read as in the line but for
    a character.
    """
    for at in missed_before(line):
        text = line.text[:at] + MISSED + line.text[at:]
        again = best_match(replace(line, text=text), readings)
        if again is None or agreeing(again.text, text) < len(line.text) - MAX_DIFFERING:
            continue
        if again.text[at] >= CHINESE and again.confidences[at] >= least:
            return replace(
                line,
                text=line.text[:at] + again.text[at] + line.text[at:],
                confidences=_with(line.confidences, at, again.confidences[at]),
                places=_with(line.places, at, _between(line, at)),
            )
    return line


def _with(numbers: tuple[float, ...], at: int, number: float) -> tuple[float, ...]:
    return (*numbers[:at], number, *numbers[at:])


def _between(line: Line, at: int) -> float:
    """The middle of the room before a character."""
    places = (0.0, *line.places, 1.0)
    return (places[at] + places[at + 1]) / 2
