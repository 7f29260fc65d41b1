"""Printed labels among the lines of a page, also in several pieces or misread in a character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ocr.extraction.notes import in_sentence, without_notes
from ocr.recognition.line import Line

WIDE_SET = 8  # line heights between the characters of one label, at most
LONG_LABEL = 4  # from this length a label may be misread in one character
ON_ROW = 0.65  # line heights that a piece may stand above or below the one before it
SPECKS = ".,·:;、'\"`-☑"  # what copies and borders add before and inside a label
SEX, SEXES = "性别", ("男", "女")
COLUMN = 2  # labels that make a column
# What a recogniser makes of the paper's pattern, which sheets of 2014 and 2019 print in Latin
# letters (SCJDGL): labels have none.
_PATTERN = r"[^\u3400-\u9fff]{0,6}"
_LEAD = re.compile(rf"[{re.escape(SPECKS)}A-Z]*")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BEFORE_ENDING = 4  # Chinese characters of a mark that is printed over a label's beginning
_MIN_ENDING = 4  # characters of a label that are enough to know it by its ending


@dataclass(frozen=True)
class Label:
    """A label as found: its pieces, and the rest of the last one where the value follows in it.

    `sources` are the page's lines that it was cut from.
    """

    name: str
    pieces: tuple[Line, ...]
    rest: Line | None
    sources: tuple[Line, ...]

    @property
    def left(self) -> float:
        """Where it begins, page pixels."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Where it ends, page pixels."""
        return self.pieces[-1].right

    @property
    def height(self) -> float:
        """The mean height of its pieces, page pixels."""
        return sum(piece.height for piece in self.pieces) / len(self.pieces)

    def row_at(self, x: float) -> float:
        """How high its row runs at `x`."""
        return (self.rest or self.pieces[-1]).middle_at(x)


def find_labels(lines: Sequence[Line], labels: Mapping[str, Sequence[str]]) -> list[Label]:
    """The labels among the lines; each field under the first of its names that is found.

    Words of notes and sentences are none.
    """
    lines = without_notes(lines)
    found: list[Label] = []
    used: set[int] = set()
    for find in (_find_exact, _find_within, _find_misread, _find_ending):
        known = {label.name for label in found}
        for name, texts in labels.items():
            if name in known:
                continue
            label = next((one for t in texts if (one := find(name, t, lines, used))), None)
            if label is not None:
                found.append(label)
                used |= _ids(label.sources)
    return [*found, *_labels_in_column(found, lines, labels)]


def unlabelled(lines: Iterable[Line], labels: Iterable[Label]) -> list[Line]:
    """The lines that no label was cut from."""
    used = {id(line) for label in labels for line in label.sources}
    return [line for line in lines if id(line) not in used]


def _ids(lines: Iterable[Line]) -> set[int]:
    return {id(line) for line in lines}


def _find_exact(name: str, text: str, lines: Sequence[Line], used: set[int]) -> Label | None:
    for line in lines:
        if id(line) in used:
            continue
        label = _at_start(name, text, line) or _in_pieces(name, text, line, lines, used)
        if label is not None:
            return label
    return None


def _find_within(name: str, text: str, lines: Sequence[Line], _used: set[int]) -> Label | None:
    return next((label for line in lines if (label := _within(name, text, line))), None)


def _find_misread(name: str, text: str, lines: Sequence[Line], used: set[int]) -> Label | None:
    unused = (line for line in lines if id(line) not in used)
    return next((label for line in unused if (label := _misread(name, text, line))), None)


def _find_ending(name: str, text: str, lines: Sequence[Line], used: set[int]) -> Label | None:
    """A long label over whose beginning a mark is printed, such as (副本) or (1-1)."""
    for start in range(1, len(text) - _MIN_ENDING + 1):
        for line in lines:
            found = _spread(text[start:]).search(line.text) if id(line) not in used else None
            if found is None:
                continue
            before, _ = _characters(line.part(0, found.start()))
            if len(before) > _BEFORE_ENDING or before.endswith(text[start - 1]):
                continue
            if not in_sentence(line.text, *found.span()):
                return _cut(name, (line,), *found.span())
    return None


def _at_start(name: str, text: str, line: Line) -> Label | None:
    found = _spread(text).search(line.text)
    if found is None or not _LEAD.fullmatch(line.text[: found.start()]):
        return None
    return _cut(name, (line,), *found.span())


def _within(name: str, text: str, line: Line) -> Label | None:
    """The label behind another field, as 民族 after 性别 or a second column."""
    found = _spread(text).search(line.text)
    if found is None or _LEAD.fullmatch(line.text[: found.start()]):
        return None
    letters, _ = _letters(line)
    if len(text) < LONG_LABEL and letters[:1] not in SEXES and letters[:2] != SEX:
        return None
    if in_sentence(line.text, *found.span()):
        return None
    return _cut(name, (line,), *found.span())


@cache
def _spread(text: str) -> re.Pattern[str]:
    """A label, also with the paper's pattern between its characters."""
    return re.compile(_PATTERN.join(text))


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
    if known == 0 or known < len(_characters(first)[0]):
        return None
    pieces = [first]
    while known < len(text):
        following = _next_piece(pieces[-1], text[known:], lines, used)
        if following is None:
            return None
        pieces.append(following)
        step = _shared(following, text[known:])
        letters, where = _characters(following)
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
    letters, where = _letters(line)
    first, second = text[0], text[1]
    if letters == first and (label := _first_half(name, line, found)):
        return label
    if letters[:1] == first and letters[-1] == second and len(letters) <= 3:
        return Label(name, (line,), None, (line,))
    if label := _with_stranger(name, text, line, found):
        return label
    if letters[:1] != second:
        return None
    label = _cut(name, (line,), 0, where[0] + 1)
    column = [one for one in found if abs(one.right - label.right) < one.height]
    return label if len(column) >= COLUMN else None


def _with_stranger(name: str, text: str, line: Line, found: Sequence[Label]) -> Label | None:
    """A label with one character read into it, at the beginning of a line of its column."""
    letters, where = _letters(line)
    column = [one for one in found if abs(one.left - line.left) < one.height]
    if letters[:1] + letters[2:3] != text or len(column) < COLUMN:
        return None
    return _cut(name, (line,), 0, where[2] + 1)


def _first_half(name: str, line: Line, found: Sequence[Label]) -> Label | None:
    """The first character of a label, stretched to where its column of labels ends."""
    column = [one for one in found if abs(one.left - line.left) < one.height]
    if len(column) < COLUMN:
        return None
    edge = float(np.median([one.right for one in column]))
    return Label(name, (line.until(edge),), None, (line,))


def _letters(line: Line) -> tuple[str, list[int]]:
    """The line without the specks that copies make, and where each letter stands in it."""
    where = [k for k, letter in enumerate(line.text) if letter not in SPECKS]
    return "".join(line.text[k] for k in where), where


def _characters(line: Line) -> tuple[str, list[int]]:
    """The Chinese characters of a line, and where each stands in it."""
    found = list(_CHINESE.finditer(line.text))
    return "".join(one[0] for one in found), [one.start() for one in found]


def _shared(line: Line, text: str) -> int:
    """How many Chinese characters a line and a text begin with alike."""
    letters, _ = _characters(line)
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
