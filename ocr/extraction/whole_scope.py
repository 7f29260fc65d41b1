"""Scopes of which detection lost a part: the end of a row, or the full stop at the very end.

The sentence that the law adds at a scope's end shows that something is missing: where only its end
was read, its beginning stands on the row above.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ocr.extraction.standard_scope import SENTENCES
from ocr.extraction.values import Value
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader

STOP = "。"
MIN_END = 6  # characters of a legal sentence's end by which it is known
FEW = 3  # last characters of a row, which are read again to find what follows
ROOM = 2.0  # line heights beyond what is missing of a row


def whole_scope(value: Value, reader: TextReader) -> Value:
    """A scope with what was not detected of its last two rows; others unchanged."""
    if len(value.lines) > 1 and (missing := _missing_beginning(value.lines[-1].text)):
        value = _with_longer_row(value, missing, reader)
    if not value.lines or value.text.endswith((STOP, ";")) or _is_legal(value.lines[-1].text):
        return value
    return _with_stop(value, reader)


def _is_legal(last: str) -> bool:
    """Whether a scope's last row ends as a legal sentence does: its brackets close the scope."""
    return any(last.endswith(one[-MIN_END:]) for one in SENTENCES)


def _missing_beginning(last: str) -> str:
    """What a legal sentence has before the text of a scope's last row, if that is its end."""
    if len(last) < MIN_END:
        return ""
    ends = [one for one in SENTENCES if one.endswith(last) and one != last]
    return min((one.removesuffix(last) for one in ends), key=len, default="")


def _with_longer_row(value: Value, missing: str, reader: TextReader) -> Value:
    """The scope with its last row but one read to where a legal sentence's beginning ends."""
    *_, row, last = value.lines
    if row.text.endswith(missing[-FEW:]) or not value.text.endswith(row.text + last.text):
        return value
    end = row.right + (len(missing) + ROOM) * row.height
    for longer in reader.read([np.array(row.until(end).quad)]):
        if longer.text.endswith(missing[-FEW:]) and longer.text.startswith(row.text[:FEW]):
            text = value.text.removesuffix(row.text + last.text) + longer.text + last.text
            return replace(value, text=text, lines=(*value.lines[:-2], longer, last))
    return value


def _with_stop(value: Value, reader: TextReader) -> Value:
    """The scope with the full stop that most readings of its last characters show."""
    last = value.lines[-1]
    part = last.part(max(len(last.text) - FEW, 0))
    room = part.until(part.right + ROOM / 2 * part.height)
    readings = reader.attempts(np.array(room.quad), part.text + STOP)
    stopped = [one for one in readings if one.text == part.text + STOP]
    if 2 * len(stopped) <= len(readings):
        return value
    return replace(
        value, text=value.text + STOP, lines=(*value.lines[:-1], _stopped(last, stopped))
    )


def _stopped(line: Line, readings: list[Line]) -> Line:
    """A line with a full stop, as sure as the surest reading of that is."""
    sure = max(one.confidences[-1] for one in readings)
    places = (*line.places, 1.0) if line.places else ()
    return replace(
        line, text=line.text + STOP, confidences=(*line.confidences, sure), places=places
    )
