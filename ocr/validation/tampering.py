"""Fields that were not printed with the others: another font, weight or ink.

One printer prints all fields of a sheet in one go. Text that was put in later, on paper or on a
screen, differs from its neighbours in the width of its strokes, the height of its characters or
the lightness of its ink. Each differs a little by itself (digits are shorter, a seal darkens, glare
lightens); where two differ at once on a sheet whose other fields agree, a person should look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.reasons import Reason
from ocr.document_types import PRINCIPALS, SCOPE, DocumentType
from ocr.extraction.values import Value
from ocr.geometry import Pixels, crop_quad
from ocr.preprocess.rectify import RectifiedPage
from ocr.validation.flags import Flag

# Fields that are printed in one font and size; the scope is often smaller.
PRINTED_TOGETHER: Mapping[DocumentType, Sequence[str]] = {
    DocumentType.LICENCE: (
        "名称", "类型", *PRINCIPALS, "注册资本", "成立日期", "营业期限", "住所", "组成形式", SCOPE,
    ),
    DocumentType.ID_FRONT: ("姓名", "住址", "性别", "民族"),
}  # fmt: skip
NOT_COMPARED = (SCOPE, "性别", "民族")  # one character is too short to compare
# Fields that a form prints in a larger size than the others: identity cards the holder's name.
PRINTED_LARGER: Mapping[DocumentType, Sequence[str]] = {DocumentType.ID_FRONT: ("姓名",)}
MIN_INK = 30  # px
EDGE_SPACE = 0.3  # line heights from the picture's edge: a field that is cut off is not measured


@dataclass(frozen=True)
class TamperingRules:
    """From what difference on a field counts as not printed with the others; from the policy.

    `stroke` and `shorter` are differences of the logarithms of stroke width and character height
    from the other fields' medians, `darker` of the ink's share of the paper's light. Ink that is
    darker counts with strokes or height that differ too; characters that are `much_shorter` count
    with strokes or ink that differ. Nothing is flagged where fewer than `min_fields` can be
    compared, where the other fields' strokes differ among themselves by more than `max_spread`,
    where more than `max_share` of the fields differ, or a height differs by more than
    `max_height` (two lines taken for one).
    """

    stroke: float
    darker: float
    shorter: float
    much_shorter: float
    max_spread: float
    max_height: float
    max_share: float
    min_fields: int


@dataclass(frozen=True)
class _Print:
    stroke: float  # px, mean width
    height: float  # px
    lightness: float  # of ink, as a share of the paper's light
    chinese: bool  # mostly characters, which are taller than digits


@dataclass(frozen=True)
class _Difference:
    """From the other fields: logarithms of stroke width and height, shares of light."""

    stroke: float
    height: float
    lightness: float

    def is_suspicious(self, rules: TamperingRules) -> bool:
        other_stroke = abs(self.stroke) > rules.stroke
        other_ink = abs(self.lightness) > rules.darker
        darker = self.lightness < -rules.darker and (
            self.stroke > rules.stroke or self.height < -rules.shorter
        )
        return darker or (self.height < -rules.much_shorter and (other_stroke or other_ink))

    def for_its_size(self) -> _Difference:
        """Without what a larger size explains: strokes grow with their characters."""
        larger = max(self.height, 0.0)
        return _Difference(self.stroke - larger, self.height - larger, self.lightness)

    def measures(self) -> dict[str, float]:
        return {
            "stroke_width": round(self.stroke, 3),
            "height": round(self.height, 3),
            "ink_lightness": round(self.lightness, 3),
        }


def tampering_flags(
    kind: DocumentType, values: Mapping[str, Value], page: RectifiedPage, rules: TamperingRules
) -> list[Flag]:
    """`edited` with each field that differs, where it is and by how much."""
    prints = _prints(kind, values, page.pixels)
    if len(prints) < rules.min_fields:
        return []
    flags = []
    for name in prints:
        difference = None if name in NOT_COMPARED else _difference(name, prints, rules)
        if difference is not None and name in PRINTED_LARGER.get(kind, ()):
            difference = difference.for_its_size()
        if difference is not None and difference.is_suspicious(rules):
            region = page.in_photo(values[name].lines[0].quad)
            flags.append(Flag(Reason.EDITED, name, region, difference.measures()))
    # Where many differ, the sheet or the photo is uneven, and none of them stands out.
    return flags if len(flags) <= rules.max_share * len(prints) else []


def _prints(kind: DocumentType, values: Mapping[str, Value], pixels: Pixels) -> dict[str, _Print]:
    prints = {}
    for name in PRINTED_TOGETHER.get(kind, ()):
        if name in values and values[name].lines:
            measured = _print_of(values[name], pixels)
            if measured is not None:
                prints[name] = measured
    return prints


def _difference(
    name: str, prints: Mapping[str, _Print], rules: TamperingRules
) -> _Difference | None:
    """How a field differs from the others; None where that cannot be said."""
    own = prints[name]
    others = [one for other, one in prints.items() if other != name]
    stroke = float(np.median([one.stroke for one in others]))
    spread = float(np.median([abs(np.log(one.stroke / stroke)) for one in others]))
    if spread > rules.max_spread:
        return None
    taller = _relative_height(name, prints)
    if abs(taller) > rules.max_height:
        return None
    return _Difference(
        stroke=float(np.log(own.stroke / stroke)),
        height=taller,
        lightness=own.lightness - float(np.median([one.lightness for one in others])),
    )


def _relative_height(name: str, prints: Mapping[str, _Print]) -> float:
    """Logarithm of a field's height over that of others like it; 0 where there are too few."""
    own = prints[name]
    alike = [
        one.height
        for other, one in prints.items()
        if other not in (name, SCOPE) and one.chinese == own.chinese
    ]
    return float(np.log(own.height / np.median(alike))) if len(alike) > 1 else 0.0


def _print_of(value: Value, pixels: Pixels) -> _Print | None:
    line = value.lines[0]
    width = pixels.shape[1]
    space = EDGE_SPACE * line.height
    if line.left < space or line.right > width - space:
        return None
    grey = cv2.cvtColor(crop_quad(pixels, np.array(line.quad)), cv2.COLOR_RGB2GRAY)
    limit, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    ink = grey < limit
    if ink.sum() < MIN_INK:
        return None
    outline, _ = cv2.findContours(ink.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    rows = np.flatnonzero(ink.sum(1) > 0.02 * ink.shape[1])
    return _Print(
        stroke=2 * float(ink.sum()) / max(sum(len(edge) for edge in outline), 1),
        height=float(rows[-1] - rows[0] + 1) if len(rows) else float(len(ink)),
        lightness=float(np.median(grey[ink]) / max(float(np.percentile(grey, 80)), 1.0)),
        chinese=len(re.findall(r"[\u4e00-\u9fff]", line.text)) > 0.6 * len(line.text),
    )
