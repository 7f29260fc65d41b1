"""Credit codes and identity numbers on a page, with a correction proposed where one is misread."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr.document_types import CREDIT_CODE, ID_NUMBER, DocumentType
from ocr.extraction.label import Label, without_specks
from ocr.extraction.spaces import rows_beside, space_below, space_beside
from ocr.extraction.values import Value
from ocr.geometry import Quad
from ocr.identifiers import (
    CREDIT_CODE_CHARACTERS,
    CREDIT_CODE_PATTERN,
    ID_NUMBER_PATTERN,
    credit_code_looking_like,
    is_valid_code,
)
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader

PROBED = 16  # line heights to the right of a label in which a code may not have been detected

# Of five codes that were misprinted at most two of seven readings doubt a character.
CERTAIN = 0.9
CODE_LENGTH = 13  # line heights: eighteen narrow characters, and a space before them


@dataclass(frozen=True)
class CodeForm:
    """The field that holds a code, the code's form, and the characters that it is made of."""

    name: str
    pattern: re.Pattern[str]
    alphabet: str


FORMS: Mapping[DocumentType, CodeForm] = {
    DocumentType.LICENCE: CodeForm(CREDIT_CODE, CREDIT_CODE_PATTERN, CREDIT_CODE_CHARACTERS),
    DocumentType.ID_FRONT: CodeForm(ID_NUMBER, ID_NUMBER_PATTERN, "0123456789X"),
}


@dataclass(frozen=True)
class FoundCode:
    """The field, its value, and the line of the page that it was found in, if it was in one."""

    name: str
    value: Value
    source: Line | None


def find_code(
    kind: DocumentType, lines: Sequence[Line], labels: Sequence[Label], reader: TextReader
) -> FoundCode | None:
    """The code of a document; None where it has none.

    It is recognised by its form wherever it stands, else searched for beside and below its label,
    in no line that is known or in part of their row.
    """
    form = FORMS.get(kind)
    if form is None:
        return None
    for line in lines:
        part = _code_in(line, form)
        if part is not None:
            text = without_specks(part)[0].upper()
            return FoundCode(form.name, _checked(text, part, form, reader), line)
    return _by_label(form, labels, reader)


def _code_in(line: Line, form: CodeForm) -> Line | None:
    """The part of a line that has the form of a code, also with specks between its characters."""
    text = line.text.upper()
    found = form.pattern.search(text)
    if found and not text[found.end() : found.end() + 1].isalnum():
        return line.part(*found.span())
    letters, where = without_specks(line)
    found = form.pattern.search(letters.upper())
    if found and not letters[found.end() : found.end() + 1].isalnum():
        return line.part(where[found.start()], where[found.end() - 1] + 1)
    return None


def _by_label(form: CodeForm, labels: Sequence[Label], reader: TextReader) -> FoundCode | None:
    label = next((label for label in labels if label.name == form.name), None)
    if label is None:
        return None
    found = _read_in([space_beside(label, PROBED), space_below(label)], form, reader)
    value = next((one for one in found if is_valid_code(one.text)), None)
    if value is None:
        value = _agreed([*found, *_read_in(rows_beside(label, CODE_LENGTH), form, reader)])
    return FoundCode(form.name, value, None) if value is not None else None


def _read_in(spaces: Sequence[Quad], form: CodeForm, reader: TextReader) -> list[Value]:
    """What has the form of the code, in each of the spaces."""
    values = []
    for line in reader.read(spaces, form.alphabet):
        found = form.pattern.search(line.text)
        if found:
            part = line.part(found.start(), found.end()).ending_with_text()
            values.append(Value(found[0], (part,)))
    return values


def _agreed(readings: Sequence[Value]) -> Value | None:
    """Of several readings of a code the right one: two that agree, with a right check character.

    One alone is a proposal beside what was read first.
    """
    valid = [reading for reading in readings if is_valid_code(reading.text)]
    if not valid:
        return readings[0] if readings else None
    counted = Counter(reading.text for reading in valid)
    ((text, count),) = counted.most_common(1)
    best = next(reading for reading in valid if reading.text == text)
    alone = count == 1 and readings[0].text != text
    return replace(best, repaired_from=readings[0].text) if alone else best


def _doubted(text: str, readings: Sequence[Line]) -> list[int]:
    """The places of a text at which most of the readings that say the same are not certain."""
    alike = [reading.confidences for reading in readings if reading.text == text]
    doubts = [sum(sure[at] < CERTAIN for sure in alike) for at in range(len(text))]
    return [at for at, count in enumerate(doubts) if 2 * count > len(alike)]


def _checked(text: str, part: Line, form: CodeForm, reader: TextReader) -> Value:
    """The code as read; where its check character is wrong, as a further attempt read it right.

    Failing that, as it is with another character that looks alike. Either is kept with what was
    read first: it is a proposal, never silently accepted.
    """
    if is_valid_code(text):
        return Value(text, (part,))
    read = [part]
    for attempt in reader.attempts(np.array(part.quad), form.alphabet):
        found = form.pattern.search(attempt.text)
        if found and is_valid_code(found[0]):
            return Value(found[0], (attempt,), repaired_from=text)
        if found:
            read.append(attempt.part(*found.span()))
    proposed = credit_code_looking_like(text, _doubted(text, read))
    if proposed is not None:
        return Value(proposed, (part,), repaired_from=text)
    return Value(text, (part,))
