"""Printed labels among the lines of a page, also in several pieces or misread in a character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np

from ocr.extraction.column_labels import labels_by_ending, labels_in_column
from ocr.extraction.damaged_labels import damaged_labels
from ocr.extraction.label import ON_ROW, SPECKS, Label, chinese_in, cut_label, without_specks
from ocr.extraction.notes import in_sentence, without_notes
from ocr.recognition.line import Line

WIDE_SET = 8  # line heights between the characters of one label, at most
LONG_LABEL = 4  # from this length a label may be misread in one character
SEX, SEXES = "性别", ("男", "女")
# What a recogniser makes of the paper's pattern, which sheets of 2014 and 2019 print in Latin
# letters (SCJDGL): labels have none.
_PATTERN = r"[^\u3400-\u9fff]{0,6}"
_LEAD = re.compile(rf"[{re.escape(SPECKS)}A-Z]*")
WIDE = 1.8  # of the step from one character to the next: that from one column to the next
_BEFORE_ENDING = 4  # Chinese characters of a mark that is printed over a label's beginning
_MIN_ENDING = 4  # characters of a label that are enough to know it by its ending


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
            within = find is _find_within
            if label is not None and (not within or _begins_column(label, found)):
                found.append(label)
                used |= _ids(label.sources)
    found += damaged_labels(found, lines, labels)
    found += labels_by_ending(found, lines, labels)
    return [*found, *labels_in_column(found, lines, labels)]


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
            before, _ = chinese_in(line.part(0, found.start()))
            if len(before) > _BEFORE_ENDING or before.endswith(text[start - 1]):
                continue
            if not in_sentence(line.text, *found.span()):
                return cut_label(name, (line,), *found.span())
    return None


def _at_start(name: str, text: str, line: Line) -> Label | None:
    found = _spread(text).search(line.text)
    if found is None or not _LEAD.fullmatch(line.text[: found.start()]):
        return None
    return cut_label(name, (line,), *found.span())


def _within(name: str, text: str, line: Line) -> Label | None:
    """The label behind another field, as 民族 after 性别 or a second column."""
    found = _spread(text).search(line.text)
    if found is None or _LEAD.fullmatch(line.text[: found.start()]):
        return None
    letters, _ = without_specks(line)
    if len(text) < LONG_LABEL and letters[:1] not in SEXES and letters[:2] != SEX:
        return None
    if in_sentence(line.text, *found.span()):
        return None
    return cut_label(name, (line,), *found.span())


def _begins_column(label: Label, found: Sequence[Label]) -> bool:
    """Whether a label within a line begins a column: words of a sentence do not.

    It stands under or over another label, behind a mark in brackets, behind a card's sex, or after
    a space that is wider than those between characters.
    """
    (line,) = label.sources
    start = line.text.index(label.pieces[0].text)
    before = line.part(0, start)
    short = len(label.pieces[0].text) < LONG_LABEL
    if short or before.text.endswith(")") or not chinese_in(before)[0]:
        return True
    if any(abs(one.left - label.left) < 1.5 * label.height for one in found):
        return True
    if len(line.places) != len(line.text):
        return False
    steps = np.diff(line.places)
    return bool(steps[start - 1] > WIDE * np.median(steps))


@cache
def _spread(text: str) -> re.Pattern[str]:
    """A label, also with the paper's pattern between its characters."""
    return re.compile(_PATTERN.join(text))


def _misread(name: str, text: str, line: Line) -> Label | None:
    """A long label with one wrong character."""
    letters, where = without_specks(line)
    head = letters[: len(text)]
    wrong = sum(a != b for a, b in zip(head, text, strict=False))
    if len(text) < LONG_LABEL or len(head) < len(text) or wrong > 1:
        return None
    return cut_label(name, (line,), 0, where[len(text) - 1] + 1)


def _in_pieces(
    name: str, text: str, first: Line, lines: Sequence[Line], used: set[int]
) -> Label | None:
    """A label set wide, 名 称, is often read as several lines; the last may carry the value."""
    known = _shared(first, text)
    if known == 0 or known < len(chinese_in(first)[0]):
        return None
    pieces = [first]
    while known < len(text):
        following = _next_piece(pieces[-1], text[known:], lines, used)
        if following is None:
            return None
        pieces.append(following)
        step = _shared(following, text[known:])
        letters, where = chinese_in(following)
        if known + step < len(text) and step < len(letters):
            return None
        known += step
        if known == len(text):
            return cut_label(name, tuple(pieces), 0, where[step - 1] + 1)
    return None


def _shared(line: Line, text: str) -> int:
    """How many Chinese characters a line and a text begin with alike."""
    letters, _ = chinese_in(line)
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
