"""Values beside labels: which text of a page belongs to which printed label.

Labels stand in columns, their values in a column to the right of each. A value begins on its
label's row and goes on below until the next value begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ocr.extraction.label import ON_ROW, SPECKS, Label, unlabelled
from ocr.recognition.line import Line

MAX_LINES = 18  # of one value
FAR = 16  # line heights between a label and its value, at most
NEXT_LINE = (0.5, 2.2)  # line heights from one line of a value to the next
INDENT = 1.3  # line heights that lines of one value may begin apart
ONE_SIZE = (0.55, 1.7)  # of a value's line height: that of its next line


@dataclass(frozen=True)
class Value:
    """The text printed for a label.

    `repaired_from` what was read of a code for which another is proposed, `corrected_from` what was
    read of a text that a closed vocabulary corrects; `is_unclear` where a part of it was not read.
    """

    text: str
    lines: tuple[Line, ...]
    repaired_from: str | None = None
    corrected_from: str | None = None
    is_unclear: bool = False

    @property
    def confidence(self) -> float:
        """The probability of its weakest character, 0..1."""
        return min((c for line in self.lines for c in line.confidences), default=0.0)


def values_beside(
    labels: Sequence[Label], lines: Sequence[Line], single: Iterable[str] = ()
) -> dict[str, Value]:
    """For each label the text that stands beside it; of `single` ones the first line only."""
    free = unlabelled(lines, labels)
    starts = _starts(labels, free)
    begun = {id(line) for line in starts.values()}
    rest = [line for line in free if id(line) not in begun]
    values = {}
    for name, start in starts.items():
        more = [] if name in single else _below(start, rest, list(starts.values()), labels)
        parts = (start, *more)
        text = "".join(part.text.lstrip(SPECKS) for part in parts)
        values[name] = Value(text, parts)
    return values


def _starts(labels: Sequence[Label], free: Sequence[Line]) -> dict[str, Line]:
    """The first line of each label's value.

    Printers set labels and values a little apart in height, all labels of a sheet alike: where a
    label has one line beside it, that shows how much; where it has several, that decides.
    """
    apart = [label for label in labels if label.rest is None]
    rows = [(label, row) for label in apart if (row := _beside(label, free, labels))]
    offsets = [_offset(label, row[0]) for label, row in rows if len(row) == 1]
    usual = float(np.median(offsets)) if offsets else 0.0
    starts = {label.name: label.rest for label in labels if label.rest is not None}
    return starts | {label.name: _nearest(label, row, usual) for label, row in rows}


def _nearest(label: Label, row: Sequence[Line], offset: float) -> Line:
    """The line that stands nearest to an offset from its label."""
    return min(row, key=lambda line: abs(_offset(label, line) - offset))


def _offset(label: Label, line: Line) -> float:
    return (line.middle_at(line.left) - label.row_at(line.left)) / label.height


def _beside(label: Label, free: Sequence[Line], labels: Sequence[Label]) -> list[Line]:
    """The lines on a label's row, up to the next label there, that begin nearest to it."""
    walls = [
        other.left
        for other in labels
        if other is not label
        and other.left > label.right
        and abs(other.row_at(other.left) - label.row_at(other.left)) < label.height
    ]
    limit = min([label.right + FAR * label.height, *walls])
    row = [
        line
        for line in free
        if label.right - 0.8 * label.height < line.left < limit
        and abs(_offset(label, line)) < ON_ROW * max(1.0, line.height / label.height)
    ]
    first = min((line.left for line in row), default=0.0)
    return [line for line in row if line.left < first + label.height]


def _below(
    start: Line, rest: Sequence[Line], starts: Sequence[Line], labels: Sequence[Label]
) -> list[Line]:
    """The lines under a value's first one, up to where another value or column begins."""
    ends = _ends(start, starts)
    parts = [start]
    for line in _column_under(start, rest):
        height = sum(part.height for part in parts) / len(parts)
        step = line.middle_at(line.left) - parts[-1].middle_at(line.left)
        if any(start.middle < end < line.middle - 0.3 * height for end in ends):
            break
        if step > NEXT_LINE[1] * height or len(parts) == MAX_LINES:
            break
        if _continues(parts, line, step, height) and not _claimed(line, labels, start):
            parts.append(line)
    return parts[1:]


def _ends(start: Line, starts: Sequence[Line]) -> list[float]:
    """How high the other values in a value's column begin."""
    return [other.middle for other in starts if other is not start and _same_column(other, start)]


def _column_under(start: Line, rest: Sequence[Line]) -> list[Line]:
    """The lines below another and overlapping it, from top to bottom."""
    column = [
        line
        for line in rest
        if line.middle > start.middle and line.left < start.right and line.right > start.left
    ]
    return sorted(column, key=lambda line: line.middle_at(start.left))


def _continues(parts: Sequence[Line], line: Line, step: float, height: float) -> bool:
    """Whether a line has the indent and size of a value's lines, of mean `height`."""
    edge = parts[1].left if len(parts) > 1 else parts[0].left
    fits = step > NEXT_LINE[0] * height and abs(line.left - edge) < INDENT * height
    return fits and ONE_SIZE[0] * height < line.height < ONE_SIZE[1] * height


def _same_column(a: Line, b: Line) -> bool:
    return abs(a.left - b.left) < 4 * max(a.height, b.height)


def _claimed(line: Line, labels: Sequence[Label], start: Line) -> bool:
    """Whether a label to the left of a line, on its row, announces it."""
    return any(
        start.left - 12 * line.height < label.left < line.left
        and label.right < line.left + line.height
        and abs(label.row_at(line.left) - line.middle_at(line.left)) < 0.5 * line.height
        and label.row_at(line.left) > start.middle + 0.5 * line.height
        for label in labels
    )
