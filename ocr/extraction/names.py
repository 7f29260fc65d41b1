"""Names of persons that cards print on two lines.

Names of several minorities are longer, in Chinese characters, than the space between label and
portrait; cards print the rest on a second line that begins under the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ocr.extraction.label import SPECKS, Label, unlabelled
from ocr.extraction.values import Value
from ocr.recognition.line import Line

INTERPUNCT = "·"
MIN_WRAPPED = 6  # characters of a line that a name goes on after: names of two to four never do
NEXT_LINE = (0.6, 1.7)  # line heights from one line of a name to the next
INDENT = 0.8  # line heights that they may begin apart
ONE_SIZE = (0.75, 1.33)  # of a line's height: that of the other
_NAME = re.compile(rf"[\u3400-\u9fff{INTERPUNCT}]+")


def whole_name(
    value: Value, lines: Sequence[Line], labels: Sequence[Label], others: Iterable[Value]
) -> Value:
    """A name with its other line, where it has one among the lines of a card.

    No line that is a label or of one of the `others`' values counts.
    """
    (line, *_) = value.lines
    taken = {id(one) for other in (value, *others) for one in other.lines}
    free = [one for one in unlabelled(lines, labels) if id(one) not in taken]
    for other in free:
        upper, lower = sorted((line, other), key=lambda one: one.middle)
        text = upper.text + lower.text.lstrip(SPECKS.replace(INTERPUNCT, ""))
        if _is_wrapped(upper) and _NAME.fullmatch(text) and _are_one(upper, lower):
            return Value(text, (upper, lower))
    return value


def _is_wrapped(upper: Line) -> bool:
    return len(upper.text) >= MIN_WRAPPED or INTERPUNCT in upper.text


def _are_one(upper: Line, lower: Line) -> bool:
    """Whether two lines stand closely under one another, in print of one size."""
    height = (upper.height + lower.height) / 2
    step = lower.middle_at(lower.left) - upper.middle_at(lower.left)
    aligned = abs(lower.left - upper.left) < INDENT * height
    one_size = ONE_SIZE[0] * upper.height < lower.height < ONE_SIZE[1] * upper.height
    return aligned and one_size and NEXT_LINE[0] * height < step < NEXT_LINE[1] * height
