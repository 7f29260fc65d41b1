"""Photos of papers with one field changed, and of honest ones, drawn by a seed.

A changed paper reaches the reader as a print that was photographed, as a composed file, or as a
photo whose own pixels were changed. What fits the detector and what tells how well it does differ
in fonts, in every range and in the sheets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.files import PhotoLimits
from evaluation.bends import curled, folded
from evaluation.fonts import FITTING, TELLING, installed
from evaluation.forgeries import Forgery, Kind, Range, forged, recompressed
from evaluation.rephotograph import fits, of_paper, placed_by_chance
from evaluation.sheets import Box, Chance, Honest, Sheet, drawn_card, drawn_licence
from evaluation.spoils import in_shadow, under_a_finger, with_glare
from ocr.document_types import AUTHORITY, CODES, ISSUE_DATE, LABELS, SCOPE, DocumentType
from ocr.geometry import Matrix, Pixels, transformed
from ocr.preprocess.decode import decode_photo

LABEL_FONT = "demo/NotoSansSC.ttf"  # below `models`
# Codes have check characters; of a card's date of birth the number says the same.
NOT_CHANGED = {*CODES, SCOPE, AUTHORITY, ISSUE_DATE, "性别", "民族", "出生"}
CHANGED_PRINT = (Kind.OTHER_FONT, Kind.MOVED, Kind.PASTED)  # where the sheet's font is not known
HONEST = (
    "plain", "substituted_glyph", "larger_name", "security_print", "watermark", "sealed", "glare",
    "curled", "folded",
)  # fmt: skip
SHADED = ("finger", "shadow")  # drawn after the others, whose seeds they leave as they are
_BENT_OR_SHADED: Mapping[str, Callable[[Pixels, Chance], Pixels]] = {
    "glare": with_glare,
    "curled": curled,
    "folded": folded,
    "finger": under_a_finger,
    "shadow": in_shadow,
}


@dataclass(frozen=True)
class Photo:
    """What reaches the reader: `edited` names the field that was changed, None on honest papers.

    `sort` says what was done to it.
    """

    pixels: Pixels
    kind: DocumentType
    edited: str | None
    sort: str


@dataclass(frozen=True)
class Set:
    """Fonts, ranges and sheets of one set; of the shared set's sheets every second one."""

    fonts: Sequence[str]
    seed: int
    parity: int
    within: Range


FITTED = Set(
    FITTING,
    31,
    0,
    Range(
        fonts=(),
        sizes=(0.0, 0.08),
        other_sizes=(0.08, 0.20),
        bolder=(1.0, 2.3),
        tilts=(0.0, 0.5),
        shifts=(0.0, 0.15),
        shades=(2.0, 17.0),
        blurs=(0.2, 1.1),
        margins=(0.08, 0.3),
        qualities=(60, 90),
    ),
)
# Half of each range lies outside of what was fitted on.
TOLD = Set(
    TELLING,
    33,
    1,
    Range(
        fonts=(),
        sizes=(0.04, 0.12),
        other_sizes=(0.14, 0.26),
        bolder=(1.6, 3.0),
        tilts=(0.25, 0.75),
        shifts=(0.08, 0.22),
        shades=(9.0, 24.0),
        blurs=(0.6, 1.6),
        margins=(0.2, 0.42),
        qualities=(45, 75),
    ),
)


def drawn_edits(of: Set, models: Path, each: int) -> Iterator[Photo]:
    """Photos of drawn sheets with one field changed: `each` of every kind."""
    fonts, labels = installed(of.fonts), models / LABEL_FONT
    within = replace(of.within, fonts=fonts)
    for number, kind in enumerate(list(Kind) * each):
        chance = np.random.default_rng([of.seed, 0, number])
        sheet, donor = (_sheet(fonts, labels, chance, _honest_print(chance)) for _ in range(2))
        yield _changed(sheet, donor, kind, within, chance)


