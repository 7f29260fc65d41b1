"""The registering office and the date of issue of a licence: they stand by the seal, in no row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ocr.document_types import AUTHORITY, CREDIT_CODE, ISSUE_DATE
from ocr.extraction.dates import (
    DATE,
    DATE_LENGTH,
    NUMERALS,
    completed_date,
    date_characters,
    lacks_digit,
)
from ocr.extraction.label import Label, unlabelled
from ocr.extraction.office_by_seal import is_end_of_name, office_by_seal
from ocr.extraction.regions import region_of_place
from ocr.extraction.values import Value
from ocr.identifiers import read_date
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader

_OFFICE_LIKE = re.compile(r"管理|审批|监督|工商|政务")
_OFFICE = re.compile(r".*(局|委员会|厅|管委会)$")
_BRANCH = re.compile(r".{2,8}(?:分局|所)")  # printed after the name of its office
_WORDS = re.compile(r"[\u3400-\u9fff()]+")
PREMISES = "住所"
MAX_OFFICE_LINES = 3
MIN_AGREEING = 2  # readings of a date under a seal
OFFICE_STEP = (0.6, 1.9)  # line heights from one line of an office's name to the next
ONE_SIZE = (0.75, 1.33)  # of a line's height: that of the next
_DATE_LIKE = re.compile(rf"[\d{NUMERALS}○Oo年月日]+")
# Five characters of a date or more, with its 年 or its 月.
_DATE_PART = re.compile(rf"(?=.*[年月])(?=.*[\d{NUMERALS}])[\d{NUMERALS}○Oo年月日]{{5,14}}")
_DATE_START = re.compile(rf"(19|20)\d\d年?|(一九|二[〇零○O0])[{NUMERALS}○O0]{{2}}年?")


def office_and_issue_date(
    lines: Sequence[Line],
    labels: Sequence[Label],
    values: Mapping[str, Value],
    reader: TextReader,
) -> dict[str, Value]:
    """Both fields, as far as they are found in lines that are neither label nor value."""
    used = {id(line) for value in values.values() for line in value.lines}
    free = [line for line in unlabelled(lines, labels) if id(line) not in used]
    label = next((label for label in labels if label.name == AUTHORITY), None)
    office = _office(label, free, reader) if label is not None else None
    if label is not None:
        region = _region(values)
        office = office_by_seal(label, office, region, reader) or office
        if office is not None and is_end_of_name(office.text, region):
            office = None
    printed = [value.text for value in values.values()]
    found = {AUTHORITY: office, ISSUE_DATE: _issue_date(label, free, printed, reader)}
    return {name: value for name, value in found.items() if value is not None}


def _region(values: Mapping[str, Value]) -> str:
    """The region of the credit code, else of the address, six digits; empty where neither says."""
    if CREDIT_CODE in values:
        return values[CREDIT_CODE].text[2:8]
    return region_of_place(values[PREMISES].text) if PREMISES in values else ""


def _office(label: Label, free: Sequence[Line], reader: TextReader) -> Value | None:
    """The office's name as printed beside its label: to the right, in the seal or above it."""
    for line in _office_lines(label, free):
        parts = _whole_office(line, free)
        name = "".join(part.text for part in parts)
        if _OFFICE.match(name):
            return Value(name, parts)
        for longer in reader.read([np.array(line.until(line.right + 1.5 * line.height).quad)]):
            if _OFFICE.match(longer.text):
                return Value(longer.text, (longer,))
    return None


def _whole_office(line: Line, free: Sequence[Line]) -> tuple[Line, ...]:
    """A line of an office's name with those above and below it: long names are set on two or three.

    A name goes on up to the word for an authority that it ends in; a branch follows its office.
    """
    parts = [line]
    while len(parts) < MAX_OFFICE_LINES:
        above = _neighbour(parts[0], free, -1)
        if above is None or (_OFFICE.match(above.text) and not _BRANCH.fullmatch(parts[0].text)):
            break
        if above.text in parts[0].text:  # letters of the seal, which say the same
            break
        parts.insert(0, above)
    while len(parts) < MAX_OFFICE_LINES:
        below = _neighbour(parts[-1], free, +1)
        if below is None:
            break
        if _OFFICE.match(parts[-1].text) and not _BRANCH.fullmatch(below.text):
            break
        parts.append(below)
    return tuple(parts)


