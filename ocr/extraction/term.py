"""A business's term whose end stands apart from its beginning: signs are detected poorly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.extraction.label import ON_ROW
from ocr.extraction.values import Value
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader
from ocr.terms import read_term

UNTIL = "至"
APART = (-0.5, 4.0)  # line heights from the beginning of a term to its end on the same row
END = 8.0  # line heights that an end may take


def whole_term(value: Value, free: Sequence[Line], reader: TextReader) -> Value:
    """A term that breaks off after 至 with what follows on its row; others unchanged.

    `free` are the lines of the page that are neither label nor value.
    """
    if not value.text.endswith(UNTIL):
        return value
    last = value.lines[-1]
    for line in free:
        apart = (line.left - last.right) / last.height
        level = abs(line.middle - last.middle_at(line.left)) < ON_ROW * last.height
        if level and APART[0] < apart < APART[1] and _completes(value.text + line.text):
            return Value(value.text + line.text, (*value.lines, line))
    for longer in reader.read([np.array(last.until(last.right + END * last.height).quad)]):
        begun = longer.text.partition(UNTIL)[0]
        if begun and value.text.endswith(begun + UNTIL) and _completes(longer.text):
            text = value.text.removesuffix(begun + UNTIL) + longer.text
            return Value(text, (*value.lines[:-1], longer))
    return value


def _completes(text: str) -> bool:
    term = read_term(text)
    return term is not None and (term.is_open or term.end is not None)
