"""How the characters of a line were printed: weight, font, size, ink, and the paper between them.

Characters differ among themselves more than fonts do: 一 has little ink and 警 much. Each is
measured against the same character of one reference font, so that lines of different texts can be
compared. Measures of ink are taken in the red channel, where seals are as light as paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.geometry import Pixels, crop_quad
from ocr.recognition.line import Line
from ocr.validation.line_paper import LinePaper, line_paper

Floats = NDArray[np.float64]
Map = NDArray[np.float32]  # (height, width)

# Of each character, logarithms, as differences from the reference font's.
OF_CHARACTERS = (
    "stroke",  # width of strokes
    "darkness",  # of ink, as a share of the paper's light
    "width",
    "height",
    "sharpness",  # of edges, over darkness
)
HAN, OTHER = "han", "other"  # digits and letters are designed apart from Chinese characters
MARGIN = 0.5  # line heights around a line that are looked at with it
MIN_SHARE = 0.08  # of the paper's light that ink takes away: less is paper
RED = 0.2  # by which a share of red light exceeds that of green: a seal, not print
MAX_CHARACTERS = 24
MIN_WIDTH = 4  # px of a character
MIN_INK = 12.0  # px of full ink that a character has at least
SPACED = "至"  # between dates it is set with spaces, which a recogniser does not report
MIN_STEPS = 2  # from one Chinese character to the next, of which a pitch is taken
REFERENCE_PX = 40
LITTLE = 1e-3  # keeps quotients of nothing finite
PAPER_STEP = 4  # px between which the paper's light is taken
LIGHT_PARTS = (16, 4)  # along and down, of which the paper's light is compared


@dataclass(frozen=True)
class LinePrint:
    """What was measured of a line.

    `characters` by class: float64 (characters, len(OF_CHARACTERS)); `pitch` px between Chinese
    characters, None where there are too few; `paper` around the line; `uneven` logarithm of the
    paper's most light around the line over its least, beyond the paper's step at the line.
    """

    characters: dict[str, Floats]
    pitch: float | None
    paper: LinePaper
    uneven: float


@dataclass(frozen=True)
class Glyph:
    """A character of the reference font.

    Its `measures`, float64 (len(OF_CHARACTERS),), and the `middle` of its ink, in em to the right
    of a fixed place.
    """

    measures: Floats
    middle: float


class Reference:
    """A font whose characters others are measured against."""

    def __init__(self, font: Path) -> None:
        """The font is opened when the first character is asked for."""
        self._path = font
        self._measured = cache(self._measure)

    def of(self, character: str) -> Glyph:
        """A character of the font."""
        return self._measured(character)

    @cached_property
    def _font(self) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(self._path), REFERENCE_PX)

    def _measure(self, character: str) -> Glyph:
        image = Image.new("L", (2 * REFERENCE_PX, 2 * REFERENCE_PX), 0)
        place = (REFERENCE_PX / 2, REFERENCE_PX / 2)
        ImageDraw.Draw(image).text(place, character, 255, self._font)
        ink = np.asarray(cv2.GaussianBlur(np.asarray(image, np.float32) / 255, (0, 0), 0.8))
        measures = _measures(ink, np.array([0, ink.shape[1]]))[0]
        return Glyph(measures, _middle(ink) / REFERENCE_PX - 1.0)


def line_print(line: Line, page: Pixels, reference: Reference) -> LinePrint | None:
    """The print of a line of a page, uint8 (height, width, 3); None where it shows too little."""
    crop, inner = _around(line, page)
    paper = _paper(crop)
    share = crop / np.maximum(paper, 1.0)
    ink = np.clip(1 - share[..., 0], 0, 1).astype(np.float32)
    ink[(ink < MIN_SHARE) | (share[..., 0] - share[..., 1] > RED)] = 0
    top, bottom, left, right = inner
    if right - left < 8 or bottom - top < 8:
        return None
    band = ink[max(top - 2, 0) : bottom + 2, left:right]
    letters = _letters(line)
    characters, pitch = _characters(band, letters, reference)
    if not characters:
        return None
    around = line_paper(crop, share, inner)
    return LinePrint(characters, pitch, around, _uneven(paper[:, left:right], around.step))


def _around(line: Line, page: Pixels) -> tuple[Map, tuple[int, int, int, int]]:
    """The line laid level with a margin, float32, and where in it the line is."""
    quad = np.array(line.quad)
    down = (quad[3] + quad[2] - quad[0] - quad[1]) / 2
    along = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
    height, width = float(np.linalg.norm(down)), float(np.linalg.norm(along))
    along_margin = along / max(width, 1.0) * height * MARGIN
    grown = quad + np.array([
        -down * MARGIN - along_margin, -down * MARGIN + along_margin,
        down * MARGIN + along_margin, down * MARGIN - along_margin,
    ])  # fmt: skip
    crop = crop_quad(page, grown).astype(np.float32)
    margin = MARGIN * height
    return crop, (
        int(margin), int(crop.shape[0] - margin), int(margin), int(crop.shape[1] - margin)
    )  # fmt: skip


def _paper(crop: Map) -> Map:
    """The light of the paper at each pixel: the lightest nearby, smoothed."""
    light = cv2.blur(crop, (3, 3))
    light = cv2.dilate(light, np.ones((PAPER_STEP + 1,) * 2, np.uint8))[::PAPER_STEP, ::PAPER_STEP]
    size = max(crop.shape[0] // (3 * PAPER_STEP), 1) | 1
    light = cv2.blur(cv2.dilate(light, np.ones((size, size), np.uint8)), (size, size))
    return np.asarray(cv2.resize(light, crop.shape[1::-1]), np.float32)


def _uneven(paper: Map, step: Floats) -> float:
    """By how much the light of paper varies, as a logarithm, beyond its step at the line.

    Paper that comes with a line has a step there, however strong: light varies beside it, too.
    """
    parts = cv2.resize(paper, LIGHT_PARTS, interpolation=cv2.INTER_AREA).mean(-1)
    varies = float(np.log((parts.max() + 1) / (parts.min() + 1)))
    return max(varies - float(np.abs(step).max()), 0.0)


def _letters(line: Line) -> list[tuple[str, float]]:
    """The characters and their middles, as shares of the line's width."""
    count = len(line.text)
    places = line.places
    if len(places) != count:
        places = tuple((k + 0.5) / count for k in range(count))
    return list(zip(line.text, places, strict=True))[:MAX_CHARACTERS]


