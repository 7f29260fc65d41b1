"""Text lines of an upright page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.document_types import is_furniture
from ocr.preprocess.rectify import Page, cut_strip
from ocr.recognition.engine import CLEAR, Pixels, Quad, Reading, TextEngine
from ocr.validation.flags import Corners

MOST_ASKEW = 8.0  # degrees
WATERMARKED = 3  # lines askew
PALE = (0.5, 0.95)  # of paper: how light a watermark's ink may be taken to be
MARK_MARGIN = 0.04  # of paper: ink must be darker than the mark's by this much to be found,
SOFT = 0.10  # and is drawn up to this much lighter, so that strokes keep their edges
DIM, BRIGHT = 130, 220  # of 255: paper darker than the one is brightened to the other
ENDS = (0.15, 0.60)  # line heights added before and after: detectors cut the last bracket off
SURE = 0.9  # every character of a line: then the quick recogniser is believed
TALL = 1.5  # a box higher than this many of its widths holds words set under one another
STAMPED = 0.01  # of a line's pixels red: a seal lies over it


@dataclass(frozen=True)
class Line:
    """One line of text on a page.

    `quad` in page pixels, from the text's top left clockwise; for each character `sure` has the
    recogniser's probability and `places` its middle, as a share of the line's width.
    """

    text: str
    quad: Corners
    sure: tuple[float, ...] = ()
    places: tuple[float, ...] = ()

    @property
    def confidence(self) -> float:
        """Mean over the characters, 0..1; 0 where none was read."""
        return float(np.mean(self.sure)) if self.sure else 0.0

    @property
    def left(self) -> float:
        return (self.quad[0][0] + self.quad[3][0]) / 2

    @property
    def right(self) -> float:
        return (self.quad[1][0] + self.quad[2][0]) / 2

    @property
    def top(self) -> float:
        return (self.quad[0][1] + self.quad[1][1]) / 2

    @property
    def bottom(self) -> float:
        return (self.quad[2][1] + self.quad[3][1]) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def slope(self) -> float:
        """Rise of the line over its run: curled paper leaves each line a slope of its own."""
        run = self.right - self.left
        if run < 3 * self.height:
            return 0.0
        (_, top), (_, end), (_, low), (_, start) = self.quad
        return ((end - top) + (low - start)) / 2 / run

    def middle_at(self, x: float) -> float:
        """How high the line's middle would run at `x`."""
        return self.middle + self.slope * (x - (self.left + self.right) / 2)

    def part(self, start: int, end: int | None = None) -> Line:
        """The line of its characters from `start` on, up to `end`."""
        end = len(self.text) if end is None else end
        edges = self._edges()
        low, high = edges[start], edges[end]
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.quad
        quad = (
            (x0 + (x1 - x0) * low, y0 + (y1 - y0) * low),
            (x0 + (x1 - x0) * high, y0 + (y1 - y0) * high),
            (x3 + (x2 - x3) * high, y3 + (y2 - y3) * high),
            (x3 + (x2 - x3) * low, y3 + (y2 - y3) * low),
        )
        span = max(high - low, 1e-6)
        places = tuple((place - low) / span for place in self.places[start:end])
        return Line(self.text[start:end], quad, self.sure[start:end], places)

    def until(self, right: float) -> Line:
        """The line stretched or cut to end at `right`."""
        (x0, y0), (_, y1), (_, y2), (x3, y3) = self.quad
        return replace(self, quad=((x0, y0), (right, y1), (right, y2), (x3, y3)))

    def _edges(self) -> list[float]:
        """Where each character begins, as a share of the width, and where the last one ends."""
        count = len(self.text)
        if len(self.places) != count:
            return [k / max(count, 1) for k in range(count + 1)]
        typical = min(1.0 / max(count, 1), self.height / max(self.right - self.left, 1.0)) / 2
        begins = [
            max(p - typical, (q + p) / 2)
            for q, p in zip((0.0, *self.places), self.places, strict=False)
        ]
        return [0.0, *begins[1:], 1.0] if count else [0.0]


def line_of(reading: Reading, quad: Quad) -> Line:
    """A reading as a line: full-width forms made narrow, white space gone."""
    letters = [
        (letter, sure, place)
        for character, sure, place in zip(reading.text, reading.sure, reading.places, strict=True)
        for letter in plain(character)
    ]
    corners = tuple((float(x), float(y)) for x, y in quad)
    return Line(
        text="".join(letter for letter, _, _ in letters),
        quad=corners,
        sure=tuple(sure for _, sure, _ in letters),
        places=tuple(place for _, _, place in letters),
    )


