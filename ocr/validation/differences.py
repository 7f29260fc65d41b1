"""How a line of a field differs in print from the other fields of its sheet.

A difference is as certain as the characters are many and the sheet is even: its standard error
comes from the spread among the sheet's own characters and fields, and from the fields beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ocr.document_types import PRINCIPALS, DocumentType
from ocr.extraction.values import Value
from ocr.preprocess.rectify import RectifiedPage
from ocr.recognition.line import Line
from ocr.validation.prints import HAN, OF_CHARACTERS, OTHER, LinePrint, Reference, line_print

# Fields that are printed in one font and size.
PRINTED_TOGETHER: Mapping[DocumentType, Sequence[str]] = {
    DocumentType.LICENCE: (
        "名称", "类型", *PRINCIPALS, "注册资本", "成立日期", "营业期限", "住所", "组成形式",
    ),
    DocumentType.ID_FRONT: ("姓名", "住址", "性别", "民族", "出生"),
}  # fmt: skip
TOO_SHORT = ("性别", "民族")  # one character: others are compared with it, it is not itself
# Fields that a form prints in a larger size than the others: identity cards the holder's name.
PRINTED_LARGER: Mapping[DocumentType, Sequence[str]] = {DocumentType.ID_FRONT: ("姓名",)}
# Fields of which the form prints the words, 年, 月 and 日, in a colour and size of its own: how
# they differ says nothing of who printed the digits.
DIGITS_ALONE: Mapping[DocumentType, Sequence[str]] = {DocumentType.ID_FRONT: ("出生",)}
EDGE_SPACE = 0.3  # line heights from the picture's edge: a field that is cut off is not measured
MAX_LINES = 1  # of a field: later ones are short, and lie beside each other
MIN_CHARACTERS = 3  # of a class, in other fields, with which one is compared
MIN_LINES = 2  # of other fields, with which a line is compared
NEIGHBOURS = 2  # fields beside one that show what light, blur and curl do to the paper there
MAX_COUNTED = 6  # characters of a class beyond which more say nothing new

OF_LINES = ("pitch", "paper_light", "paper_noise", "paper_edge")
MEASURES = (*OF_CHARACTERS, *OF_LINES)
# What counts: ink that is lighter apart from ink that is darker, since glare lightens.
TERMS = (*MEASURES, "lighter")
SIZES = ("darkness", "sharpness", "width", "height", "pitch")  # what goes with the size of print

DEGREES = 3.0  # of freedom of the Student likelihood
MOST = 2.25  # of a term: of the policy's weights only that of paper with edges decides alone
UNSEEN = 0.003  # step of paper that may have an edge too soft to be seen, a logarithm
NORMAL = 1.4826  # standard deviations of a normal distribution in its median absolute deviation

Floats = NDArray[np.float64]
FieldLine = tuple[str, int]  # a field and the number of its line, from 0


@dataclass(frozen=True)
class Difference:
    """How a line of a field differs from the other fields of its sheet.

    `values` by measure, float64 (len(MEASURES),), logarithms of quotients; `uncertain` the standard
    errors that few characters and an uneven sheet leave; `nearby` by how much the fields beside it
    differ from the others, too. `uneven` is how the paper's light varies around it, a logarithm.
    """

    values: Floats
    uncertain: Floats
    nearby: Floats
    uneven: float

    def unusual(self, usual: Floats) -> Floats:
        """By term, the logarithm of how unlikely a difference is for a genuine field, from 0."""
        variance = np.maximum(usual, self.nearby) ** 2 + self.uncertain**2
        terms = np.append(np.log1p(self.values**2 / (DEGREES * variance)), 0.0)
        terms = np.minimum(terms, MOST)
        ink = MEASURES.index("darkness")
        if self.values[ink] < 0:
            terms[-1], terms[ink] = terms[ink], 0.0
        return np.asarray(terms, np.float64)

    def beside(self, neighbours: Sequence[Difference]) -> Difference:
        """Held against the fields beside it: light, blur and curl are local."""
        if not neighbours:
            return self
        nearby = np.sqrt(np.mean([one.values**2 for one in neighbours], axis=0))
        return replace(self, nearby=nearby)

    def for_its_size(self) -> Difference:
        """Without what a larger size explains: strokes grow with it, where blur lets them."""
        larger = self.of("height")
        if larger <= 0:
            return self
        values = self.values.copy()
        values[[MEASURES.index(name) for name in SIZES]] = 0.0
        stroke = self.of("stroke")
        values[MEASURES.index("stroke")] = stroke - min(max(stroke, 0.0), larger)
        return replace(self, values=values)

    def without_glare(self) -> Difference:
        """Without what glare explains: of bleached ink the soft edges of strokes are lost.

        Strokes look thinner and edges sharper then, neither by more than the ink is lighter.
        """
        lighter, stroke, sharpness = -self.of("darkness"), self.of("stroke"), self.of("sharpness")
        if min(lighter, -stroke, sharpness) <= 0:
            return self
        values = self.values.copy()
        values[MEASURES.index("stroke")] = min(stroke + lighter, 0.0)
        values[MEASURES.index("sharpness")] = max(sharpness - lighter, 0.0)
        return replace(self, values=values)

    def with_its_edge(self) -> Difference:
        """Without the step of paper that has no edge: uneven light has none beside a line."""
        step, seen = self.of("paper_light"), abs(self.of("paper_edge")) + UNSEEN
        values = self.values.copy()
        values[MEASURES.index("paper_light")] = np.clip(step, -seen, seen)
        return replace(self, values=values)

    def of(self, name: str) -> float:
        """Its value of a measure."""
        return float(self.values[MEASURES.index(name)])

    def measures(self) -> dict[str, float]:
        """By name, for the person who looks."""
        return {name: round(self.of(name), 3) for name in MEASURES}


def field_differences(
    kind: DocumentType,
    values: Mapping[str, Value],
    page: RectifiedPage,
    reference: Reference,
    min_fields: int,
) -> dict[FieldLine, Difference]:
    """The lines of fields that can be compared, on a sheet with at least `min_fields` measured."""
    prints = _prints(kind, values, page, reference)
    larger, digits_alone = PRINTED_LARGER.get(kind, ()), DIGITS_ALONE.get(kind, ())
    alone: dict[FieldLine, Difference] = {}
    own: dict[FieldLine, Difference] = {}
    for name, field in prints.items():
        others = [one for other, one in prints.items() if other not in (name, *larger)]
        if len(others) >= min_fields - 1:
            for number, line in field.lines.items():
                difference = _difference(line, others)
                if difference is None:
                    continue
                whole = difference.for_its_size() if name in larger else difference
                digits = _of_digits(line, others) if name in digits_alone else whole
                alone[name, number] = whole
                own[name, number] = digits.without_glare().with_its_edge()
    places = {
        (name, number): np.mean(values[name].lines[number].quad, axis=0) for name, number in alone
    }
    return {
        line: one.beside([alone[other] for other in _nearest(line, places)])
        for line, one in own.items()
        if line[0] not in TOO_SHORT
    }


def _nearest(line: FieldLine, places: Mapping[FieldLine, Floats]) -> list[FieldLine]:
    """The lines of other fields that stand nearest to one."""

    def far(other: FieldLine) -> float:
        return float(np.hypot(*(places[other] - places[line])))

    return sorted((other for other in places if other[0] != line[0]), key=far)[:NEIGHBOURS]


def _prints(
    kind: DocumentType, values: Mapping[str, Value], page: RectifiedPage, reference: Reference
) -> dict[str, _Field]:
    """What was measured of each field that is printed with the others."""
    prints = {}
    for name in PRINTED_TOGETHER.get(kind, ()):
        lines = values[name].lines[:MAX_LINES] if name in values else ()
        measured = {
            number: one
            for number, line in enumerate(lines)
            if _is_whole(line, page) and (one := line_print(line, page.pixels, reference))
        }
        if measured:
            prints[name] = _Field(measured)
    return prints


def _is_whole(line: Line, page: RectifiedPage) -> bool:
    space = EDGE_SPACE * line.height
    return line.left >= space and line.right <= page.pixels.shape[1] - space


def _difference(own: LinePrint, others: Sequence[_Field]) -> Difference | None:
    """From the others' median; None where they share no class of characters."""
    of_characters = _of_characters(own, others)
    if of_characters is None:
        return None
    values, uncertain = of_characters
    of_lines = [_of_line(number, own, others) for number in range(len(OF_LINES))]
    return Difference(
        np.concatenate([values, [value for value, _ in of_lines]]),
        np.concatenate([uncertain, [spread for _, spread in of_lines]]),
        np.zeros(len(MEASURES)),
        own.uneven,
    )


