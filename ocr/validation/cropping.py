"""Fields that the picture's edge cuts off, and what a document lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.reasons import Reason
from ocr.document_types import CODES, PRINCIPAL, PRINCIPALS, REQUIRED, TERM, DocumentType
from ocr.extraction.business_types import TYPES
from ocr.extraction.dates import DATE
from ocr.geometry import Corners, Pixels, Points
from ocr.identifiers import is_valid_code
from ocr.validation.flags import Flag

# Of fields whose text shows where it ends; validity and police as GA 448 has them.
_FORMS = {
    "有效期限": re.compile(r"\d{4}\.\d\d\.\d\d-(?:\d{4}\.\d\d\.\d\d|长期)"),
    "签发机关": re.compile(r".*分局"),
    "成立日期": DATE,
    "类型": re.compile("|".join(map(re.escape, TYPES))),
    TERM: re.compile(rf"(?:{DATE.pattern})至(?:{DATE.pattern}|长期)"),
}
MIN_COLUMN = 2  # fields that show where a column begins
IN_LINE = 0.35  # line heights that others of it may begin beside that line


@dataclass(frozen=True)
class EdgeRules:
    """Line heights between text and the picture's edge; from the policy.

    A field nearer than `cut` goes on outside. Where a field is missing and any text is nearer than
    `cut_beside`, the sheet was cut there: sheets have wider margins.
    """

    cut: float
    cut_beside: float


def missing_fields(
    kind: DocumentType,
    fields: Mapping[str, str],
    quads: Mapping[str, Sequence[Corners]],
    photo: Pixels,
    rules: EdgeRules,
) -> tuple[str, ...]:
    """The fields that a document of this kind must show and does not, or not to their end."""
    whole = set(fields) - cut_fields(fields, quads, photo, rules)
    known = {*whole, *(PRINCIPAL for label in PRINCIPALS if label in whole)}
    return tuple(name for name in REQUIRED[kind] if name not in known)


def cut_fields(
    fields: Mapping[str, str],
    quads: Mapping[str, Sequence[Corners]],
    photo: Pixels,
    rules: EdgeRules,
) -> frozenset[str]:
    """The fields that go on beyond the picture's edge, or may.

    One that the edge touches is whole where its text says so: a code by its check character, a day,
    a type of business, a term by its last day, a branch of the police by the word that ends its
    name; and where it begins in a column with such fields: then the edge runs along the column.
    """
    touched = {name for name, parts in quads.items() if _min_space(parts, photo) < rules.cut}
    whole = [name for name, text in fields.items() if _is_whole(name, text)]
    column = [_start(quads[name]) for name in whole if name in quads and name not in CODES]
    return frozenset(
        name
        for name in touched.intersection(fields).difference(whole)
        if not _begins_in_column(quads[name], column, photo, rules)
    )


def _is_whole(name: str, text: str) -> bool:
    form = _FORMS.get(name)
    return is_valid_code(text) or (form is not None and form.fullmatch(text) is not None)


def _begins_in_column(
    parts: Sequence[Corners], column: Sequence[Points], photo: Pixels, rules: EdgeRules
) -> bool:
    """Whether the edge touches the beginning of a field alone, which is in line with others'."""
    ends = [(quad[1], quad[1], quad[2], quad[2]) for quad in parts]
    height = _height(parts[0])
    if len(column) < MIN_COLUMN or min(_space(end, photo) for end in ends) < rules.cut * height:
        return False
    others = np.array(column)
    low, high = others[others[:, 1].argmin()], others[others[:, 1].argmax()]
    down = (high - low) / max(float(np.linalg.norm(high - low)), 1.0)
    x, y = _start(parts) - low
    return bool(abs(x * down[1] - y * down[0]) < IN_LINE * height)


def _start(parts: Sequence[Corners]) -> Points:
    """Where the first line of a field begins, photo pixels."""
    return np.asarray(np.mean([parts[0][0], parts[0][3]], axis=0), np.float64)


def cut_off(
    quads: Mapping[str, Sequence[Corners]],
    lines: Sequence[Corners],
    missing: Sequence[str],
    photo: Pixels,
    rules: EdgeRules,
) -> list[Flag]:
    """`incomplete` where the picture's edge cuts a field, or stands where one should be.

    `quads` are the lines of each field, `lines` all lines of the document, photo pixels.
    """
    fields = [quad for parts in quads.values() for quad in parts]
    nearest = min(fields, key=lambda quad: _edge_space(quad, photo), default=None)
    measures: dict[str, float | str]
    if nearest is not None and _edge_space(nearest, photo) < rules.cut:
        measures = {"edge_space": round(_edge_space(nearest, photo), 2)}
        return [Flag(Reason.INCOMPLETE, region=nearest, measures=measures)]
    around = _min_space(lines, photo)
    if missing and around < rules.cut_beside:
        measures = {"edge_space": round(around, 2), "missing": missing[0]}
        return [Flag(Reason.INCOMPLETE, measures=measures)]
    return []


def _min_space(quads: Sequence[Corners], photo: Pixels) -> float:
    """The least space between any of the lines and the edge; 0 where there are none."""
    return min((_edge_space(quad, photo) for quad in quads), default=0.0)


def _edge_space(quad: Corners, photo: Pixels) -> float:
    """Line heights from a line to the picture's edge."""
    return _space(quad, photo) / _height(quad)


def _space(quad: Corners, photo: Pixels) -> float:
    """Photo pixels from a line to the picture's edge."""
    corners = np.array(quad)
    height, width = photo.shape[:2]
    return float(min(corners.min(), width - corners[:, 0].max(), height - corners[:, 1].max()))


def _height(quad: Corners) -> float:
    """Of a line, photo pixels."""
    corners = np.array(quad)
    return max(float(np.linalg.norm(corners[3] - corners[0])), 1.0)