class Paper:
    """An upright page prepared for reading; `closely` without sparing any of its size."""

    def __init__(self, page: Page, engine: TextEngine, *, closely: bool = False) -> None:
        self._engine = engine
        self._print_px = CLEAR if closely else page.print_px
        self._seen = () if closely else page.quads
        self._pixels = brightened(page.pixels)

    def lines(self) -> tuple[Line, ...]:
        """The lines of the page, from top to bottom, but for those that run askew.

        Where several run askew over the text, as watermarks do, coloured ink and ink as pale as
        theirs is looked through.
        """
        paper = even_paper(self._pixels[..., 0])
        quads: Sequence[Quad] = self._seen or self._engine.boxes(paper, self._print_px)
        marks = _watermark(quads)
        if marks:
            ink = self._pixels.max(2)
            pale = _darkness(_shade(ink), marks) - MARK_MARGIN
            paper = even_paper(ink, float(np.clip(pale, *PALE)))
            self._pixels = even_paper(ink, float(np.clip(pale + SOFT, *PALE)))
            quads = self._engine.boxes(paper, self._print_px)
        quads = [part for quad in quads if not _askew(quad) for part in _parts(paper, quad)]
        lines = [line for line in self._skim(quads) if line.text]
        return tuple(sorted(lines, key=lambda line: (line.middle, line.left)))

    def _skim(self, quads: Sequence[Quad]) -> list[Line]:
        """All lines by the quick recogniser; those it is unsure of, and that matter, carefully."""
        grown = [_with_ends(quad, quads) for quad in quads]
        strips = [cut_strip(self._pixels, quad) for quad in grown]
        lines = []
        for reading, strip, quad in zip(
            self._engine.read(strips, quick=True), strips, grown, strict=True
        ):
            line = line_of(reading, quad)
            if min(line.sure, default=0.0) < SURE and not is_furniture(line.text):
                line = self._careful(strip, quad)
            lines.append(line)
        return lines

    def _careful(self, strip: Pixels, quad: Quad, alphabet: str | None = None) -> Line:
        looks = [strip, _red_channel(strip)] if _stamped(strip) else [strip]
        read = self._engine.read(looks, alphabet=alphabet)
        return line_of(max(read, key=lambda reading: reading.confidence), quad)

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        """The lines that stand in the quads; quads without text give none."""
        grown = [_with_ends(quad, quads) for quad in quads]
        lines = [self._careful(cut_strip(self._pixels, quad), quad, alphabet) for quad in grown]
        return [line for line in lines if line.text]

    def looks(self, quad: Quad, alphabet: str) -> list[Line]:
        """A line read again in several ways: with evened light, taller, lower."""
        down = quad[3] - quad[0]
        even = even_paper(self._pixels[..., 0])
        found = []
        for grow in (0.0, 0.12, -0.08):
            grown = np.array(
                [
                    quad[0] - grow * down,
                    quad[1] - grow * down,
                    quad[2] + grow * down,
                    quad[3] + grow * down,
                ]
            )
            for pixels in (self._pixels, even):
                (reading,) = self._engine.read([cut_strip(pixels, grown)], alphabet=alphabet)
                found.append(line_of(reading, grown))
        return found


def even_paper(channel: Pixels, lightest: float = 0.98) -> Pixels:
    """One channel of a page with its light evened out, three channels wide.

    Paper becomes white and the darkest ink black, in shadow and in glare alike; what is lighter
    than `lightest` times its paper becomes white too.
    """
    share = _shade(channel)
    ink = min(float(np.percentile(share[::3, ::3], 0.5)), lightest - 0.2)
    share -= ink
    share *= 255 / (lightest - ink)
    even = np.clip(share, 0, 255, out=share).astype(np.uint8)
    return np.asarray(cv2.cvtColor(even, cv2.COLOR_GRAY2RGB), np.uint8)


def _shade(channel: Pixels) -> NDArray[np.float32]:
    """How light each pixel is, as a share of the paper around it."""
    scale = min(1.0, 300 / max(channel.shape))
    small = cv2.resize(channel, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    light = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    light = cv2.GaussianBlur(light, (15, 15), 0)
    size = (channel.shape[1], channel.shape[0])
    background = np.maximum(cv2.resize(light, size, interpolation=cv2.INTER_LINEAR), 16)
    return np.asarray(np.divide(channel, background, dtype=np.float32))


def brightened(pixels: Pixels) -> Pixels:
    """A photo taken in little light, made as bright as others are."""
    light = float(np.percentile(pixels[::8, ::8].max(2), 90))
    if light > DIM:
        return pixels
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=BRIGHT / max(light, 16.0)), np.uint8)


