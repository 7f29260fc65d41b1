"""Lines that run on from one column of a form into the label of the next."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from ocr.document_types import is_boilerplate
from ocr.extraction.column_labels import COLUMN
from ocr.extraction.label import Label, chinese_in
from ocr.recognition.line import Line

GAP = 1.3  # of a line's usual step from one character to the next: that before a column
IN_COLUMN = 0.6  # line heights by which labels of one column begin apart


def split_at_labels(
    lines: Sequence[Line], labels: Sequence[Label], names: Mapping[str, Sequence[str]]
) -> list[Line]:
    """The lines, in parts where a label begins within one; `names` are the texts of each label.

    What is printed close before a column is detected as one line with it: the name of a business
    that fills its column ends a character's width before 成立日期.
    """
    texts = [text for texts in names.values() for text in texts]
    return [part for line in lines for part in _parts(line, _starts(line, labels, texts))]


def _parts(line: Line, starts: Sequence[int]) -> list[Line]:
    if not starts or is_boilerplate(line.text[: starts[0]]):
        return [line]
    return [line.part(*ends) for ends in itertools.pairwise([0, *starts, len(line.text)])]


def _starts(line: Line, labels: Sequence[Label], texts: Sequence[str]) -> list[int]:
    """Where parts of a line begin, its own beginning apart."""
    starts = {_start_of(label) for label in labels if label.sources == (line,)}
    starts.add(_column_within(line, labels, texts))
    return sorted(start for start in starts if chinese_in(line.part(0, start))[0])


def _start_of(label: Label) -> int:
    """Where a label that was cut from one line begins in it."""
    return max(label.sources[0].text.find(label.pieces[0].text), 0)


def _column_within(line: Line, labels: Sequence[Label], texts: Sequence[str]) -> int:
    """Where a line ends in the beginning of a label's text, behind a gap, in a column; else 0.

    Labels make the column. Of one that is set wide, 住 … 所, only the first character may be left
    there: then one other label is enough.
    """
    if len(line.places) != len(line.text) or len(line.text) <= COLUMN:
        return 0
    steps = np.diff(line.places)
    usual, width = float(np.median(steps)), line.right - line.left
    for at in range(1, len(line.text)):
        if not any(text.startswith(line.text[at:]) for text in texts):
            continue
        begin = line.left + line.places[at] * width - line.height / 2
        near = [one for one in labels if abs(one.left - begin) < IN_COLUMN * line.height]
        enough = 1 if at == len(line.text) - 1 else COLUMN
        if len(near) >= enough and steps[at - 1] > GAP * usual:
            return at
    return 0
