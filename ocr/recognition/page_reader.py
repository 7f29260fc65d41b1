"""The text lines of an upright page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial

from ocr.geometry import LazyPixels, Pixels, Quad, is_askew
from ocr.preprocess.enhance import (
    brightened,
    even_paper,
    watermark,
    without_pale_ink,
    without_watermark,
)
from ocr.preprocess.rectify import RectifiedPage
from ocr.recognition.line import Line
from ocr.recognition.protocols import TextEngine, TextReader
from ocr.recognition.quads import split_stacked
from ocr.recognition.region_reader import RegionReader


@dataclass(frozen=True)
class PageText:
    """The lines of a page from top to bottom, and a reader for second attempts at its regions."""

    lines: tuple[Line, ...]
    reader: TextReader


class PageReader:
    """Reads pages with one engine."""

    def __init__(self, engine: TextEngine) -> None:
        self._engine = engine

    def read(self, page: RectifiedPage, *, full_size: bool = False) -> PageText:
        """The lines of a page, without those that run askew.

        Where marks are known, or several lines run askew over the text, as watermarks do, coloured
        ink and ink as pale as theirs is removed first. `full_size` detects lines anew, and on a
        page that is not made smaller, whatever the height of its print.
        """
        pixels = brightened(page.pixels)
        # Made when it is asked for: where the overview's quads are known few pages need it.
        even: LazyPixels = cache(partial(even_paper, pixels[..., 0]))
        paper = even
        print_px = None if full_size else page.print_px
        quads: Sequence[Quad] = () if full_size else page.quads
        if page.mark_ink is None and not quads:
            quads = self._engine.detect(paper(), print_px)
        if removed := _without_marks(pixels, page.mark_ink, quads):
            bare, pixels = removed
            even, paper = cache(partial(even_paper, pixels[..., 0])), lambda: bare
            quads = self._engine.detect(bare, print_px)
        reader = RegionReader(pixels, even, self._engine)
        return PageText(_lines(reader, paper, quads), reader)

    def may_gain(self, page: RectifiedPage) -> bool:
        """Whether reading a page in `full_size` may show more than reading it as it is."""
        return bool(page.quads) or self._engine.downscales(page.pixels, page.print_px)


def _without_marks(
    pixels: Pixels, mark_ink: float | None, quads: Sequence[Quad]
) -> tuple[Pixels, Pixels] | None:
    """A page without its marks or watermark, to detect and to read; None where it has neither."""
    if mark_ink is not None:
        return without_pale_ink(pixels, mark_ink)
    marks = watermark(quads)
    return without_watermark(pixels, marks) if marks else None


def _lines(reader: RegionReader, paper: LazyPixels, quads: Sequence[Quad]) -> tuple[Line, ...]:
    level = [part for q in quads if not is_askew(q) for part in split_stacked(paper, q)]
    lines = [line for line in reader.skim(level) if line.text]
    return tuple(sorted(lines, key=lambda line: (line.middle, line.left)))
