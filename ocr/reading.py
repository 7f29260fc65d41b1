"""What one photo shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ocr.document_types import PRINCIPALS, REQUIRED, DocumentType
from ocr.extraction.normalise import normalise
from ocr.extraction.principals import acting_person
from ocr.geometry import Corners, Pixels, extents_overlap
from ocr.preprocess.quality import Quality
from ocr.validation.flags import Flag


@dataclass(frozen=True)
class DocumentReading:
    """A document in a photo.

    `fields` hold the printed text, `confidence` the probability of the weakest character of each,
    0..1, `quads` where each field's lines are, photo pixels. `turn` is the degrees, clockwise, by
    which the photo was turned to be read; `missing` the required fields that were not read;
    `unclear` fields of which a part was not read, which are not among `fields`; `corrected` what
    was read of fields that a closed vocabulary corrects; `cut` fields that the picture's edge
    touches; `portrait` the upright part of an identity card with the holder's face, uint8 (height,
    width, 3); `others` the readings of the other documents in the picture; `steadied` whether it
    is that of a shaken photo without the shake, in which no edit is detected.
    """

    kind: DocumentType
    fields: Mapping[str, str]
    confidence: Mapping[str, float]
    flags: tuple[Flag, ...]
    turn: int
    quality: Quality
    quads: Mapping[str, tuple[Corners, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    corrected: Mapping[str, str] = field(default_factory=dict)
    cut: frozenset[str] = frozenset()
    portrait: Pixels | None = None
    others: tuple[DocumentReading, ...] = ()
    steadied: bool = False

    @property
    def values(self) -> Mapping[str, str]:
        """The fields that have a normal form, in it (`ocr.extraction.normalise`)."""
        normal = {name: normalise(name, text) for name, text in self.fields.items()}
        return {name: value for name, value in normal.items() if value is not None}

    @property
    def principal(self) -> str | None:
        """Who acts for the business, under whichever label a licence names that person.

        Of a partnership that a firm manages, the firm's delegate.
        """
        printed = next((self.fields[label] for label in PRINCIPALS if label in self.fields), None)
        return None if printed is None else acting_person(printed)

    def is_sure(self, min_confidence: float) -> bool:
        """Whether it is of a known kind and shows all that it must with this confidence."""
        return self.kind in REQUIRED and not self.missing and self.weakest >= min_confidence

    @property
    def weakest(self) -> float:
        """The confidence of the weakest field that a document of this kind must show, 0..1."""
        needed = [*REQUIRED.get(self.kind, ()), *PRINCIPALS]
        return min((self.confidence[n] for n in needed if n in self.confidence), default=0.0)


def distinct_readings(readings: Sequence[DocumentReading]) -> list[DocumentReading]:
    """Readings without those of a document of which another has read more; that with most first."""
    kept: list[DocumentReading] = []
    for reading in sorted(readings, key=lambda reading: -len(reading.fields)):
        if not any(_same_document(one, reading) for one in kept):
            kept.append(reading)
    return kept


def _same_document(one: DocumentReading, other: DocumentReading) -> bool:
    return one.kind == other.kind and extents_overlap(one.quads.values(), other.quads.values())