def honest_sheets(of: Set, models: Path, each: int) -> Iterator[Photo]:
    """Photos of drawn sheets that nothing is wrong with: `each` of every sort."""
    fonts, labels = installed(of.fonts), models / LABEL_FONT
    for number, sort in enumerate(HONEST * each + SHADED * each):
        chance = np.random.default_rng([of.seed, 1, number])
        other = str(chance.choice([str(font) for font in fonts]))
        print_ = Honest(
            substitute=Path(other) if sort == "substituted_glyph" else None,
            larger_name=float(chance.uniform(1.1, 1.3)) if sort == "larger_name" else 1.0,
            pattern=sort == "security_print",
            watermark=sort == "watermark",
            sealed=sort == "sealed",
        )
        sheet = _sheet(fonts, labels, chance, print_, card=sort == "larger_name")
        pixels = sheet.pixels
        if sort in _BENT_OR_SHADED:
            pixels = _BENT_OR_SHADED[sort](pixels, chance)
        photo = _compressed(of_paper(_smaller(pixels, chance), chance), chance)
        yield Photo(photo, sheet.kind, None, sort)


def shared_honest(of: Set, data: Path, limits: PhotoLimits) -> Iterator[Photo]:
    """Photos of the shared set as they are."""
    for photo, _, sheet in _shared(of, data, limits):
        yield Photo(photo, sheet.kind, None, "shared")


def shared_edits(of: Set, data: Path, limits: PhotoLimits) -> Iterator[Photo]:
    """Photos of the shared set, one field changed in their own pixels."""
    within = replace(of.within, fonts=installed(of.fonts))
    sheets = list(_shared(of, data, limits))
    for number, (photo, to_photo, sheet) in enumerate(sheets):
        chance = np.random.default_rng([of.seed, 2, number])
        kind = CHANGED_PRINT[number % len(CHANGED_PRINT)]
        likely = [s for k, (_, _, s) in enumerate(sheets) if s.kind is sheet.kind and k != number]
        donor = likely[int(chance.integers(len(likely)))]
        forgery = _forgery(sheet, donor, kind, chance)
        changed = _in_photo(photo, to_photo, forgery, within, chance)
        yield Photo(_compressed(changed, chance), sheet.kind, forgery.name, f"shared.{kind}")


def _sheet(
    fonts: Sequence[Path], labels: Path, chance: Chance, honest: Honest, *, card: bool = False
) -> Sheet:
    font = fonts[int(chance.integers(len(fonts)))]
    if card or chance.random() < 0.25:
        return drawn_card(chance, font, labels, honest)
    return drawn_licence(chance, font, labels, honest)


def _honest_print(chance: Chance) -> Honest:
    """What edited sheets carry as honest ones do."""
    return Honest(
        larger_name=float(chance.choice([1.0, 1.2])),
        pattern=bool(chance.random() < 0.5),
        watermark=bool(chance.random() < 0.15),
        sealed=bool(chance.random() < 0.2),
    )


def _changed(sheet: Sheet, donor: Sheet, kind: Kind, within: Range, chance: Chance) -> Photo:
    forgery = _forgery(sheet, donor, kind, chance)
    way = str(chance.choice(["printed", "file", "photo"]))
    if way == "photo":
        placing = placed_by_chance((sheet.pixels.shape[1], sheet.pixels.shape[0]), chance)
        photo = _compressed(of_paper(sheet.pixels, chance, placing), chance, whole=True)
        pixels = _in_photo(photo, placing.to_photo, forgery, within, chance)
    else:
        flat = _smaller(forged(forgery, within, chance), chance)
        pixels = of_paper(flat, chance) if way == "printed" else flat
    return Photo(_compressed(pixels, chance), sheet.kind, forgery.name, f"{way}.{kind}")


