"""Names of people, read again by the recogniser that knows more characters.

The quick recogniser knows 6,904 characters, the accurate one 18,708: what the first does not know
it takes for the likest one that it does, 赟 for 赞, and is certain of it. A person's name is the
one field where a rare character is common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from ocr.document_types import FIRM_NAME, NAME, PRINCIPALS
from ocr.extraction.values import Value
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader

NAMES = (NAME, *PRINCIPALS)
_FIRM = re.compile("公司|企业|合伙|合作社|中心")


def names_read_again(
    values: Mapping[str, Value], reader: TextReader, min_confidence: float
) -> dict[str, Value]:
    """The names of people among some values, by field, as the accurate recogniser reads them.

    Where one of its characters has less than `min_confidence`, 0..1, the name stays as it was, with
    the lesser confidence of both readings.
    """
    return {
        name: _read_again(values[name], reader, min_confidence) for name in NAMES if name in values
    }


def least_certain_name(confidence: Mapping[str, float]) -> float:
    """The least confidence of the names of people and firms among some fields, 0..1.

    1 without any.
    """
    names = (*NAMES, FIRM_NAME)
    return min((confidence[name] for name in names if name in confidence), default=1.0)


def is_firm(text: str) -> bool:
    """Whether what is printed for a principal is a firm: partnerships are run by some."""
    return bool(_FIRM.search(text))


def best_match(line: Line, readings: Iterable[Line]) -> Line | None:
    """The part of a reading that is as long as a line and agrees with half of it or more.

    A region read again shows a little more than the line: the end of a label, a speck.
    """
    length = len(line.text)
    parts = [
        one.part(start, start + length)
        for one in readings
        for start in range(len(one.text) - length + 1)
        if length
    ]
    best = max(parts, key=lambda part: agreeing(part.text, line.text), default=None)
    return best if best is not None and 2 * agreeing(best.text, line.text) >= length else None


def agreeing(one: str, other: str) -> int:
    """How many characters of two texts of one length are the same."""
    return sum(a == b for a, b in zip(one, other, strict=True))


def _read_again(value: Value, reader: TextReader, min_confidence: float) -> Value:
    if is_firm(value.text):
        return value
    text, lines = value.text, []
    for line in value.lines:
        again = best_match(line, reader.read([np.array(line.quad)]))
        if again is None:
            lines.append(line)
        elif min(again.confidences) < min_confidence:
            lesser = map(min, line.confidences, again.confidences)
            lines.append(replace(line, confidences=tuple(lesser)))
        else:
            text = text.replace(line.text, again.text)
            lines.append(replace(line, text=again.text, confidences=again.confidences))
    return replace(value, text=text, lines=tuple(lines))
