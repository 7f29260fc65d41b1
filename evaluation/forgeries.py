"""One field of a genuine paper changed as forgers change it.

A field is covered with a patch of the paper's colour (solid, cloned from beside it, or inpainted)
and typed anew; or characters of the sheet are moved over it; or a strip of another sheet is pasted.
The same is done to a flat sheet that is then photographed, and in a photo's own pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from evaluation.sheets import Box, Sheet, font_of
from ocr.geometry import Pixels

Chance = np.random.Generator
Picture = NDArray[np.floating]  # (height, width, 3)
STRIP_MARGIN = 0.15  # line heights of paper that are cut out and laid with a strip


class Kind(StrEnum):
    """What a forger does to a field."""

    OTHER_FONT = "other_font"  # typed anew in another font
    OTHER_WEIGHT = "other_weight"  # in the same font, bolder
    OTHER_SIZE = "other_size"  # in the same font and weight, another size
    SAME_PRINT = "same_print"  # in the same font, weight and size: its patch and ink differ
    MOVED = "moved"  # characters of the same sheet
    PASTED = "pasted"  # a strip of another sheet, with its own light and compression


@dataclass(frozen=True)
class Range:
    """From what the parameters of forgeries are drawn; sizes as shares of the field's own."""

    fonts: Sequence[Path]
    sizes: tuple[float, float]  # of text meant to be of the same size, either way
    other_sizes: tuple[float, float]  # of text that is smaller or larger
    bolder: tuple[float, float]  # px of 40 px print, by which strokes grow
    tilts: tuple[float, float]  # degrees, either way
    shifts: tuple[float, float]  # line heights, either way
    shades: tuple[float, float]  # levels of 255 by which a patch or ink differs
    blurs: tuple[float, float]  # px of 40 px print
    margins: tuple[float, float]  # line heights by which a patch is larger than the text
    qualities: tuple[int, int]  # of the JPEG that a pasted strip comes from


@dataclass(frozen=True)
class Forgery:
    """One field of a sheet that is to say `text`; a `donor` is what a strip is cut from."""

    sheet: Sheet
    name: str
    text: str
    kind: Kind
    donor: Sheet

    @property
    def box(self) -> Box:
        """Where the field is."""
        return self.sheet.places[self.name]

    @property
    def font(self) -> Path:
        """What the sheet is printed in. Raises ValueError where that is not known."""
        if self.sheet.font is None:
            raise ValueError("the font of this sheet is not known")
        return self.sheet.font


def forged(forgery: Forgery, within: Range, chance: Chance) -> Pixels:
    """The sheet with its field changed, uint8 (height, width, 3)."""
    return _CHANGES[forgery.kind](forgery, within, chance)


def _typed_in_other_font(forgery: Forgery, within: Range, chance: Chance) -> Pixels:
    others = [font for font in within.fonts if font != forgery.sheet.font]
    if not others:
        raise ValueError("there is no other font")
    font = others[int(chance.integers(len(others)))]
    return _typed(forgery, font, 1 + _either_way(within.sizes, chance), 0.0, within, chance)


def _typed_bolder(forgery: Forgery, within: Range, chance: Chance) -> Pixels:
    return _typed(forgery, forgery.font, 1.0, chance.uniform(*within.bolder), within, chance)


def _typed_in_other_size(forgery: Forgery, within: Range, chance: Chance) -> Pixels:
    size = 1 + _either_way(within.other_sizes, chance)
    return _typed(forgery, forgery.font, size, 0.0, within, chance)


def _typed_alike(forgery: Forgery, within: Range, chance: Chance) -> Pixels:
    return _typed(forgery, forgery.font, 1.0, 0.0, within, chance)


def _either_way(within: tuple[float, float], chance: Chance) -> float:
    return float(chance.uniform(*within) * chance.choice([-1, 1]))