def _neighbour(line: Line, free: Sequence[Line], way: int) -> Line | None:
    """The line of words alone that stands closely under another, or (-1) above it, in its size."""
    near = (one for one in free if _WORDS.fullmatch(one.text))
    return next((one for one in near if _follows(line, one, way)), None)


def _follows(line: Line, other: Line, way: int) -> bool:
    """Whether two lines are set one under the other, in print of one size, left or centred."""
    x = (other.left + other.right) / 2
    step = way * (other.middle - line.middle_at(x)) / line.height
    one_size = ONE_SIZE[0] * line.height < other.height < ONE_SIZE[1] * line.height
    left = abs(other.left - line.left)
    centre = abs(x - (line.left + line.right) / 2)
    aligned = min(left, centre) < line.height
    return one_size and aligned and OFFICE_STEP[0] < step < OFFICE_STEP[1]


def _office_lines(label: Label, free: Sequence[Line]) -> list[Line]:
    """The lines that may name the office, or the beginning of it."""
    near = [
        line
        for line in free
        if line.right > label.right
        and abs(line.middle - label.row_at(line.left)) < 4 * label.height
        and _OFFICE_LIKE.search(line.text)
    ]
    own = label.rest
    return [own, *near] if own is not None and len(own.text) > 3 else near


def _issue_date(
    label: Label | None, free: Sequence[Line], printed: Sequence[str], reader: TextReader
) -> Value | None:
    """The lowest date that stands alone on its row; the seal may lie over it.

    It is unclear where a digit of it was not read, also where only part of a date stands below the
    label of the office. `printed` are the texts of the sheet's other fields.
    """
    whole = _lowest_date(free, reader)
    if whole is not None and (label is None or _is_below(whole.lines[0], label)):
        bare = _under_seal(whole.lines, printed, reader) if lacks_digit(whole.text, ()) else None
        return bare or replace(whole, is_unclear=lacks_digit(whole.text, printed))
    below = [line for line in free if label is not None and _is_below(line, label)]
    part = next((line for line in below if _DATE_PART.fullmatch(line.text)), None)
    if part is not None:
        unclear = Value(part.text, (part,), is_unclear=True)
        return _under_seal((part,), printed, reader) or unclear
    return whole


def _under_seal(row: Sequence[Line], printed: Sequence[str], reader: TextReader) -> Value | None:
    """A date whose digits a seal hides, as it is without the seal's ink.

    Where two readings agree on a whole one and none says another; a digit that stays hidden is
    not told.
    """
    first = row[0]
    right = max(row[-1].right, first.left + DATE_LENGTH * first.height)
    readings = reader.under_seal(np.array(first.until(right).quad), date_characters(first.text))
    dates = [(date, line) for line in readings if (date := _date_of((line,))) is not None]
    whole = [Value(date, (line,)) for date, line in dates if not lacks_digit(date, printed)]
    if len(whole) < MIN_AGREEING or len({value.text for value in whole}) != 1:
        return None
    return max(whole, key=lambda value: value.confidence)


def _lowest_date(free: Sequence[Line], reader: TextReader) -> Value | None:
    dated = [line for line in free if _DATE_START.match(line.text)]
    for first in sorted(dated, key=lambda line: -line.middle):
        parts = _row_of(first, free)
        found = _date_of(parts)
        if found is None:
            characters = date_characters(first.text)
            right = max(parts[-1].right, first.left + DATE_LENGTH * first.height)
            parts = reader.read([np.array(first.until(right).quad)], characters) or parts
            found = _date_of(parts)
        if found is not None:
            return Value(found, tuple(parts))
    return None


def _is_below(line: Line, label: Label) -> bool:
    return line.middle > label.row_at(line.left)


def _date_of(parts: Sequence[Line]) -> str | None:
    found = DATE.match("".join(part.text for part in parts))
    return completed_date(found[0]) if found and read_date(found[0]) else None


def _row_of(first: Line, lines: Sequence[Line]) -> list[Line]:
    """A date that the seal cuts into pieces, joined again."""
    row = [first]
    for line in sorted(lines, key=lambda line: line.left):
        beside = abs(line.middle - row[-1].middle_at(line.left)) < 0.6 * first.height
        gap = line.left - row[-1].right
        near = -0.8 * first.height < gap < 3 * first.height
        if line is not first and beside and near and _DATE_LIKE.fullmatch(line.text):
            row.append(line)
    return row
