"""Marks across a copy, told from its text and from other sheets."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from ocr.geometry import Pixels, Quad
from ocr.preprocess.marks import ink_of_marks
from ocr.preprocess.text_boxes import text_box

PAPER, INK, GREY, RED = (236, 240, 240), (30, 30, 30), (185, 185, 185), (225, 110, 110)


def line(left: float, top: float, length: float, degrees: float = 0.0) -> Quad:
    turn = np.radians(degrees)
    along = np.array([np.cos(turn), np.sin(turn)])
    down = np.array([-along[1], along[0]]) * 30
    start = np.array([left, top], float)
    return np.array([start, start + along * length, start + along * length + down, start + down])


def text() -> list[Quad]:
    return [line(150, 100 + 120 * n, 500) for n in range(6)]


def across(degrees: float = -30.0) -> list[Quad]:
    return [line(150 + 220 * n, 350 + 120 * m, 380, degrees) for n in range(3) for m in range(3)]


def printed(*groups: tuple[Sequence[Quad], tuple[int, int, int]]) -> Pixels:
    """A photo on which strokes stand within each quad, 20 px apart."""
    photo = np.full((900, 1200, 3), PAPER, np.uint8)
    for quads, ink in groups:
        for quad in quads:
            count = int(np.linalg.norm(quad[1] - quad[0]) / 20)
            tops, feet = (np.linspace(quad[k], quad[m], count) for k, m in ((0, 1), (3, 2)))
            strokes = np.stack([tops, feet], axis=1).astype(np.int32)
            cv2.polylines(photo, list(strokes), False, ink, 3)
    return photo


def found(text: Sequence[Quad], marks: Sequence[Quad], ink: tuple[int, int, int]) -> float | None:
    photo = printed((marks, ink), (text, INK))
    return ink_of_marks([text_box(q) for q in (*text, *marks)], photo)


@pytest.mark.parametrize("ink", [GREY, RED])
def test_the_ink_of_marks_across_the_text_is_measured(ink: tuple[int, int, int]) -> None:
    assert found(text(), across(), ink) == pytest.approx(max(ink) / 240, abs=0.03)


def test_one_long_mark_is_enough() -> None:
    assert found(text(), [line(200, 450, 400, -30)], RED) is not None


def test_marks_may_be_more_and_longer_than_the_lines_that_were_detected() -> None:
    assert found(text()[:2], across(), GREY) is not None
    beside = [line(20, 120, 120), line(20, 400, 120)]
    around = [*across(), line(10, 300, 400, -30)]
    assert found(beside, around, GREY) is not None


def test_another_sheet_askew_is_not_marks() -> None:
    assert found(text(), across(), INK) is None
    beside = [line(750, 200 + 90 * n, 400, -12) for n in range(6)]
    assert found(text(), beside, GREY) is None


def test_letters_of_a_seal_and_ornaments_are_not_marks() -> None:
    assert found(text(), [line(600, 520, 80, -30)], RED) is None
    assert found(text(), [line(300 + 100 * n, 150, 400, 90) for n in range(3)], GREY) is None


def test_the_many_lines_of_a_licence_are_not_detected_again() -> None:
    lines = [line(150, 60 + 40 * n, 500) for n in range(20)]
    assert found(lines, across(), GREY) is None


def test_a_photo_without_lines_has_no_marks() -> None:
    assert ink_of_marks([], printed()) is None
