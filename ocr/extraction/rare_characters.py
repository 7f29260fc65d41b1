"""Names of firms and places, read again where a character may be a rare one.

Only lines in which a rare character may have been taken for another one are read by the recogniser
that knows more of them. They are read whole: with little print beside them rare characters are
taken for others again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ocr.document_types import ADDRESSES, FIRM_NAME, ISSUER, PRINCIPALS
from ocr.extraction.label import SPECKS
from ocr.extraction.missed_characters import completed, missed_before
from ocr.extraction.mistaken_characters import may_be_rare, rare_characters
from ocr.extraction.rare_names import best_match, is_firm
from ocr.extraction.values import Value
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader
from ocr.recognition.region_reader import CONFIDENT

Letter = tuple[str, float]  # a character and its probability
LEAST = 0.5  # probability of a character that was missed
FIELDS = (FIRM_NAME, *ADDRESSES, ISSUER, *PRINCIPALS)


def rare_characters_read_again(values: Mapping[str, Value], reader: TextReader) -> dict[str, Value]:
    """Names of firms and places among some values, by field, as the accurate recogniser reads them.

    A character that a rare one may be taken for has the second reading's confidence. Names of
    people are left out, which are read again as a whole.
    """
    texts = {name: values[name] for name in FIELDS if name in values}
    return {
        name: _read_again(value, reader)
        for name, value in texts.items()
        if name not in PRINCIPALS or is_firm(value.text)
    }


def _read_again(value: Value, reader: TextReader) -> Value:
    text, lines = value.text, []
    for line in value.lines:
        again = _line_read_again(line, reader)
        text = text.replace(line.text.lstrip(SPECKS), again.text.lstrip(SPECKS), 1)
        lines.append(again)
    return replace(value, text=text, lines=tuple(lines))


def _line_read_again(line: Line, reader: TextReader) -> Line:
    doubted = any(map(may_be_rare, line.text, line.confidences))
    if not (doubted or missed_before(line)):
        return line
    readings = reader.read([np.array(line.quad)])
    line = completed(line, readings, LEAST)
    again = best_match(line, readings)
    if again is None:
        return line
    first = zip(line.text, line.confidences, strict=True)
    second = zip(again.text, again.confidences, strict=True)
    letters = [_decided(one, other) for one, other in zip(first, second, strict=True)]
    confidences = tuple(sure for _, sure in letters)
    return replace(line, text="".join(letter for letter, _ in letters), confidences=confidences)


def _decided(first: Letter, second: Letter) -> Letter:
    """A character and its probability by both readings.

    A rare one is believed, however sure: nothing but its print makes the other recogniser read it.
    """
    (letter, sure), (other, other_sure) = first, second
    if other in rare_characters():
        return second
    by_quick = sure >= CONFIDENT
    if not (by_quick and may_be_rare(letter, sure)):
        return first
    return second if other_sure > sure else (letter, min(sure, other_sure))