def _typed(
    forgery: Forgery, font: Path, size: float, bolder: float, within: Range, chance: Chance
) -> Pixels:
    """The field covered, and the text typed over it as high as its characters were."""
    picture, box = forgery.sheet.pixels.astype(np.float32), forgery.box
    height = box[3] - box[1]
    ink = _ink(picture, box) + _either_way(within.shades, chance)
    typeface = font_of(font, max(round(size * _px_of_height(font, height)), 8))
    end = min(max(box[2], box[0] + typeface.getlength(forgery.text)), picture.shape[1] - 2.0)
    wide = (box[0], box[1], end, box[3])
    covered = _covered(picture, _grown(wide, within, chance), within, chance)
    shift = np.array([_either_way(within.shifts, chance) for _ in range(2)]) * height
    letters = _letters(
        covered.shape[:2],
        (box[0] + shift[0], (box[1] + box[3]) / 2 + shift[1]),
        forgery.text,
        typeface,
        bolder * height / 40,
        _either_way(within.tilts, chance),
    )
    soft = chance.uniform(*within.blurs) * height / 40
    letters = cv2.GaussianBlur(letters, (0, 0), max(soft, 0.05))[..., None]
    return _clipped(covered * (1 - letters) + ink * letters)


def _letters(
    shape: tuple[int, int],
    at: tuple[float, float],
    text: str,
    font: ImageFont.FreeTypeFont,
    bolder: float,
    tilt: float,
) -> Picture:
    """How much of each pixel is ink, 0..1; `at` is the left end and the middle of the text."""
    layer = Image.new("L", (shape[1] * 2, shape[0] * 2), 0)
    large = font.font_variant(size=font.size * 2)
    box = large.getbbox(text, anchor="ls")
    place = (at[0] * 2 - box[0], at[1] * 2 - (box[1] + box[3]) / 2)
    draw = ImageDraw.Draw(layer)
    draw.text(place, text, 255, large, anchor="ls", stroke_width=round(bolder))
    small = cv2.resize(np.asarray(layer), shape[::-1], interpolation=cv2.INTER_AREA)
    turn = cv2.getRotationMatrix2D(at, tilt, 1.0)
    turned = cv2.warpAffine(small, turn, shape[::-1])
    return np.asarray(turned, np.float32) / 255


def _px_of_height(font: Path, height: float) -> float:
    """The size in which a font's characters are so high."""
    _, top, _, low = font_of(font, 100).getbbox("国市0", anchor="ls")
    return 100 * height / (low - top)


def _ink(picture: Picture, box: Box) -> NDArray[np.floating]:
    """The colour of a field's print."""
    inside = _inside(picture, box).reshape(-1, 3)
    light = inside.mean(1)
    return np.asarray(np.median(inside[light <= np.percentile(light, 6)], axis=0), np.float32)


def _grown(box: Box, within: Range, chance: Chance) -> Box:
    by = chance.uniform(*within.margins) * (box[3] - box[1])
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def _covered(picture: Picture, box: Box, within: Range, chance: Chance) -> Picture:
    """The box in the colour of its paper: solid, cloned from under it, or inpainted."""
    left, top, right, bottom = _whole(box, picture)
    patched = picture.copy()
    way = chance.choice(["solid", "cloned", "inpainted"])
    shade = _either_way(within.shades, chance) / 2
    around = _inside(picture, (left - 8, top - 8, right + 8, bottom + 8)).reshape(-1, 3)
    paper = np.percentile(around, 75, axis=0)
    if way == "inpainted":
        return _inpainted(picture, (left, top, right, bottom))
    if way == "cloned":
        texture = _blank_texture(picture, bottom - top, right - left, chance)
        patched[top:bottom, left:right] = texture - texture.mean((0, 1)) + paper + shade
        return patched
    patched[top:bottom, left:right] = paper + shade
    return patched


def _inpainted(picture: Picture, box: tuple[int, int, int, int]) -> Picture:
    """The print of a box filled in from around it (Telea, 2004)."""
    left, top, right, bottom = box
    part = _clipped(picture[top:bottom, left:right])
    grey = part.min(2)
    dark = (grey < np.percentile(grey, 80) - 14).astype(np.uint8)
    filled = cv2.inpaint(part, cv2.dilate(dark, np.ones((5, 5), np.uint8)), 5, cv2.INPAINT_TELEA)
    patched = picture.copy()
    patched[top:bottom, left:right] = filled
    return patched