def _watermark(quads: Sequence[Quad]) -> list[Quad]:
    """The lines that run askew across the level text, where there are several."""
    level = [quad for quad in quads if not _askew(quad)]
    if not level:
        return []
    corners = np.concatenate(level)
    low, high = np.percentile(corners, 10, axis=0), np.percentile(corners, 90, axis=0)
    across = [
        quad
        for quad in quads
        if _askew(quad) and (low < quad.mean(0)).all() and (quad.mean(0) < high).all()
    ]
    return across if len(across) >= WATERMARKED else []


def _darkness(share: NDArray[np.float32], quads: Sequence[Quad]) -> float:
    """How light the ink of some lines is, as a share of their paper."""
    inks = []
    for quad in quads:
        (left, top), (right, bottom) = quad.min(0).astype(int), quad.max(0).astype(int)
        part = share[max(top, 0) : bottom + 1, max(left, 0) : right + 1]
        if part.size:
            inks.append(float(np.percentile(part, 10)))
    return float(np.median(inks)) if inks else 1.0


def plain(text: str) -> str:
    """Full-width forms made narrow, white space gone."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _stamped(strip: Pixels) -> bool:
    """Whether a seal lies over the strip."""
    red, green, blue = (strip[..., k].astype(np.int16) for k in range(3))
    return bool(((red > 90) & (red - np.maximum(green, blue) > 50)).mean() > STAMPED)


def _red_channel(strip: Pixels) -> Pixels:
    """The strip as its red channel shows it, where red ink is as light as paper."""
    return np.repeat(strip[..., :1], 3, axis=2)


def _askew(quad: Quad) -> bool:
    """Whether a line runs several degrees off level; of short ones nobody can tell."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    if np.linalg.norm(across) < 2.5 * np.linalg.norm(down):
        return False
    return bool(abs(across[1]) > np.tan(np.radians(MOST_ASKEW)) * abs(across[0]))


def _with_ends(quad: Quad, others: Sequence[Quad]) -> Quad:
    """The quad a little longer, but not into what stands before or after it on its row."""
    across = quad[1] - quad[0]
    height = float(np.linalg.norm(quad[3] - quad[0]))
    along = across / max(float(np.linalg.norm(across)), 1.0)
    low, high = float(quad[[1, 2], 1].min()), float(quad[[1, 2], 1].max())
    spaces = [end * height for end in ENDS]
    for other in others:
        overlap = min(high, float(other[:, 1].max())) - max(low, float(other[:, 1].min()))
        if other is quad or overlap < 0.3 * height:
            continue
        gaps = (
            float(quad[[0, 3], 0].min() - other[:, 0].max()),
            float(other[:, 0].min() - quad[[1, 2], 0].max()),
        )
        spaces = [
            min(s, max(g / 2, 0.0)) if g > -height else s for s, g in zip(spaces, gaps, strict=True)
        ]
    before, after = (space * along for space in spaces)
    return np.array([quad[0] - before, quad[1] + after, quad[2] + after, quad[3] - before])


def _parts(paper: Pixels, quad: Quad) -> Sequence[Quad]:
    """The quad itself, or, where labels stand under one another, a quad for each."""
    width = float(np.linalg.norm(quad[1] - quad[0]))
    height = float(np.linalg.norm(quad[3] - quad[0]))
    if height < TALL * width or height < 24:
        return [quad]
    strip = cut_strip(paper, quad)[..., 0]
    _, ink = cv2.threshold(strip, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    rows = (ink > 0).sum(1) > 0.06 * strip.shape[1]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(np.int8), [0]])))
    runs = [(s, e) for s, e in edges.reshape(-1, 2) if e - s > 0.35 * width]
    if len(runs) < 2:
        return [quad]
    pad = 0.12 * width
    return [_between(quad, (s - pad) / height, (e + pad) / height) for s, e in runs]


def _between(quad: Quad, start: float, end: float) -> Quad:
    left, right = quad[3] - quad[0], quad[2] - quad[1]
    return np.array(
        [
            quad[0] + left * start,
            quad[1] + right * start,
            quad[1] + right * end,
            quad[0] + left * end,
        ]
    )