def _of_digits(line: LinePrint, others: Sequence[_Field]) -> Difference:
    """By how much a line's digits differ; not at all where no other field has some."""
    characters = {kind: rows for kind, rows in line.characters.items() if kind != HAN}
    nothing = np.zeros(len(MEASURES))
    none = Difference(nothing, nothing, nothing, line.uneven)
    return _difference(replace(line, characters=characters), others) or none


def _of_characters(own: LinePrint, others: Sequence[_Field]) -> tuple[Floats, Floats] | None:
    """Differences of characters' measures, class by class, and their standard errors."""
    values = uncertain = np.zeros(len(OF_CHARACTERS))
    counted = 0
    for kind, mine in own.characters.items():
        fields = [one.classes[kind] for one in others if kind in one.classes]
        count = sum(field.count for field in fields)
        if count < MIN_CHARACTERS:
            continue
        middles = np.array([field.middle for field in fields])
        usual = _median(middles)
        among = NORMAL * _median(np.abs(middles - usual)) if len(fields) > 2 else 0.0
        within = [np.abs(mine - _median(mine)), *(field.deviations for field in fields)]
        spread = NORMAL * _median(np.concatenate(within))
        error = np.sqrt(spread**2 * (1 / len(mine) + 1 / count) + among**2)
        weight = min(len(mine), MAX_COUNTED)
        values = values + weight * (_middle_towards(mine, usual) - usual)
        uncertain = uncertain + weight * error
        counted += weight
    return (values / counted, uncertain / counted) if counted else None


