"""Values beside labels: which text of a page belongs to which printed label.

Labels stand in columns, their values in a column to the right of each. A value begins on its
label's row and goes on below until the next value begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ocr.recognition.page_reader import Line

MOST_LINES = 18  # of one value
FAR = 16  # line heights between a label and its value, at most
WIDE_SET = 8  # line heights between the characters of one label, at most
LONG_LABEL = 4  # from this length a label may be misread in one character
ON_ROW = 0.65  # line heights that a value may stand above or below its label
NEXT_LINE = (0.5, 2.2)  # line heights from one line of a value to the next
SPECKS = ".,·:;、'\"`-☑"  # what copies and borders add before and inside a label
SEX, SEXES = "性别", ("男", "女")
COLUMN = 2  # labels that make a column
INDENT = 1.3  # line heights that lines of one value may begin apart


@dataclass(frozen=True)
class Value:
    """The text printed for a label; `repaired_from` what was read before it was corrected."""

    text: str
    lines: tuple[Line, ...]
    repaired_from: str | None = None

    @property
    def confidence(self) -> float:
        """The probability of its weakest character, 0..1."""
        return min((s for line in self.lines for s in line.sure), default=0.0)


@dataclass(frozen=True)
class Label:
    """A label as found: its pieces, and the rest of the last one where the value follows in it."""

    name: str
    pieces: tuple[Line, ...]
    rest: Line | None
    sources: tuple[Line, ...]  # the page's lines that it was cut from

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return self.pieces[-1].right

    @property
    def height(self) -> float:
        return sum(piece.height for piece in self.pieces) / len(self.pieces)

    def row_at(self, x: float) -> float:
        return (self.rest or self.pieces[-1]).middle_at(x)


def find_labels(lines: Sequence[Line], labels: Mapping[str, Sequence[str]]) -> list[Label]:
    """The labels that the lines show; each field under the first of its names that is found."""
    found: list[Label] = []
    used: set[int] = set()
    for exact in (True, False):
        for name, texts in labels.items():
            if any(label.name == name for label in found):
                continue
            for text in texts:
                label = _find(name, text, lines, used, exact=exact)
                if label is not None:
                    found.append(label)
                    used |= {id(line) for line in label.sources}
                    break
    return [*found, *_labels_in_column(found, lines, labels)]


def values_beside(
    labels: Sequence[Label], lines: Sequence[Line], single: Iterable[str] = ()
) -> dict[str, Value]:
    """For each label the text that stands beside it; of `single` ones the first line only."""
    taken = {id(line) for label in labels for line in label.sources}
    free = [line for line in lines if id(line) not in taken]
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


def _find(
    name: str, text: str, lines: Sequence[Line], used: set[int], *, exact: bool
) -> Label | None:
    for line in lines:
        fresh = id(line) not in used
        label: Label | None = None
        if exact:
            label = _in_line(name, text, line, fresh=fresh)
        if label is None and fresh:
            pieced = _in_pieces(name, text, line, lines, used) if exact else None
            label = pieced or (None if exact else _misread(name, text, line))
        if label is not None:
            return label
    return None


def _in_line(name: str, text: str, line: Line, *, fresh: bool) -> Label | None:
    """The label whole, at a line's start or, as 民族 after 性别, behind another field."""
    letters, where = _letters(line)
    at = letters.find(text)
    if at < 0 or (at == 0 and not fresh):
        return None
    if at > 0 and len(text) < LONG_LABEL and letters[:1] not in SEXES and letters[:2] != SEX:
        return None
    return _cut(name, (line,), where[at], where[at + len(text) - 1] + 1)


def _misread(name: str, text: str, line: Line) -> Label | None:
    """A long label with one wrong character."""
    letters, where = _letters(line)
    head = letters[: len(text)]
    wrong = sum(a != b for a, b in zip(head, text, strict=False))
    if len(text) < LONG_LABEL or len(head) < len(text) or wrong > 1:
        return None
    return _cut(name, (line,), 0, where[len(text) - 1] + 1)


def _in_pieces(
    name: str, text: str, first: Line, lines: Sequence[Line], used: set[int]
) -> Label | None:
    """A label set wide, 名 称, is often read as several lines; the last may carry the value."""
    known = _shared(first, text)
    if known == 0 or known < len(_letters(first)[0]):
        return None
    pieces = [first]
    while known < len(text):
        following = _next_piece(pieces[-1], text[known:], lines, used)
        if following is None:
            return None
        pieces.append(following)
        step = _shared(following, text[known:])
        letters, where = _letters(following)
        if known + step < len(text) and step < len(letters):
            return None
        known += step
        if known == len(text):
            return _cut(name, tuple(pieces), 0, where[step - 1] + 1)
    return None


