"""Labels that were misread or cut off, known by the column that they stand in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from ocr.extraction.label import (
    ON_ROW,
    Label,
    chinese_in,
    cut_label,
    unlabelled,
    without_specks,
)
from ocr.recognition.line import Line

COLUMN = 2  # labels that make a column
NEAR = 3.0  # line heights from a label to its value


def labels_in_column(
    found: Sequence[Label], lines: Sequence[Line], labels: Mapping[str, Sequence[str]]
) -> list[Label]:
    """Labels of two characters, set wide and misread, known by one of them and their column."""
    unused = unlabelled(lines, found)
    more = []
    for name, texts in labels.items():
        if any(label.name == name for label in found):
            continue
        pair = next((text for text in texts if len(text) == 2), None)
        half = _find_half(name, pair, unused, found) if pair is not None else None
        if half is not None:
            more.append(half)
    return more


def labels_by_ending(
    found: Sequence[Label], lines: Sequence[Line], labels: Mapping[str, Sequence[str]]
) -> list[Label]:
    """Labels that the picture's edge or something else cuts off, known by their endings.

    Forms set the labels of a column to one width: what ends where other labels or endings of labels
    do, and stands before a value, is what is left of one. An ending that several missing fields
    have says nothing.
    """
    known = {label.name for label in found}
    ends = [label.right for label in found]
    endings = [
        (line, names)
        for line in unlabelled(lines, found)
        if (names := _fields_ending_in(line, labels, known)) and _has_value(line, lines)
    ]
    ends += [line.right for line, _ in endings]
    more = []
    for line, names in endings:
        column = [end for end in ends if abs(end - line.right) < 0.7 * line.height]
        if len(names) == 1 and len(column) > COLUMN:
            more.append(Label(names[0], (line,), None, (line,)))
    return more


def _fields_ending_in(
    line: Line, labels: Mapping[str, Sequence[str]], known: Collection[str]
) -> list[str]:
    """The fields, but for known ones, of which a label ends in a line and is longer."""
    letters, _ = chinese_in(line)
    return [
        name
        for name, texts in labels.items()
        if name not in known and letters and any(_ends_in(text, letters) for text in texts)
    ]


def _ends_in(text: str, letters: str) -> bool:
    return len(letters) < len(text) and text.endswith(letters)


def _has_value(label: Line, lines: Sequence[Line]) -> bool:
    """Whether a line begins closely behind another, on its row."""
    return any(
        -0.5 * label.height < line.left - label.right < NEAR * label.height
        and abs(line.middle_at(line.left) - label.middle_at(line.left)) < ON_ROW * label.height
        for line in lines
        if line is not label
    )


def _find_half(name: str, text: str, lines: Sequence[Line], found: Sequence[Label]) -> Label | None:
    return next((half for line in lines if (half := _half(name, text, line, found))), None)


def _half(name: str, text: str, line: Line, found: Sequence[Label]) -> Label | None:
    letters, where = without_specks(line)
    first, second = text[0], text[1]
    if letters == first and (label := _first_half(name, line, found)):
        return label
    if letters[:1] == first and letters[-1] == second and len(letters) <= 3:
        return Label(name, (line,), None, (line,))
    if label := _with_stranger(name, text, line, found):
        return label
    if letters[:1] != second:
        return None
    label = cut_label(name, (line,), 0, where[0] + 1)
    column = [one for one in found if abs(one.right - label.right) < one.height]
    return label if len(column) >= COLUMN else None


def _with_stranger(name: str, text: str, line: Line, found: Sequence[Label]) -> Label | None:
    """A label with one character read into it, at the beginning of a line of its column."""
    letters, where = without_specks(line)
    column = [one for one in found if abs(one.left - line.left) < one.height]
    if letters[:1] + letters[2:3] != text or len(column) < COLUMN:
        return None
    return cut_label(name, (line,), 0, where[2] + 1)


def _first_half(name: str, line: Line, found: Sequence[Label]) -> Label | None:
    """The first character of a label, stretched to where its column of labels ends."""
    column = [one for one in found if abs(one.left - line.left) < one.height]
    if len(column) < COLUMN:
        return None
    edge = float(np.median([one.right for one in column]))
    return Label(name, (line.until(edge),), None, (line,))
