"""Sheets told apart by paper and words, and straightened by their own lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.document_types import signs_of
from ocr.preprocess.rectify import find_pages
from ocr.preprocess.segmentation import Piece, sheets_of, split_by_paper, strip_of
from ocr.recognition.engine import Pixels, Quad, Reading

Box = tuple[float, float, float, float]


def quad(left: float, top: float, right: float, bottom: float) -> Quad:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)


def desk_with(*sheets: Box) -> Pixels:
    photo = np.full((900, 1200, 3), (70, 60, 50), np.uint8)
    for left, top, right, bottom in sheets:
        cv2.rectangle(photo, (int(left), int(top)), (int(right), int(bottom)), (245, 243, 238), -1)
    return photo


def lines_on(sheet: Box, count: int = 5) -> list[Quad]:
    left, top, right, _ = sheet
    return [quad(left + 40, top + 50 + 45 * n, right - 60, top + 75 + 45 * n) for n in range(count)]


def test_lines_on_two_sheets_are_two_groups_however_near() -> None:
    upper, lower = (100, 60, 700, 330), (100, 345, 700, 620)
    strips = [strip_of(q) for q in (*lines_on(upper), *lines_on(lower))]
    groups = split_by_paper(strips, desk_with(upper, lower))
    assert sorted(len(group) for group, _ in groups) == [5, 5]


def test_lines_far_apart_on_one_sheet_are_one_group() -> None:
    sheet = (100, 50, 800, 850)
    strips = [strip_of(q) for q in (*lines_on(sheet, 3), quad(400, 760, 700, 790))]
    assert len(split_by_paper(strips, desk_with(sheet))) == 1


def piece(top: float, direction: float, *words: str) -> Piece:
    strips = [strip_of(quad(100, top, 500, top + 30))]
    return Piece(strips, direction, direction, np.zeros(3), signs_of("\n".join(words)))


def test_pieces_that_complete_each_other_are_one_sheet() -> None:
    upper = piece(100, 0, "营业执照", "统一社会信用代码")
    lower = piece(600, 2, "登记机关", "成立日期")
    assert len(sheets_of([upper, lower])) == 1


def test_a_word_shown_twice_makes_two_sheets() -> None:
    one, other = (piece(top, 0, "姓名", "性别", "住址") for top in (100, 600))
    assert len(sheets_of([one, other])) == 2


def test_pieces_that_run_another_way_are_not_joined() -> None:
    upper = piece(100, 0, "营业执照", "统一社会信用代码")
    assert len(sheets_of([upper, piece(600, 90, "登记机关", "成立日期")])) == 2


class KnownText:
    """Stands in for the recognisers: text is where the quads are, and reads well upright."""

    def __init__(self, quads: list[Quad]) -> None:
        self._quads = quads

    def overview(self, photo: Pixels) -> list[Quad]:
        return self._quads

    def read(self, strips: list[Pixels], *, quick: bool = False) -> list[Reading]:
        return [Reading("字", (0.99,), (0.5,)) for _ in strips]

    def saw_clearly(self, photo: Pixels, print_px: float) -> bool:
        return print_px >= 24


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
    (page,) = find_pages(np.asarray(photo, np.uint8), KnownText(in_photo), signs_of)
    back = np.linalg.inv(page.to_photo)
    for line in in_photo:
        level = cv2.perspectiveTransform(line[None], back)[0]
        slope = (level[1, 1] - level[0, 1]) / (level[1, 0] - level[0, 0])
        assert abs(slope) < 0.01


@pytest.mark.parametrize("height", [12, 30, 60])
def test_a_page_is_as_large_as_its_print_needs_and_seen_once_where_that_was_clear(
    height: int,
) -> None:
    lines = [quad(200, 60 + 2 * height * n, 1000, 60 + (2 * n + 1) * height) for n in range(6)]
    photo = np.full((900, 1200, 3), 245, np.uint8)
    (page,) = find_pages(photo, KnownText(lines), signs_of)
    assert page.print_px <= 48.01
    assert page.print_px * page.spared == pytest.approx(2 * height, rel=0.15)
    assert len(page.quads) == (0 if height < 24 else len(lines))
    for drawn, line in zip(page.quads, lines, strict=False):
        there = page.in_photo(tuple((x, y) for x, y in drawn.tolist()))
        assert np.allclose(there, line, atol=1.0)
    window = page.window(photo, (0.0, 0.0), (200.0, 100.0))
    assert window.shape[1] == pytest.approx(200 * page.spared, abs=2)
