"""Sheets separated by their paper and their keywords."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.document_types import keywords_in
from ocr.geometry import Pixels, Quad
from ocr.preprocess.segmentation import Fragment, assemble_sheets, group_by_paper
from ocr.preprocess.text_boxes import text_box

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
    boxes = [text_box(q) for q in (*lines_on(upper), *lines_on(lower))]
    groups = group_by_paper(boxes, desk_with(upper, lower))
    assert sorted(len(group) for group, _ in groups) == [5, 5]


def test_lines_far_apart_on_one_sheet_are_one_group() -> None:
    sheet = (100, 50, 800, 850)
    boxes = [text_box(q) for q in (*lines_on(sheet, 3), quad(400, 760, 700, 790))]
    assert len(group_by_paper(boxes, desk_with(sheet))) == 1


def fragment(top: float, direction: float, *words: str) -> Fragment:
    boxes = [text_box(quad(100, top, 500, top + 30))]
    return Fragment(boxes, direction, direction, np.zeros(3), keywords_in("\n".join(words)))


def test_fragments_that_complete_each_other_are_one_sheet() -> None:
    upper = fragment(100, 0, "营业执照", "统一社会信用代码")
    lower = fragment(600, 2, "登记机关", "成立日期")
    assert len(assemble_sheets([upper, lower])) == 1


def test_a_keyword_shown_twice_makes_two_sheets() -> None:
    one, other = (fragment(top, 0, "姓名", "性别", "住址") for top in (100, 600))
    assert len(assemble_sheets([one, other])) == 2


def test_fragments_that_run_another_way_are_not_joined() -> None:
    upper = fragment(100, 0, "营业执照", "统一社会信用代码")
    assert len(assemble_sheets([upper, fragment(600, 90, "登记机关", "成立日期")])) == 2


def test_without_keywords_the_most_text_is_the_sheet() -> None:
    assert assemble_sheets([]) == []
    assert len(assemble_sheets([fragment(100, 0), fragment(800, 90)])) == 1