def _blank_texture(picture: Picture, height: int, width: int, chance: Chance) -> Picture:
    """A piece of the sheet with as little print as can be found."""
    rows, columns = picture.shape[0] - height, picture.shape[1] - width
    tries = [(int(chance.integers(rows)), int(chance.integers(columns))) for _ in range(40)]
    pieces = [picture[y : y + height, x : x + width] for y, x in tries]
    return min(pieces, key=lambda piece: float(piece[::2, ::2].std()))


def _moved(forgery: Forgery, within: Range, chance: Chance) -> Pixels:
    """Characters of another field laid over this one, their paper with them."""
    others = [place for place in forgery.sheet.places.values() if place != forgery.box]
    strip = _like(others, forgery.box, chance)
    return _laid(forgery, forgery.sheet.pixels, strip, _either_way((0.0, within.shades[0]), chance))


def _pasted(forgery: Forgery, within: Range, chance: Chance) -> Pixels:
    quality = int(chance.integers(*within.qualities))
    strip = _like(list(forgery.donor.places.values()), forgery.box, chance)
    source = recompressed(forgery.donor.pixels, quality)
    return _laid(forgery, source, strip, _either_way(within.shades, chance))


def _like(places: Sequence[Box], box: Box, chance: Chance) -> Box:
    """One of the three places most like a box in width and height."""

    def unlike(place: Box) -> float:
        width, height = place[2] - place[0], place[3] - place[1]
        wider, higher = width / (box[2] - box[0]), height / (box[3] - box[1])
        return float(abs(np.log(wider)) + abs(np.log(higher)))

    return sorted(places, key=unlike)[int(chance.integers(min(3, len(places))))]


def _laid(forgery: Forgery, source: Pixels, strip: Box, shade: float) -> Pixels:
    """A strip of a picture over the field, scaled to its height."""
    picture, box = forgery.sheet.pixels.astype(np.float32), forgery.box
    piece = _inside(source.astype(np.float32), _with_margin(strip))
    left, top, right, bottom = _whole(_with_margin(box), picture)
    scale = (bottom - top) / piece.shape[0]
    piece = cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    paper = np.percentile(picture[top:bottom, left:right].reshape(-1, 3), 75, axis=0)
    piece = piece + paper - np.percentile(piece.reshape(-1, 3), 75, axis=0) + shade
    high = min(piece.shape[0], picture.shape[0] - top)
    wide = min(piece.shape[1], picture.shape[1] - left)
    picture[top:bottom, left:right] = paper + shade
    picture[top : top + high, left : left + wide] = piece[:high, :wide]
    return _clipped(picture)


def _with_margin(box: Box) -> Box:
    by = STRIP_MARGIN * (box[3] - box[1])
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def recompressed(pixels: Pixels, quality: int) -> Pixels:
    """What a picture is after a JPEG of this quality."""
    _, file = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1], np.uint8)


def _whole(box: Box, picture: Picture) -> tuple[int, int, int, int]:
    height, width = picture.shape[:2]
    left, top = max(int(box[0]), 0), max(int(box[1]), 0)
    return left, top, min(int(box[2] + 1), width), min(int(box[3] + 1), height)


def _inside(picture: Picture, box: Box) -> Picture:
    left, top, right, bottom = _whole(box, picture)
    return picture[top:bottom, left:right]


def _clipped(picture: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


_Change = Callable[[Forgery, Range, Chance], Pixels]
_CHANGES: Mapping[Kind, _Change] = {
    Kind.OTHER_FONT: _typed_in_other_font,
    Kind.OTHER_WEIGHT: _typed_bolder,
    Kind.OTHER_SIZE: _typed_in_other_size,
    Kind.SAME_PRINT: _typed_alike,
    Kind.MOVED: _moved,
    Kind.PASTED: _pasted,
}