def _characters(
    band: Map, letters: list[tuple[str, float]], reference: Reference
) -> tuple[dict[str, Floats], float | None]:
    """Measures of each character against the reference, by class, and the line's pitch."""
    middles = np.array([place for _, place in letters]) * band.shape[1]
    edges = _cuts(band, middles)
    measured = _measures(band, edges)
    by_class: dict[str, list[Floats]] = {HAN: [], OTHER: []}
    kinds = [_class_of(character) for character, _ in letters]
    centres = np.full(len(letters), np.nan)  # of Chinese characters, px, as if all were alike
    em = float(np.median(np.diff(edges)))
    for number, kind in enumerate(kinds):
        cell = band[:, edges[number] : edges[number + 1]]
        if kind is None or cell.shape[1] < MIN_WIDTH or cell.sum() < MIN_INK:
            continue
        character = letters[number][0]
        glyph = reference.of(character)
        by_class[kind].append(measured[number] - glyph.measures)
        if kind == HAN and character not in SPACED:
            centres[number] = edges[number] + _middle(cell) - em * glyph.middle
    return {kind: np.array(rows) for kind, rows in by_class.items() if rows}, _pitch(centres)


def _cuts(band: Map, middles: Floats) -> NDArray[np.int_]:
    """Where characters begin and end: near halfway between two middles, where least ink is."""
    width = band.shape[1]
    column = np.convolve(band.sum(0), [0.25, 0.5, 0.25], "same")
    halfway = (middles[1:] + middles[:-1]) / 2
    reach = np.diff(middles) / 3
    cuts = []
    for place, far in zip(halfway, reach, strict=True):
        low, high = max(int(place - far), 0), min(int(place + far) + 1, width)
        near = column[low:high] + 0.02 * np.abs(np.arange(low, high) - place)
        cuts.append(low + int(np.argmin(near)) if len(near) else int(place))
    half = float(np.median(np.diff(middles))) * 0.75 if len(middles) > 1 else width
    first, last = max(middles[0] - half, 0), min(middles[-1] + half, width)
    return np.maximum.accumulate(np.array([int(first), *cuts, int(last)]))


def _class_of(character: str) -> str | None:
    if "\u4e00" <= character <= "\u9fff":
        return HAN
    return OTHER if character.isascii() and character.isalnum() else None


def _measures(ink: Map, cuts: NDArray[np.int_]) -> Floats:
    """Measures of the ink between cuts, float64 (len(cuts) - 1, len(OF_CHARACTERS)).

    Sums over columns alone, so that a line is measured at once.
    """
    across = cv2.Sobel(ink, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(ink, cv2.CV_32F, 0, 1, scale=1 / 8)
    slope = cv2.magnitude(across, down)
    y = np.arange(len(ink), dtype=np.float32)
    x = np.arange(ink.shape[1], dtype=np.float64)
    column = ink.sum(0, dtype=np.float64)
    columns = np.stack([
        column, (ink**2).sum(0), column * x, column * x**2, y @ ink, y**2 @ ink,
        slope.sum(0), (slope**2).sum(0),
    ])  # fmt: skip
    whole = np.concatenate([np.zeros((len(columns), 1)), np.cumsum(columns, axis=1)], axis=1)
    mass, mass2, mx, mxx, my, myy, edge, edge2 = np.diff(whole[:, cuts], axis=1) + LITTLE
    dark = mass2 / mass
    return np.stack([
        np.log(2 * mass / edge),
        np.log(dark),
        0.5 * np.log(np.maximum(mxx / mass - (mx / mass) ** 2, 0.1)),
        0.5 * np.log(np.maximum(myy / mass - (my / mass) ** 2, 0.1)),
        np.log(edge2 / edge / dark),
    ], axis=1)  # fmt: skip


def _middle(cell: Map) -> float:
    """Where along a cell's width its ink has its middle, px."""
    return float(cell.sum(0) @ np.arange(cell.shape[1]) / (cell.sum() + LITTLE))


def _pitch(places: Floats) -> float | None:
    """Px from one Chinese character to the next, where enough stand together; NaN are others."""
    steps = np.diff(places)
    steps = steps[~np.isnan(steps)]
    return float(np.median(steps)) if len(steps) >= MIN_STEPS else None
