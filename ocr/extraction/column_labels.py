"""Labels of two characters that were misread, known by the column that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ocr.extraction.label import Label, cut_label, unlabelled, without_specks
from ocr.recognition.line import Line

COLUMN = 2  # labels that make a column


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
