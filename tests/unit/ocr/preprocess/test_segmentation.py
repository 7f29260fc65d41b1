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


def turned(quads: list[Quad], degrees: float) -> list[Quad]:
    turn = np.radians(degrees)
    around = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    centre = np.mean([one.mean(0) for one in quads], axis=0)
    return [(one - centre) @ around + centre for one in quads]


def test_two_white_sheets_without_an_edge_between_them_are_told_by_their_directions() -> None:
    card = lines_on((100, 50, 700, 300))
    below = turned(lines_on((300, 420, 900, 700)), 12)
    paper = desk_with((0, 0, 1200, 900))
    both = group_by_paper([text_box(one) for one in (*card, *below)], paper)
    assert sorted(len(group) for group, _ in both) == [5, 5]


def test_a_watermark_across_a_sheets_lines_stays_with_them() -> None:
    lines = lines_on((100, 50, 1000, 700), 12)
    marks = turned([quad(300, top, 700, top + 30) for top in (150, 300, 450)], 13)
    paper = desk_with((0, 0, 1200, 900))
    assert len(group_by_paper([text_box(one) for one in (*lines, *marks)], paper)) == 1


def test_lines_that_perspective_turns_little_by_little_are_of_one_sheet() -> None:
    lines = [turned([one], 3.0 * at)[0] for at, one in enumerate(lines_on((100, 50, 1000, 700), 8))]
    assert len(group_by_paper([text_box(one) for one in lines], desk_with((0, 0, 1200, 900)))) == 1


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


def test_a_tall_title_close_to_a_sheets_frame_is_on_the_paper_within() -> None:
    photo = desk_with((60, 20, 740, 660))
    cv2.rectangle(photo, (100, 60), (700, 620), (120, 60, 60), 6)
    title = quad(150, 105, 650, 195)
    boxes = [text_box(one) for one in (title, *lines_on((150, 200, 650, 600)))]
    assert [len(group) for group, _ in group_by_paper(boxes, photo)] == [6]
