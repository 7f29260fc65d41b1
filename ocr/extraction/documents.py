"""The lines of a page -> the documents on it with their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ocr.document_types import LABELS, DocumentType
from ocr.extraction.fields import FieldRules, read_fields
from ocr.extraction.kinds import KindRules, split_by_kind
from ocr.extraction.values import Value
from ocr.geometry import Corners
from ocr.preprocess.rectify import RectifiedPage
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextReader


@dataclass(frozen=True)
class ExtractedDocument:
    """A document as it was read, before its fields are checked; `values` by field."""

    kind: DocumentType
    page: RectifiedPage
    lines: Sequence[Line]
    values: Mapping[str, Value]

    @property
    def is_known(self) -> bool:
        """Whether it is of a kind that has fields."""
        return self.kind in LABELS

    @cached_property
    def line_places(self) -> list[Corners]:
        """Where its lines are, photo pixels."""
        return [self.page.in_photo(line.quad) for line in self.lines]

    def places_of(self, values: Mapping[str, Value]) -> dict[str, tuple[Corners, ...]]:
        """Where the lines of some of its values are, by field, photo pixels."""
        return {
            name: tuple(self.page.in_photo(line.quad) for line in value.lines)
            for name, value in values.items()
        }


def extract_documents(
    page: RectifiedPage,
    lines: Sequence[Line],
    reader: TextReader,
    kinds: KindRules,
    fields: FieldRules,
) -> list[ExtractedDocument]:
    """The documents on a page; one of no known kind where its lines show none."""
    return [
        ExtractedDocument(
            kind, page, own, read_fields(kind, own, reader, fields) if kind in LABELS else {}
        )
        for kind, own in split_by_kind(lines, kinds)
    ]
