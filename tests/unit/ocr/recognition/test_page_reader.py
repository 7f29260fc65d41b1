"""Lines of a page, with an engine whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr.geometry import Pixels, Quad
from ocr.preprocess.rectify import RectifiedPage
from ocr.recognition.line import Reading
from ocr.recognition.page_reader import PageReader

PAPER, SEAL = (235, 235, 235), (210, 60, 60)
INK, GREY = (30, 30, 30), (180, 180, 180)


def level(top: float) -> Quad:
    return np.array([[100, top], [700, top], [700, top + 30], [100, top + 30]], float)


def askew(top: float) -> Quad:
    return np.array([[200, top + 120], [600, top], [600, top + 30], [200, top + 150]], float)


def page(quads: Sequence[Quad] = ()) -> RectifiedPage:
    pixels = np.full((900, 800, 3), PAPER, np.uint8)
    return RectifiedPage(pixels, np.eye(3), 0, 30.0, quads=tuple(quads))


class KnownEngine:
    """A `TextEngine` that finds the same quads everywhere and records how it was asked."""

    def __init__(self, quads: Sequence[Quad], confidence: float = 0.99) -> None:
        self._quads = list(quads)
        self._confidence = confidence
        self.detections: list[float | None] = []
        self.accurate: list[int] = []
        self.crops: list[Pixels] = []

    def overview(self, photo: Pixels) -> list[Quad]:
        return self._quads

    def overview_resolves(self, photo: Pixels, print_px: float) -> bool:
        return False

    def detect(self, page: Pixels, print_px: float | None) -> list[Quad]:
        self.detections.append(print_px)
        return self._quads

    def downscales(self, page: Pixels, print_px: float) -> bool:
        return print_px > 24

    def read(
        self, crops: Sequence[Pixels], *, quick: bool = False, alphabet: str | None = None
    ) -> list[Reading]:
        self.crops += crops
        if not quick:
            self.accurate.append(len(crops))
        return [Reading("字", (self._confidence,), (0.5,)) for _ in crops]


def test_lines_come_from_top_to_bottom_without_those_askew() -> None:
    engine = KnownEngine([level(500), level(100), askew(300)])
    text = PageReader(engine).read(page())
    assert [line.top for line in text.lines] == [100, 500]
    assert engine.detections == [30.0]


def test_a_watermark_is_removed_and_lines_are_detected_anew() -> None:
    marks = [askew(300), askew(360), askew(420)]
    engine = KnownEngine([level(100), level(800), *marks])
    text = PageReader(engine).read(page())
    assert len(text.lines) == 2
    assert len(engine.detections) == 2


def test_known_marks_are_removed_before_lines_are_detected_and_read() -> None:
    engine = KnownEngine([level(100)])
    marked = replace(page([level(100)]), mark_ink=GREY[0] / PAPER[0])
    marked.pixels[80:150, 200:600:6] = GREY
    marked.pixels[500:520] = INK
    text = PageReader(engine).read(marked)
    assert len(text.lines) == 1
    assert engine.detections == [30.0]
    assert all((crop > 200).all() for crop in engine.crops)


def test_quads_of_the_overview_spare_a_detection_except_at_full_size() -> None:
    engine = KnownEngine([level(100)])
    reader = PageReader(engine)
    reader.read(page([level(100)]))
    assert engine.detections == []
    assert reader.may_gain(page([level(100)]))
    reader.read(page([level(100)]), full_size=True)
    assert engine.detections == [None]


def test_a_doubtful_line_is_read_accurately() -> None:
    sure, doubtful = KnownEngine([level(100)]), KnownEngine([level(100)], confidence=0.5)
    for engine in (sure, doubtful):
        PageReader(engine).read(page())
    assert (sure.accurate, doubtful.accurate) == ([], [1])


def test_under_a_seal_the_red_channel_is_read_too() -> None:
    sealed = page()
    sealed.pixels[100:130, 300:500] = SEAL
    engine = KnownEngine([level(100)], confidence=0.5)
    PageReader(engine).read(sealed)
    assert engine.accurate == [2]


def test_further_attempts_differ_in_height_and_light() -> None:
    engine = KnownEngine([level(100)])
    text = PageReader(engine).read(page())
    heights = [line.height for line in text.reader.attempts(level(100), "0123456789")]
    assert heights[::2] == heights[1::2]
    assert len(set(heights)) == 3


def test_a_line_under_a_seal_is_read_without_its_ink() -> None:
    plain, sealed = page(), page()
    sealed.pixels[60:170, 300:420] = SEAL
    for one, count in ((plain, 0), (sealed, 3)):
        reader = PageReader(KnownEngine([level(100)])).read(one).reader
        assert len(reader.under_seal(level(100), "0123456789年月日")) == count


def test_letters_of_a_seal_are_read_where_print_runs_across_it() -> None:
    region = np.array([[100, 100], [700, 100], [700, 700], [100, 700]], float)
    for printed, count in ((False, 0), (True, 2)):
        sheet = page()
        cv2.circle(sheet.pixels, (400, 400), 110, SEAL, 5)
        if printed:
            sheet.pixels[310:335, 330:470] = (30, 30, 30)
        letters = PageReader(KnownEngine([level(100)])).read(sheet).reader.seal_letters(region)
        assert len(letters) == count
        assert all(line.left == pytest.approx(290, abs=5) for line in letters)
    assert PageReader(KnownEngine([level(100)])).read(page()).reader.seal_letters(region) == []
