"""`DocumentReader.read`: what a photo shows, and every field that can be read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.document_types import (
    CODE,
    ID_BACK,
    ID_FRONT,
    LABELS,
    LICENCE,
    NOT_A_DOCUMENT,
    OTHER_DOCUMENT,
    PRINCIPALS,
    REQUIRED,
    SIGNS,
    TITLE,
    signs_of,
)
from ocr.extraction.fields import documents_in, read_fields
from ocr.extraction.normalise import normalised
from ocr.extraction.values import Value
from ocr.preprocess.decode import RGB
from ocr.preprocess.quality import Quality, quality_of
from ocr.preprocess.rectify import Page, find_pages
from ocr.recognition.engine import TextEngine
from ocr.recognition.page_reader import Line, Paper, brightened
from ocr.validation.consistency import (
    BeliefRules,
    EdgeRules,
    cut_off,
    is_believable,
    kind_flags,
    missing_fields,
    read_qr_code,
    repairs,
)
from ocr.validation.flags import Corners, Flag
from ocr.validation.recapture import RecaptureRules, recapture_flags
from ocr.validation.tampering import EditRules, edit_flags

LEAST_LINES = 4
COLOURS_SIDE = 800  # px, twice what colours are looked for in (ocr.recapture)


@dataclass(frozen=True)
class DocumentReading:
    """What one photo shows.

    `fields` hold the printed text, `values` their normal forms (`ocr.normal`), `confidence` the
    probability of the weakest character of each, 0..1, `quads` where each field's lines are, photo
    pixels. `turn` is the degrees, clockwise, by which the photo was turned to be read; `missing`
    what a document of its kind must show and this one did not; `portrait` the upright part of an
    identity card that holds the holder's face; `others` the readings of what else lies in the
    picture.
    """

    kind: str
    fields: Mapping[str, str]
    confidence: Mapping[str, float]
    flags: tuple[Flag, ...]
    turn: int
    quality: Quality
    quads: Mapping[str, tuple[Corners, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    portrait: RGB | None = None
    others: tuple[DocumentReading, ...] = ()

    @property
    def values(self) -> Mapping[str, str]:
        normal = {name: normalised(name, text) for name, text in self.fields.items()}
        return {name: value for name, value in normal.items() if value is not None}

    @property
    def principal(self) -> str | None:
        return next((self.fields[label] for label in PRINCIPALS if label in self.fields), None)

    @property
    def weakest(self) -> float:
        """The confidence of the weakest field that a document of this kind must show, 0..1."""
        needed = [*REQUIRED.get(self.kind, ()), *PRINCIPALS]
        return min((self.confidence[n] for n in needed if n in self.confidence), default=0.0)


@dataclass(frozen=True)
class ForensicRules:
    """What counts as a copy, a screen, an edit or cut off, and which fields are to be believed.

    Others count as not read, and the photo goes back.
    """

    recapture: RecaptureRules
    edits: EditRules
    edges: EdgeRules
    belief: BeliefRules


class DocumentReader:
    """Reads photos of licences and identity cards. One instance a process, one photo at a time."""

    def __init__(self, models: Path, rules: ForensicRules) -> None:
        self._engine = TextEngine(models / "ocr")
        self._rules = rules

    def practise(self) -> None:
        """Read a page of print, so that no owner waits for what the first page read sets up."""
        self.read(_print(), date.min)

    def read(self, image: RGB, today: date, expected: str | None = None) -> DocumentReading:
        """The reading of an upright or turned RGB photo, uint8 (height, width, 3).

        `expected` is the slot that the photo was sent for: another kind in it is flagged, never
        forced. Fields that cannot be read are left out.
        """
        readings = [
            reading
            for page in find_pages(image, self._engine, signs_of)
            for reading in self._page(page, image, today)
        ]
        documents = _distinct([reading for reading in readings if reading.kind in LABELS])
        if not documents:
            first = readings[0] if readings else self._nothing(image)
            return replace(first, flags=(*first.flags, Flag(first.kind)))
        wanted = [reading for reading in documents if reading.kind == expected]
        first = (wanted or documents)[0]
        others = tuple(reading for reading in documents if reading is not first)
        flags = list(first.flags)
        if others:
            flags.append(Flag("multiple_documents"))
        if expected and first.kind != expected:
            flags.append(Flag("wrong_document", measures={"kind": first.kind}))
        return replace(first, flags=tuple(flags), others=others)

    def _page(self, page: Page, image: RGB, today: date) -> list[DocumentReading]:
        """What a page holds; looked at again closely where that may find what is missing."""
        readings = self._look(Paper(page, self._engine), page, image, today)
        whole = all(reading.kind in LABELS and not reading.missing for reading in readings)
        spared = page.quads or self._engine.is_spared(page.pixels, page.print_px)
        if whole or not spared:
            return readings
        return self._look(Paper(page, self._engine, closely=True), page, image, today)

    def _look(self, paper: Paper, page: Page, image: RGB, today: date) -> list[DocumentReading]:
        return [
            self._document(kind, lines, paper, page, image, today)
            for kind, lines in documents_in(paper.lines())
        ]

    def _document(
        self, kind: str | None, lines: Sequence[Line], paper: Paper, page: Page,
        image: RGB, today: date,
    ) -> DocumentReading:  # fmt: skip
        read = read_fields(kind, lines, paper) if kind else {}
        values = self._believable(read)
        fields = {name: value.text for name, value in values.items()}
        places = [page.in_photo(line.quad) for line in lines]
        quads = {
            name: tuple(page.in_photo(line.quad) for line in value.lines)
            for name, value in values.items()
        }
        flags: list[Flag] = []
        qr_code = read_qr_code(image) if kind == LICENCE else None
        if qr_code and CODE not in fields:
            # Nothing printed to compare it with: of use, but a person should look.
            fields[CODE] = qr_code
            flags.append(Flag("code_from_qr", measures={"code": qr_code}))
        edges = self._rules.edges
        missing = missing_fields(kind, fields, quads, image, edges) if kind else ()
        if kind is not None:
            flags += repairs(values, quads)
            flags += kind_flags(kind, fields, qr_code, today)
            gone = [name for name in missing if name not in read]
            flags += cut_off(quads, places, gone, image, edges)
            part = _coloured_part(kind, page, lines, values, image)
            whole = not any(flag.name == "incomplete" for flag in flags)
            copied = recapture_flags(image, part, places, self._rules.recapture)
            # A sheet that is cut off may have its colours outside the picture.
            flags += [flag for flag in copied if whole or flag.name != "photocopy"]
            flags += edit_flags(kind, values, page, self._rules.edits)
        else:
            kind = OTHER_DOCUMENT if len(lines) >= LEAST_LINES else NOT_A_DOCUMENT
        return DocumentReading(
            kind=kind,
            fields=fields,
            confidence={name: value.confidence for name, value in values.items()},
            flags=tuple(flags),
            turn=page.turn,
            quality=quality_of(image, places),
            quads=quads,
            missing=missing,
            portrait=_portrait(page, lines, image) if kind == ID_FRONT else None,
        )

    def _believable(self, values: Mapping[str, Value]) -> dict[str, Value]:
        rules = self._rules.belief
        return {k: value for k, value in values.items() if is_believable(k, value, rules)}

    def _nothing(self, image: RGB) -> DocumentReading:
        return DocumentReading(NOT_A_DOCUMENT, {}, {}, (), 0, quality_of(image, ()))


def _coloured_part(
    kind: str, page: Page, lines: Sequence[Line], values: Mapping[str, Value], photo: RGB
) -> RGB:
    """The part of the sheet where its form has colours: its own text, seal and emblem."""
    own = [line for line in lines if any(sign in line.text for sign in SIGNS[kind])]
    own += [line for value in values.values() for line in value.lines]
    corners = np.concatenate([np.array(line.quad) for line in own])
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    if kind == ID_BACK:  # the emblem stands left of the text (GA 448)
        left -= 0.3 * (right - left)
    for line in own:
        if TITLE in line.text:  # and above a licence's title
            top = min(top, line.top - 1.5 * line.height)
    return brightened(page.window(photo, (left, top), (right, bottom), COLOURS_SIDE))


def _portrait(page: Page, lines: Sequence[Line], photo: RGB) -> RGB:
    """Where a card's portrait is: right of the text, above the end of the number (GA 448)."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    top, bottom = min(line.top for line in lines), max(line.top for line in lines)
    width, height = right - left, bottom - top
    low = (left + 0.45 * width, top - 0.2 * height)
    return page.window(photo, low, (right + 0.4 * width, bottom + 0.05 * height))


def _distinct(readings: Sequence[DocumentReading]) -> list[DocumentReading]:
    """Readings without those of a document that another has read more of."""
    kept: list[DocumentReading] = []
    for reading in sorted(readings, key=lambda reading: -len(reading.fields)):
        if not any(one.kind == reading.kind and _overlap(one, reading) for one in kept):
            kept.append(reading)
    return kept


def _overlap(one: DocumentReading, other: DocumentReading) -> bool:
    (low, high), (its_low, its_high) = _extent(one), _extent(other)
    return bool((np.maximum(low, its_low) < np.minimum(high, its_high)).all())


def _extent(reading: DocumentReading) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    corners = [point for quads in reading.quads.values() for quad in quads for point in quad]
    points = np.array(corners or [(0.0, 0.0)])
    return points.min(0), points.max(0)


def _print() -> RGB:
    """A page of lines of growing length, uint8 (1440, 1080, 3)."""
    page = np.full((1440, 1080, 3), 235, np.uint8)
    for number in range(14):
        words = "0123456789 ABCDEFGHIJ"[: 6 + number]
        place = (90, 120 + 90 * number)
        cv2.putText(page, words, place, cv2.FONT_HERSHEY_SIMPLEX, 1.3, (30, 30, 30), 3)
    return page