def _forgery(sheet: Sheet, donor: Sheet, kind: Kind, chance: Chance) -> Forgery:
    """A field by chance that says what the donor says, or its own text turned round."""
    name = str(chance.choice([name for name in sheet.places if name not in NOT_CHANGED]))
    text = donor.texts.get(name, sheet.texts[name][::-1])
    return Forgery(sheet, name, text[: max(len(sheet.texts[name]) + 2, 4)], kind, donor)


def _in_photo(
    photo: Pixels, to_photo: Matrix, forgery: Forgery, within: Range, chance: Chance
) -> Pixels:
    """A photo with a field changed in its own pixels, in the sheet's perspective."""
    size = (forgery.sheet.pixels.shape[1], forgery.sheet.pixels.shape[0])
    flat = cv2.warpPerspective(photo, np.linalg.inv(to_photo), size, flags=cv2.INTER_CUBIC)
    seen = replace(forgery.sheet, pixels=np.asarray(flat, np.uint8))
    changed = forged(replace(forgery, sheet=seen), within, chance)
    mask = (np.abs(changed.astype(int) - flat).max(2) > 0).astype(np.uint8) * 255
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    frame = photo.shape[1::-1]
    share = cv2.warpPerspective(mask, to_photo, frame)[..., None] / 255.0
    back = cv2.warpPerspective(changed, to_photo, frame, flags=cv2.INTER_CUBIC)
    return np.asarray(np.clip(photo * (1 - share) + back * share, 0, 255), np.uint8)


def _smaller(pixels: Pixels, chance: Chance) -> Pixels:
    """As large as scans and composed files are."""
    scale = float(chance.uniform(0.8, 1.0))
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _compressed(photo: Pixels, chance: Chance, *, whole: bool = False) -> Pixels:
    """As a phone saves it or, unless it stays `whole`, some as a chat application does."""
    if chance.random() < 0.15 and not whole:
        scale = 1280 / max(photo.shape[:2])
        photo = np.asarray(
            cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        )
        return recompressed(photo, int(chance.integers(68, 80)))
    return recompressed(photo, int(chance.integers(80, 95)))


def _shared(of: Set, data: Path, limits: PhotoLimits) -> Iterator[tuple[Pixels, Matrix, Sheet]]:
    """Photos that nothing is wrong with, the map from sheet to photo, and the sheet."""
    folder = data / "documents"
    truths = json.loads((folder / "truth.json").read_text("utf-8"))
    for number, truth in enumerate(truths):
        genuine = fits(truth, screen=False) and not truth["flags"]
        if genuine and number % 2 == of.parity and truth["kind"] != DocumentType.ID_BACK:
            photo = decode_photo((folder / truth["file"]).read_bytes(), limits)
            scale = max(photo.shape[:2]) / max(truth["size"])
            yield photo, *_flat(photo, truth, scale)


def _flat(photo: Pixels, truth: Mapping[str, Any], scale: float) -> tuple[Matrix, Sheet]:
    corners = np.array(truth["quad"]) * scale
    width = float(np.linalg.norm(corners[1] - corners[0]))
    height = float(np.linalg.norm(corners[3] - corners[0]))
    outline = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(outline, corners.astype(np.float32))
    inverse = np.linalg.inv(matrix)
    flat = cv2.warpPerspective(photo, inverse, (int(width), int(height)), flags=cv2.INTER_CUBIC)
    places = {
        label: _extent(transformed(np.array(quad) * scale, inverse))
        for label, quad in truth["field_quads"].items()
    }
    usual = float(np.median([box[3] - box[1] for box in places.values()]))
    of_one_line = {
        label: box
        for label, box in places.items()
        if box[3] - box[1] < 1.5 * usual and label in _LABELS
    }
    kind = DocumentType(truth["kind"])
    return matrix, Sheet(np.asarray(flat), kind, of_one_line, truth["fields"])


def _extent(points: np.ndarray) -> Box:
    (left, top), (right, bottom) = points.min(0), points.max(0)
    return float(left), float(top), float(right), float(bottom)


_LABELS = {label for names in LABELS.values() for labels in names.values() for label in labels}
