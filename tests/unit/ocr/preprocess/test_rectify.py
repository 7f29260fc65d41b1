"""Sheets straightened by their own lines."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from ocr.geometry import Pixels, Quad
from ocr.preprocess.rectify import rectify
from ocr.recognition.line import Reading


def quad(left: float, top: float, right: float, bottom: float) -> Quad:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)


class KnownText:
    """A `TextEngine` whose text is where the quads are, and reads well upright."""

    def __init__(self, quads: list[Quad]) -> None:
        self._quads = quads

    def overview(self, photo: Pixels) -> list[Quad]:
        return self._quads

    def overview_resolves(self, photo: Pixels, print_px: float) -> bool:
        return print_px >= 24

    def detect(self, page: Pixels, print_px: float | None) -> list[Quad]:
        return []

    def downscales(self, page: Pixels, print_px: float) -> bool:
        return False

    def read(
        self, crops: Sequence[Pixels], *, quick: bool = False, alphabet: str | None = None
    ) -> list[Reading]:
        return [Reading("字", (0.99,), (0.5,)) for _ in crops]


@pytest.mark.parametrize("turn", [-20.0, 0.0, 35.0])
def test_a_sheet_in_perspective_is_laid_level(turn: float) -> None:
    sheet = quad(0, 0, 700, 500)
    angle = np.radians(turn)
    rotate = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    seen = (np.array([[-310, -200], [330, -260], [350, 250], [-300, 190]]) @ rotate) + (600, 450)
    matrix = cv2.getPerspectiveTransform(sheet.astype(np.float32), seen.astype(np.float32))
    photo = cv2.warpPerspective(np.full((500, 700, 3), 245, np.uint8), matrix, (1200, 900))
    lines = [quad(80, 60 + 50 * n, 620, 90 + 50 * n) for n in range(8)]
    in_photo = [cv2.perspectiveTransform(line[None], matrix)[0] for line in lines]
    (page,) = rectify(np.asarray(photo, np.uint8), KnownText(in_photo))
    back = np.linalg.inv(page.to_photo)
    for line in in_photo:
        level = cv2.perspectiveTransform(line[None], back)[0]
        slope = (level[1, 1] - level[0, 1]) / (level[1, 0] - level[0, 0])
        assert abs(slope) < 0.01


@pytest.mark.parametrize("height", [12, 30, 60])
def test_a_page_is_as_large_as_its_print_needs_and_detected_once_where_that_was_clear(
    height: int,
) -> None:
    lines = [quad(200, 60 + 2 * height * n, 1000, 60 + (2 * n + 1) * height) for n in range(6)]
    photo = np.full((900, 1200, 3), 245, np.uint8)
    (page,) = rectify(photo, KnownText(lines))
    assert page.print_px <= 48.01
    assert page.print_px * page.downscale == pytest.approx(2 * height, rel=0.15)
    assert len(page.quads) == (0 if height < 24 else len(lines))
    for drawn, line in zip(page.quads, lines, strict=False):
        there = page.in_photo(tuple((x, y) for x, y in drawn.tolist()))
        assert np.allclose(there, line, atol=1.0)
    window = page.window(photo, (0.0, 0.0), (200.0, 100.0))
    assert window.shape[1] == pytest.approx(200 * page.downscale, abs=2)


def test_a_photo_without_text_has_no_pages() -> None:
    assert rectify(np.full((900, 1200, 3), 245, np.uint8), KnownText([])) == []


class CoveredText(KnownText):
    """One whose lines are found only in a photo without the grey marks across them."""

    def __init__(self, quads: list[Quad], marks: list[Quad]) -> None:
        super().__init__(quads)
        self._marks = marks
        self.overviews = 0

    def overview(self, photo: Pixels) -> list[Quad]:
        self.overviews += 1
        grey = (np.abs(photo.astype(int) - 180) < 20).all(2).any()
        return [*self._quads[:2], *self._marks] if grey else self._quads


def askew(left: float, top: float) -> Quad:
    along, down = np.array([260, -150]), np.array([15, 26])
    start = np.array([left, top], float)
    return np.array([start, start + along, start + along + down, start + down])


def test_text_is_detected_again_without_marks_across_it() -> None:
    lines = [quad(200, 100 + 80 * n, 900, 130 + 80 * n) for n in range(8)]
    marks = [askew(150 + 250 * n, 350 + 200 * m) for n in range(3) for m in range(3)]
    photo = np.full((900, 1200, 3), 245, np.uint8)
    for quads, ink, width in ((marks, 180, 8), (lines, 20, 2)):
        corners = [one.astype(np.int32) for one in quads]
        cv2.polylines(photo, corners, True, (ink, ink, ink), width)
    engine = CoveredText(lines, marks)
    (page,) = rectify(photo, engine)
    assert engine.overviews == 2
    assert len(page.quads) == len(lines)
    assert page.mark_ink == pytest.approx(180 / 245, abs=0.05)
    assert page.turn == 0


def test_text_is_detected_once_where_no_marks_are() -> None:
    lines = [quad(200, 100 + 80 * n, 900, 130 + 80 * n) for n in range(8)]
    engine = CoveredText(lines, [])
    (page,) = rectify(np.full((900, 1200, 3), 245, np.uint8), engine)
    assert (engine.overviews, page.mark_ink) == (1, None)
