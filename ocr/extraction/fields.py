"""Lines of one document -> its kind and its fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

import numpy as np

from ocr.document_types import (
    AUTHORITY,
    CODE,
    ID_FRONT,
    ISSUED,
    LABELS,
    LEAST_SIGNS,
    LICENCE,
    NUMBER,
    SCOPE,
    SIGNS,
    SINGLE,
    STRONG,
    WITHOUT_STRONG,
    signs_of,
)
from ocr.extraction.values import Label, Value, find_labels, values_beside
from ocr.identifiers import (
    CODE_CHARACTERS,
    CODE_PATTERN,
    NUMBER_PATTERN,
    is_valid_code,
    read_date,
)
from ocr.recognition.engine import Quad
from ocr.recognition.page_reader import Line, Paper

_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日?")
_DATE_LIKE = re.compile(r"[\d年月日]+")
_OFFICE_LIKE = re.compile(r"管理|审批|监督|工商|政务")
DATE_CHARACTERS = "0123456789年月日"
DATE_LENGTH = 9.5  # line heights
_OFFICE = re.compile(r".*(局|委员会|厅|管委会)$")
_CODED = {
    LICENCE: (CODE, CODE_PATTERN, CODE_CHARACTERS),
    ID_FRONT: (NUMBER, NUMBER_PATTERN, "0123456789X"),
}
DATED = {LICENCE: ("成立日期",), ID_FRONT: ("出生",)}
PROBED = 9  # line heights to the right of a label in which a value may have been overlooked
PROBED_CODE = 16


def documents_in(lines: Sequence[Line]) -> list[tuple[str | None, list[Line]]]:
    """The lines of each document on a page, with its kind; None where no kind shows enough words.

    Two documents copied onto one page are told apart by a straight cut between their words.
    """
    signs = signs_of("\n".join(line.text for line in lines))
    shown = sorted(
        (kind for kind in signs if len(signs[kind]) >= _least(kind, signs[kind])),
        key=lambda kind: (-len(signs[kind]), -len(signs[kind]) / len(SIGNS[kind])),
    )
    if not shown:
        return [(None, list(lines))]
    for other in shown[1:]:
        cut = _cut_between(shown[0], other, signs, lines)
        if cut is not None:
            return [(shown[0], cut[0]), (other, cut[1])]
    return [(shown[0], list(lines))]


def _least(kind: str, signs: frozenset[str]) -> int:
    """How many of a kind's words must be seen before it is believed."""
    strong = STRONG.get(kind, signs)
    return LEAST_SIGNS if signs.intersection(strong) else WITHOUT_STRONG


def _cut_between(
    one: str, other: str, signs: Mapping[str, frozenset[str]], lines: Sequence[Line]
) -> tuple[list[Line], list[Line]] | None:
    marks = [
        [line for line in lines if any(sign in line.text for sign in signs[kind])]
        for kind in (one, other)
    ]
    for low, high in ((_top, _bottom), (_left, _right)):
        for first, second in ((0, 1), (1, 0)):
            end, begin = max(map(high, marks[first])), min(map(low, marks[second]))
            if end < begin:
                before = [line for line in lines if (low(line) + high(line)) / 2 < begin]
                after = [line for line in lines if (low(line) + high(line)) / 2 >= begin]
                return (before, after) if first == 0 else (after, before)
    return None


_top, _bottom = attrgetter("top"), attrgetter("bottom")
_left, _right = attrgetter("left"), attrgetter("right")


def read_fields(kind: str, lines: Sequence[Line], paper: Paper) -> dict[str, Value]:
    """The fields of a document of this kind, as printed, white space removed."""
    labels = find_labels(lines, LABELS[kind])
    values: dict[str, Value] = {}
    spent: set[int] = set()
    if kind in _CODED:
        name, pattern, alphabet = _CODED[kind]
        coded = _coded(name, pattern, alphabet, lines, labels, paper)
        if coded is not None:
            values[name], source = coded
            spent = {id(line) for line in source}
        labels = [label for label in labels if label.name != name]
    rest = [line for line in lines if id(line) not in spent]
    beside = [label for label in labels if label.name != AUTHORITY]
    values |= values_beside(beside, rest, SINGLE)
    for label in beside:
        if label.name not in values or not values[label.name].text:
            found = paper.read([_space_beside(label, PROBED)])
            if found and found[0].confidence > 0.6:
                values[label.name] = Value(found[0].text, (found[0],))
    for name in DATED.get(kind, ()):
        if name in values and read_date(values[name].text) is None:
            values[name] = _dated_again(values[name], paper)
    if kind == LICENCE:
        values |= _office_and_issue(rest, labels, values, paper)
    tidied = {name: replace(v, text=_TIDY.get(name, str)(v.text)) for name, v in values.items()}
    return {name: value for name, value in tidied.items() if value.text}


def _dated_again(value: Value, paper: Paper) -> Value:
    """A date that was misread, read again as nothing but a date."""
    again = paper.read([np.array(value.lines[0].quad)], DATE_CHARACTERS)
    return Value(again[0].text, tuple(again)) if again and read_date(again[0].text) else value


