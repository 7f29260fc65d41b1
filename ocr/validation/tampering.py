"""Fields that were not printed with the others: another font, weight or ink.

One printer prints all fields of a sheet in one go. Text that was put in later, on paper or on a
screen, differs from its neighbours in the width of its strokes, the height of its characters or
the darkness of its ink. Each differs a little by itself (digits are shorter, a seal darkens, glare
lightens); where two differ at once on a sheet whose other fields agree, a person should look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.document_types import ID_FRONT, LICENCE, PRINCIPALS, SCOPE
from ocr.extraction.values import Value
from ocr.preprocess.rectify import Page, cut_strip
from ocr.recognition.engine import Pixels
from ocr.validation.flags import Flag

# Fields that are printed in one font and size; the scope is often smaller.
PRINTED_TOGETHER = {
    LICENCE: (
        "名称", "类型", *PRINCIPALS, "注册资本", "成立日期", "营业期限", "住所", "组成形式", SCOPE,
    ),
    ID_FRONT: ("姓名", "住址", "性别", "民族"),
}  # fmt: skip
TOO_SHORT = ("性别", "民族")  # one character tells too little of itself
LEAST_INK = 30  # px
EDGE_SPACE = 0.3  # line heights from the picture's edge: a field that is cut off is no edit


@dataclass(frozen=True)
class EditRules:
    """From what difference on a field counts as not printed with the others.

    `stroke` and `shorter` are differences of the logarithms of stroke width and character height
    from the other fields' medians, `darker` of the ink's share of the paper's light. Ink that is
    darker counts with strokes or height that differ too; characters that are `much_shorter` count
    with strokes or ink that differ. Where the other fields' strokes differ among themselves by
    more than `most_spread`, or more than `most_share` of the fields stand out, or a height differs
    by more than `most_height` (two lines taken for one), nothing is told.
    """

    stroke: float
    darker: float
    shorter: float
    much_shorter: float
    most_spread: float
    most_height: float
    most_share: float


@dataclass(frozen=True)
class _Print:
    stroke: float  # px, mean width
    height: float  # px
    darkness: float  # of ink, as a share of the paper's light
    chinese: bool  # mostly characters, which are taller than digits


def edit_flags(kind: str, values: Mapping[str, Value], page: Page, rules: EditRules) -> list[Flag]:
    """`edited:<field>` for each field that differs, with where it is and by how much."""
    prints = {}
    for name in PRINTED_TOGETHER.get(kind, ()):
        if name in values and values[name].lines:
            seen = _print_of(values[name], page.pixels)
            if seen is not None:
                prints[name] = seen
    flags = []
    for name, seen in prints.items():
        if name == SCOPE or name in TOO_SHORT or len(prints) < 4:
            continue
        measures = _differs(name, seen, prints, rules)
        if measures is not None:
            region = page.in_photo(values[name].lines[0].quad)
            flags.append(Flag(f"edited:{name}", region, measures))
    # Where many differ, the sheet or the photo is uneven, and none of them stands out.
    return flags if len(flags) <= rules.most_share * len(prints) else []


def _differs(
    name: str, seen: _Print, prints: Mapping[str, _Print], rules: EditRules
) -> dict[str, float] | None:
    others = [one for other, one in prints.items() if other != name]
    stroke = float(np.median([one.stroke for one in others]))
    spread = float(np.median([abs(np.log(one.stroke / stroke)) for one in others]))
    if spread > rules.most_spread:
        return None
    alike = [
        one.height
        for other, one in prints.items()
        if other not in (name, SCOPE) and one.chinese == seen.chinese
    ]
    width = float(np.log(seen.stroke / stroke))
    taller = float(np.log(seen.height / np.median(alike))) if len(alike) > 1 else 0.0
    lighter = seen.darkness - float(np.median([one.darkness for one in others]))
    if abs(taller) > rules.most_height:
        return None
    darker = lighter < -rules.darker and (width > rules.stroke or taller < -rules.shorter)
    smaller = taller < -rules.much_shorter and (
        abs(width) > rules.stroke or abs(lighter) > rules.darker
    )
    if not darker and not smaller:
        return None
    return {
        "stroke_width": round(width, 3),
        "height": round(taller, 3),
        "ink_lightness": round(lighter, 3),
    }


def _print_of(value: Value, pixels: Pixels) -> _Print | None:
    line = value.lines[0]
    width = pixels.shape[1]
    space = EDGE_SPACE * line.height
    if line.left < space or line.right > width - space:
        return None
    grey = cv2.cvtColor(cut_strip(pixels, np.array(line.quad)), cv2.COLOR_RGB2GRAY)
    limit, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    ink = grey < limit
    if ink.sum() < LEAST_INK:
        return None
    outline, _ = cv2.findContours(ink.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    rows = np.flatnonzero(ink.sum(1) > 0.02 * ink.shape[1])
    return _Print(
        stroke=2 * float(ink.sum()) / max(sum(len(edge) for edge in outline), 1),
        height=float(rows[-1] - rows[0] + 1) if len(rows) else float(len(ink)),
        darkness=float(np.median(grey[ink]) / max(float(np.percentile(grey, 80)), 1.0)),
        chinese=len(re.findall(r"[\u4e00-\u9fff]", line.text)) > 0.6 * len(line.text),
    )