def _labels_in_column(
    found: Sequence[Label], lines: Sequence[Line], labels: Mapping[str, Sequence[str]]
) -> list[Label]:
    """Labels of two characters, set wide and misread, known by one of them and their column."""
    used = {id(line) for label in found for line in label.sources}
    known = {label.name for label in found}
    more = []
    for name, texts in labels.items():
        pairs = [text for text in texts if len(text) == 2]
        if name in known or not pairs:
            continue
        for line in lines:
            if id(line) not in used and (half := _half(name, pairs[0], line, found)):
                more.append(half)
                break
    return more


def _half(name: str, text: str, line: Line, found: Sequence[Label]) -> Label | None:
    letters, where = _letters(line)
    if letters == text[0]:
        column = [one for one in found if abs(one.left - line.left) < one.height]
        if len(column) >= COLUMN:
            edge = float(np.median([one.right for one in column]))
            return Label(name, (line.until(edge),), None, (line,))
    if letters[:1] == text[0] and letters[-1] == text[1] and len(letters) <= len(text) + 1:
        return Label(name, (line,), None, (line,))
    if letters.startswith(text[1]):
        end = where[0] + 1
        label = _cut(name, (line,), 0, end)
        column = [one for one in found if abs(one.right - label.right) < one.height]
        return label if len(column) >= COLUMN else None
    return None


def _letters(line: Line) -> tuple[str, list[int]]:
    """The line without the specks that copies make, and where each letter stands in it."""
    where = [k for k, letter in enumerate(line.text) if letter not in SPECKS]
    return "".join(line.text[k] for k in where), where


def _shared(line: Line, text: str) -> int:
    """How many characters a line and a text begin with alike."""
    letters, _ = _letters(line)
    for k, (x, y) in enumerate(zip(letters, text, strict=False)):
        if x != y:
            return k
    return min(len(letters), len(text))


def _next_piece(last: Line, wanted: str, lines: Sequence[Line], used: set[int]) -> Line | None:
    row = [
        line
        for line in lines
        if id(line) not in used
        and line is not last
        and -0.7 * last.height < line.left - last.right < WIDE_SET * last.height
        and line.left > last.left
        and abs(line.middle_at(line.left) - last.middle) < ON_ROW * last.height
        and _shared(line, wanted)
    ]
    return min(row, key=lambda line: line.left, default=None)


def _cut(name: str, pieces: tuple[Line, ...], start: int, end: int) -> Label:
    last = pieces[-1]
    after = end
    while after < len(last.text) and last.text[after] in SPECKS:
        after += 1
    rest = last.part(after) if after < len(last.text) else None
    own = last.part(start, end) if rest is not None or start else last
    return Label(name, (*pieces[:-1], own), rest, pieces)


def _starts(labels: Sequence[Label], free: Sequence[Line]) -> dict[str, Line]:
    """The first line of each label's value.

    Printers set labels and values a little apart in height, all labels of a sheet alike: where a
    label has one line beside it, it tells how much; where it has several, that decides.
    """
    beside = {label.name: _beside(label, free, labels) for label in labels if label.rest is None}
    by_name = {label.name: label for label in labels}
    offsets = [_offset(by_name[name], row[0]) for name, row in beside.items() if len(row) == 1]
    usual = float(np.median(offsets)) if offsets else 0.0
    starts = {label.name: label.rest for label in labels if label.rest is not None}
    for name, row in beside.items():
        if row:
            starts[name] = min(row, key=lambda line: abs(_offset(by_name[name], line) - usual))
    return starts


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
    column = [
        line
        for line in rest
        if line.middle > start.middle and line.left < start.right and line.right > start.left
    ]
    ends = [other.middle for other in starts if other is not start and _same_column(other, start)]
    parts = [start]
    for line in sorted(column, key=lambda line: line.middle_at(start.left)):
        last, height = parts[-1], sum(part.height for part in parts) / len(parts)
        step = line.middle_at(line.left) - last.middle_at(line.left)
        if any(start.middle < end < line.middle - 0.3 * height for end in ends):
            break
        if step > NEXT_LINE[1] * height or len(parts) == MOST_LINES:
            break
        edge = parts[1].left if len(parts) > 1 else start.left
        fits = step > NEXT_LINE[0] * height and abs(line.left - edge) < INDENT * height
        if (
            fits
            and 0.55 * height < line.height < 1.7 * height
            and not _claimed(line, labels, start)
        ):
            parts.append(line)
    return parts[1:]


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
