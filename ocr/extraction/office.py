"""The registering office and the date of issue of a licence: they stand by the seal, in no row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ocr.document_types import AUTHORITY, ISSUE_DATE
from ocr.extraction.dates import DATE, DATE_LENGTH, NUMERALS, completed_date, date_characters
from ocr.extraction.labels import Label, unlabelled
from ocr.extraction.values import Value
from ocr.identifiers import read_date
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader

_OFFICE_LIKE = re.compile(r"管理|审批|监督|工商|政务")
_OFFICE = re.compile(r".*(局|委员会|厅|管委会)$")
_DATE_LIKE = re.compile(rf"[\d{NUMERALS}○Oo年月日]+")
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
    found = {AUTHORITY: office, ISSUE_DATE: _issue_date(free, reader)}
    return {name: value for name, value in found.items() if value is not None}


def _office(label: Label, free: Sequence[Line], reader: TextReader) -> Value | None:
    """The office's name as printed beside its label: to the right, in the seal or above it."""
    for line in _office_lines(label, free):
        if _OFFICE.match(line.text):
            return Value(line.text, (line,))
        for longer in reader.read([np.array(line.until(line.right + 1.5 * line.height).quad)]):
            if _OFFICE.match(longer.text):
                return Value(longer.text, (longer,))
    return None


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


def _issue_date(free: Sequence[Line], reader: TextReader) -> Value | None:
    """The lowest date that stands alone on its row; the seal may lie over it."""
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
