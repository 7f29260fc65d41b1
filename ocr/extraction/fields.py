"""Lines of one document of a known kind -> its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr.document_types import (
    AUTHORITY,
    CODES,
    LABELS,
    NAME,
    SCOPE,
    SINGLE_LINE,
    TERM,
    DocumentType,
)
from ocr.extraction.codes import find_code
from ocr.extraction.columns import split_at_labels
from ocr.extraction.damaged_labels import FOUNDED, founding_date
from ocr.extraction.dates import read_date_again
from ocr.extraction.label import Label, unlabelled
from ocr.extraction.labels import find_labels
from ocr.extraction.names import whole_name
from ocr.extraction.office import office_and_issue_date
from ocr.extraction.rare_characters import rare_characters_read_again
from ocr.extraction.rare_names import names_read_again
from ocr.extraction.spaces import space_beside
from ocr.extraction.term import whole_term
from ocr.extraction.tidy import tidied
from ocr.extraction.unlabelled_values import values_by_form
from ocr.extraction.values import Value, values_beside
from ocr.extraction.vocabulary_corrections import with_corrections
from ocr.extraction.whole_scope import whole_scope
from ocr.identifiers import read_date
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader

DATES = {DocumentType.LICENCE: (FOUNDED,), DocumentType.ID_FRONT: ("出生",)}
PROBED = 9  # line heights to the right of a label in which a value may not have been detected


@dataclass(frozen=True)
class FieldRules:
    """From the policy.

    `min_probed_confidence` is the mean confidence, 0..1, from which a value counts that was read
    beside its label where no line was detected; `min_name_confidence` that of the weakest
    character, 0..1, from which a person's name read again counts, and below which a person looks at
    a name, of a firm too.
    """

    min_probed_confidence: float
    min_name_confidence: float


def read_fields(
    kind: DocumentType, lines: Sequence[Line], reader: TextReader, rules: FieldRules
) -> dict[str, Value]:
    """The fields of a document of this kind, as printed, white space removed.

    `reader` reads regions of the page again, for values that the lines lack or that are doubtful.
    """
    lines, labels = _columns_apart(lines, LABELS[kind])
    code = find_code(kind, lines, labels, reader)
    values = {code.name: code.value} if code else {}
    rest = [line for line in lines if code is None or line is not code.source]
    labels = [label for label in labels if label.name not in CODES]
    beside = [label for label in labels if label.name != AUTHORITY]
    values |= values_beside(beside, rest, SINGLE_LINE)
    values |= _probed(beside, values, reader, rules)
    if kind is DocumentType.LICENCE:
        values |= values_by_form(rest, labels, values)
    values |= _dates_read_again(kind, values, reader)
    if NAME in values and values[NAME].lines:
        others = [value for name, value in values.items() if name != NAME]
        values[NAME] = whole_name(values[NAME], rest, labels, others)
    values |= names_read_again(values, reader, rules.min_name_confidence)
    values |= rare_characters_read_again(values, reader)
    if kind is DocumentType.LICENCE:
        if TERM in values:
            values[TERM] = whole_term(values[TERM], _free(rest, labels, values), reader)
        if SCOPE in values:
            values[SCOPE] = whole_scope(values[SCOPE], reader)
        if FOUNDED not in values and (founded := founding_date(labels, values, rest)):
            values[FOUNDED] = founded
        values |= office_and_issue_date(rest, labels, values, reader)
    return with_corrections(tidied(values))


def _columns_apart(
    lines: Sequence[Line], names: Mapping[str, Sequence[str]]
) -> tuple[Sequence[Line], list[Label]]:
    """The lines, none of which runs on into the next column's label, and the labels in them."""
    labels = find_labels(lines, names)
    parts = split_at_labels(lines, labels, names)
    if len(parts) == len(lines):
        return lines, labels
    return parts, find_labels(parts, names)


def _free(
    lines: Sequence[Line], labels: Sequence[Label], values: Mapping[str, Value]
) -> list[Line]:
    """The lines that are neither label nor value."""
    used = {id(line) for value in values.values() for line in value.lines}
    return [line for line in unlabelled(lines, labels) if id(line) not in used]


def _probed(
    labels: Sequence[Label], values: Mapping[str, Value], reader: TextReader, rules: FieldRules
) -> dict[str, Value]:
    """Values of labels that none was found for, read where they should stand."""
    found: dict[str, Value] = {}
    for label in labels:
        if label.name in values and values[label.name].text:
            continue
        lines = reader.read([space_beside(label, PROBED)])
        if lines and lines[0].confidence > rules.min_probed_confidence:
            found[label.name] = Value(lines[0].text, (lines[0].ending_with_text(),))
    return found


def _dates_read_again(
    kind: DocumentType, values: Mapping[str, Value], reader: TextReader
) -> dict[str, Value]:
    """Dates that were misread, read again."""
    names = [name for name in DATES.get(kind, ()) if name in values]
    wrong = [name for name in names if read_date(values[name].text) is None]
    return {name: read_date_again(values[name], reader) for name in wrong}
