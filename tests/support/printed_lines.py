"""Lines of text at known places of a page, and the fields that are read from them."""

from __future__ import annotations

from collections.abc import Sequence

from kyc.policy import DocumentPolicy
from ocr.document_types import DocumentType
from ocr.extraction.fields import read_fields
from ocr.geometry import Quad
from ocr.recognition.line import Line
from tests.support.policy import POLICY

RULES = POLICY.section(DocumentPolicy).rules


def line(text: str, left: float, top: float, height: float = 30) -> Line:
    """A level line of characters as wide as they are high, page pixels, read with certainty."""
    right = left + height * len(text)
    quad = ((left, top), (right, top), (right, top + height), (left, top + height))
    places = tuple((k + 0.5) / len(text) for k in range(len(text)))
    return Line(text, quad, (0.99,) * len(text), places)


class KnownLines:
    """A `TextReader` of a page on which nothing is found beyond the known lines, or `found`."""

    def __init__(self, *found: Line, letters: Sequence[Line] = ()) -> None:
        """`found` are read wherever a code or a date is searched for."""
        self._found = list(found)
        self._letters = list(letters)

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        """What was `found`, where an alphabet is given."""
        return self._found if alphabet else []

    def seal_letters(self, region: Quad) -> list[Line]:
        """The `letters` of the page's seal."""
        return self._letters

    def under_seal(self, quad: Quad, alphabet: str) -> list[Line]:
        """What was `found`, three times."""
        return self._found * 3

    def attempts(self, quad: Quad, alphabet: str) -> list[Line]:
        """What was `found`."""
        return self._found


def fields(
    lines: list[Line], reader: KnownLines, kind: DocumentType = DocumentType.LICENCE
) -> dict[str, str]:
    """The texts of the fields of a document with these lines."""
    values = read_fields(kind, lines, reader, RULES.fields)
    return {name: value.text for name, value in values.items()}