def _middle_towards(characters: Floats, usual: Floats) -> Floats:
    """The median of characters, of two the one that is nearer to what is usual.

    One glyph of a name that the printer's font lacks is printed in another font.
    """
    if len(characters) != 2:
        return _median(characters)
    nearer = np.argmin(np.abs(characters - usual), axis=0)
    return np.asarray(characters[nearer, np.arange(len(usual))])


def _of_line(number: int, own: LinePrint, others: Sequence[_Field]) -> tuple[float, float]:
    """A difference of a line's measure, the largest of several, and its standard error."""
    mine = _of_lines(own)[number]
    rest = [value for one in others if (value := one.of_lines[number]) is not None]
    if mine is None or len(rest) < MIN_LINES:
        return 0.0, 0.0
    usual = _median(np.array(rest))
    spread = NORMAL * _median(np.abs(np.array(rest) - usual))
    largest = int(np.argmax(np.abs(mine - usual)))
    return float((mine - usual)[largest]), float(spread[largest])


def _of_lines(line: LinePrint) -> tuple[Floats | None, ...]:
    """The measures of `OF_LINES`; None where a line is too short."""
    pitch = None if line.pitch is None else np.log([line.pitch])
    paper = line.paper
    return pitch, paper.step, np.array([paper.noise]), paper.edge


def _median(rows: Floats) -> Floats:
    return np.asarray(np.median(rows, axis=0))


@dataclass(frozen=True)
class _Class:
    """The characters of one class in a field: how many, their middle, deviations from it."""

    count: int
    middle: Floats
    deviations: Floats


@dataclass(frozen=True)
class _Field:
    """The print of a field's first lines, by their numbers."""

    lines: Mapping[int, LinePrint]

    @cached_property
    def classes(self) -> Mapping[str, _Class]:
        found = {}
        for kind in (HAN, OTHER):
            lines = [one.characters[kind] for one in self.lines.values() if kind in one.characters]
            if lines:
                pooled = np.concatenate(lines)
                middle = _median(pooled)
                found[kind] = _Class(len(pooled), middle, np.abs(pooled - middle))
        return found

    @cached_property
    def of_lines(self) -> tuple[Floats | None, ...]:
        """The means of `OF_LINES` over the lines that have them."""
        rows = zip(*(_of_lines(line) for line in self.lines.values()), strict=True)
        measured = [[value for value in row if value is not None] for row in rows]
        return tuple(np.asarray(np.mean(row, axis=0)) if row else None for row in measured)