def _coded(
    name: str,
    pattern: re.Pattern[str],
    alphabet: str,
    lines: Sequence[Line],
    labels: Sequence[Label],
    paper: Paper,
) -> tuple[Value, tuple[Line, ...]] | None:
    """A code is known by its form wherever it stands; else it is looked for by its label."""
    for line in lines:
        found = pattern.search(line.text.upper())
        if found and not line.text[found.end() : found.end() + 1].isalnum():
            part = line.part(found.start(), found.end())
            return _checked(found[0], part, pattern, alphabet, paper), (line,)
    label = next((label for label in labels if label.name == name), None)
    if label is None:
        return None
    for line in paper.read([_space_beside(label, PROBED_CODE), _space_below(label)], alphabet):
        found = pattern.search(line.text)
        if found:
            return Value(found[0], (line.part(found.start(), found.end()),)), ()
    return None


def _checked(text: str, part: Line, pattern: re.Pattern[str], alphabet: str, paper: Paper) -> Value:
    """The code as read; where its check character is wrong, as further looks at it read it right.

    Such a look is kept with what was read first: it is a proposal, never silently accepted.
    """
    if is_valid_code(text):
        return Value(text, (part,))
    for look in paper.looks(np.array(part.quad), alphabet):
        found = pattern.search(look.text)
        if found and is_valid_code(found[0]):
            return Value(found[0], (look,), repaired_from=text)
    return Value(text, (part,))


def _space_beside(label: Label, heights: float) -> Quad:
    """Where a value to the right of its label may have been overlooked."""
    last = label.pieces[-1]
    gap = 0.25 * label.height
    left, right = last.right + gap, last.right + gap + heights * label.height
    grown = 0.1 * label.height
    top, bottom = last.top - grown, last.bottom + grown
    rise = last.slope * (right - left)
    return np.array(
        [[left, top], [right, top + rise], [right, bottom + rise], [left, bottom]], np.float64
    )


def _space_below(label: Label) -> Quad:
    first, last = label.pieces[0], label.pieces[-1]
    height = label.height
    low, high = first.bottom + 0.15 * height, first.bottom + 1.55 * height
    right = last.right + 2.5 * height
    return np.array(
        [[first.left, low], [right, low], [right, high], [first.left, high]], np.float64
    )


def _office_and_issue(
    lines: Sequence[Line], labels: Sequence[Label], values: Mapping[str, Value], paper: Paper
) -> dict[str, Value]:
    """The registering office and the date of issue: they stand by the seal, without a row."""
    used = {id(line) for value in values.values() for line in value.lines}
    used |= {id(line) for label in labels for line in label.sources}
    free = [line for line in lines if id(line) not in used]
    found: dict[str, Value] = {}
    label = next((label for label in labels if label.name == AUTHORITY), None)
    if label is not None:
        office = _office(label, free, paper)
        if office is not None:
            found[AUTHORITY] = Value(office.text, (office,))
    issued = _issue_date(free, paper)
    if issued is not None:
        found[ISSUED] = issued
    return found


def _office(label: Label, free: Sequence[Line], paper: Paper) -> Line | None:
    """The office's name as printed beside its label: to the right, in the seal or above it."""
    near = [
        line
        for line in free
        if line.right > label.right
        and abs(line.middle - label.row_at(line.left)) < 4 * label.height
        and _OFFICE_LIKE.search(line.text)
    ]
    if label.rest is not None and len(label.rest.text) > 3:
        near.insert(0, label.rest)
    for line in near:
        if _OFFICE.match(line.text):
            return line
        for longer in paper.read([np.array(line.until(line.right + 1.5 * line.height).quad)]):
            if _OFFICE.match(longer.text):
                return longer
    return None


def _issue_date(free: Sequence[Line], paper: Paper) -> Value | None:
    """The lowest date that stands alone on its row; the seal may lie over it."""
    dated = [line for line in free if re.match(r"(19|20)\d\d年?", line.text)]
    for first in sorted(dated, key=lambda line: -line.middle):
        parts = _row_of(first, free)
        found = _issued("".join(part.text for part in parts))
        if found is None:
            right = max(parts[-1].right, first.left + DATE_LENGTH * first.height)
            again = paper.read([np.array(first.until(right).quad)], DATE_CHARACTERS)
            parts = again or parts
            found = _issued("".join(part.text for part in parts))
        if found is not None:
            return Value(found, tuple(parts))
    return None


def _issued(text: str) -> str | None:
    found = _DATE.match(text)
    return found[0].rstrip("日") + "日" if found and read_date(found[0]) else None


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


def _up_to(*stops: str) -> Callable[[str], str]:
    def cut(text: str) -> str:
        for stop in stops:
            text = text.split(stop)[0]
        return text

    return cut


def _first_date(text: str) -> str:
    found = _DATE.search(text)
    return found[0].rstrip("日") + "日" if found else text


def _scope(text: str) -> str:
    """The scope's own punctuation: items end in semicolons, colons follow a heading of items."""
    text = re.sub(r"(?<!项目):", ";", text)
    text = re.sub(r"(?<=[\u4e00-\u9fff])[.·](?=[\u4e00-\u9fff])", ",", text)
    text = text.replace("·", "。")
    open_at_end = text.rfind("(") > text.rfind(")")
    return text + ")" if open_at_end and "经营活动" in text[text.rfind("(") :] else text


_TIDY: Mapping[str, Callable[[str], str]] = {
    "性别": lambda text: text[:1],
    "民族": _up_to("出生", "住址"),
    "姓名": _up_to("性别"),
    "出生": _up_to("住址"),
    "成立日期": _first_date,
    SCOPE: _scope,
}
