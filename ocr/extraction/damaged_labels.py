"""Labels that a stamp lies over: known by what is left of them and by the form of their value.

Owners stamp copies (仅供…使用) across the sheet. What is left of a label stands in its row, before
a value of a form that few fields have: a day, a sum of money.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ocr.document_types import AUTHORITY
from ocr.extraction.dates import DATE
from ocr.extraction.label import ON_ROW, Label, chinese_in, cut_label, unlabelled
from ocr.extraction.values import Value
from ocr.recognition.line import Line

FOUNDED = "成立日期"
FORMS: Mapping[str, re.Pattern[str]] = {
    FOUNDED: re.compile(rf"(?:{DATE.pattern})\D?"),
    "注册资本": re.compile(r".*[\d零壹贰叁肆伍陆柒捌玖拾佰仟万亿]元.*"),
    "营业期限": re.compile(rf"自?(?:{DATE.pattern})起?至.*"),
}
# What other papers and older sheets print before days: what is nearer to one of these is none.
OTHER_LABELS = ("核准日期", "发照日期", "发证日期", "签发日期", "变更日期", "打印日期", "年检日期")
LARGER = 1.6  # of a value's height: from there on print is the stamp's own
WIDTH = 9  # line heights from a label's beginning to its value, at most
MIN_LEFT = 2  # characters of a label that are enough to know it before a value of its form
ALIGNED = 0.7  # line heights that labels or values of one column may begin or end apart


def damaged_labels(
    found: Sequence[Label], lines: Sequence[Line], labels: Mapping[str, Sequence[str]]
) -> list[Label]:
    """Labels that are not among those `found`, each with a value of its form beside it."""
    known = {label.name for label in found}
    more: list[Label] = []
    for name, form in FORMS.items():
        if name in known or name not in labels:
            continue
        free = unlabelled(lines, [*found, *more])
        rest = [line for line in lines if line in free and not _below_office(line, found)]
        label = _damaged(name, labels[name], form, rest, found)
        if label is not None:
            more.append(label)
    return more


def founding_date(
    labels: Sequence[Label], values: Mapping[str, Value], lines: Sequence[Line]
) -> Value | None:
    """The day in a column of values before which a stamp has left nothing of a label.

    The forms of 2014 and 2019 print one day alone above the office: that of the foundation.
    """
    used = {id(line) for value in values.values() for line in value.lines}
    free = [line for line in unlabelled(lines, labels) if id(line) not in used]
    starts = [value.lines[0].left for value in values.values() if value.lines]
    if not any(label.name == AUTHORITY for label in labels):
        return None
    for line in free:
        if not DATE.fullmatch(line.text) or _below_office(line, labels):
            continue
        aligned = any(abs(start - line.left) < ALIGNED * line.height for start in starts)
        before = "".join(chinese_in(piece)[0] for piece in _before(line, free))
        if aligned and len(before) < MIN_LEFT:
            return Value(line.text, (line,))
    return None


def _damaged(
    name: str,
    texts: Sequence[str],
    form: re.Pattern[str],
    lines: Sequence[Line],
    found: Sequence[Label],
) -> Label | None:
    for line in lines:
        value = form.fullmatch(line.text)
        pieces = _before(line, lines) if value else []
        left = "".join(chinese_in(piece)[0] for piece in pieces)
        if pieces and _is_left_of(left, texts, aligned=_in_column(pieces[-1], line, found)):
            return Label(name, tuple(pieces), None, tuple(pieces))
        within = None if value else re.search(rf"(?<=[\u3400-\u9fff]){form.pattern}$", line.text)
        if within and _is_left_of(line.text[: within.start()], texts, aligned=False):
            return cut_label(name, (line,), 0, within.start())
    return None


def _is_left_of(left: str, texts: Sequence[str], *, aligned: bool) -> bool:
    """Whether some characters can be what a stamp left of one of a field's labels.

    Its ending alone is enough in a column of labels.
    """
    shared, text = max((in_common(left, text), text) for text in texts)
    if len(left) > len(text) or shared <= len(left) / 2:
        return False
    if any(in_common(left, other) > shared for other in OTHER_LABELS):
        return False
    return shared >= MIN_LEFT or (aligned and shared == 1 and left[-1] == text[-1])


def in_common(one: str, other: str) -> int:
    """The length of the longest common subsequence of two short texts."""
    row = [0] * (len(other) + 1)
    for letter in one:
        previous = row
        row = [0]
        for k, its in enumerate(other):
            row.append(previous[k] + 1 if letter == its else max(previous[k + 1], row[k]))
    return row[-1]


def _before(value: Line, lines: Sequence[Line]) -> list[Line]:
    """The words on the row of a value that stand where its label does, from left to right."""
    row = [
        line
        for line in lines
        if line is not value
        and value.left - WIDTH * value.height < line.left
        and line.right < value.left + ON_ROW * value.height
        and abs(line.middle_at(value.left) - value.middle_at(value.left)) < ON_ROW * value.height
        and line.height < LARGER * value.height
        and chinese_in(line)[0]
    ]
    return sorted(row, key=lambda line: line.left)


def _in_column(last: Line, value: Line, found: Sequence[Label]) -> bool:
    """Whether a label ends where another does, or its value begins where another's does."""
    near = ALIGNED * value.height
    ends = [label.right for label in found]
    starts = [label.rest.left for label in found if label.rest is not None]
    return any(abs(end - last.right) < near for end in ends) or any(
        abs(start - value.left) < near for start in starts
    )


def _below_office(line: Line, found: Sequence[Label]) -> bool:
    """Whether a line stands lower than the label of the office, where the day of issue does."""
    office = next((label for label in found if label.name == AUTHORITY), None)
    return office is not None and line.middle > office.row_at(office.left)
