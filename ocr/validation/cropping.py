"""Fields that the picture's edge cuts off, and what a document lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.reasons import Reason
from ocr.document_types import PRINCIPAL, PRINCIPALS, REQUIRED, DocumentType
from ocr.geometry import Corners, Pixels
from ocr.identifiers import is_valid_code
from ocr.validation.flags import Flag


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

    A code that the edge touches is whole where its check character is right.
    """
    touched = {name for name, parts in quads.items() if _min_space(parts, photo) < rules.cut}
    return frozenset(n for n in fields if n in touched and not is_valid_code(fields[n]))


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
    corners = np.array(quad)
    height, width = photo.shape[:2]
    space = min(corners.min(), width - corners[:, 0].max(), height - corners[:, 1].max())
    return float(space / max(float(np.linalg.norm(corners[3] - corners[0])), 1.0))
