"""How the characters of a line were printed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.validation.prints import HAN, OF_CHARACTERS, OTHER, LinePrint, Reference, line_print
from tests.support.printed_pages import FONT, PAPER, Print, lit, printed_page

REFERENCE = Reference(FONT)
NAME = "名称"


def measured(text: str, how: Print | None = None) -> LinePrint:
    values, page = printed_page({NAME: text}, {NAME: how or Print()})
    found = line_print(values[NAME].lines[0], page.pixels, REFERENCE)
    assert found is not None
    return found


def median(found: LinePrint, name: str, kind: str = HAN) -> float:
    return float(np.median(found.characters[kind][:, OF_CHARACTERS.index(name)]))


@pytest.mark.parametrize("name", OF_CHARACTERS)
def test_texts_of_few_and_of_many_strokes_measure_alike(name: str) -> None:
    few, many = measured("三个工人上千日"), measured("警备器械警署")
    assert median(few, name) == pytest.approx(median(many, name), abs=0.12)


def test_characters_of_two_classes_are_kept_apart() -> None:
    found = measured("2017年05月21日")
    assert len(found.characters[HAN]) == 3
    assert len(found.characters[OTHER]) == 8


@pytest.mark.parametrize(
    ("how", "name", "least"),
    [
        (Print(bolder=1), "stroke", 0.15),
        (Print(ink=5), "darkness", 0.05),
        (Print(px=44), "height", 0.12),
        (Print(px=44), "width", 0.12),
    ],
    ids=["bolder", "darker", "higher", "wider"],
)
def test_other_print_measures_otherwise(how: Print, name: str, least: float) -> None:
    text = "苏州市恒达建材经营部"
    assert median(measured(text, how), name) - median(measured(text), name) > least


def test_pitch_is_the_size_of_the_print() -> None:
    assert measured("苏州市恒达建材经营部").pitch == pytest.approx(36, abs=0.7)
    assert measured("2017年05月21日").pitch is None


def test_paper_that_came_with_the_text_is_lighter() -> None:
    text = "苏州市恒达建材经营部"
    assert np.abs(measured(text).paper.step).max() < 0.004
    assert measured(text, Print(paper=PAPER + 10)).paper.step.min() > 0.01


def test_a_red_seal_is_no_ink() -> None:
    values, page = printed_page({NAME: "苏州市恒达建材经营部"})
    seal = page.pixels.copy()
    x, y = np.mean(values[NAME].lines[0].quad, axis=0).astype(int)
    cv2.circle(seal, (int(x), int(y)), 40, (205, 70, 70), 8)
    sealed = lit(page, np.minimum(page.pixels, seal))
    found = line_print(values[NAME].lines[0], sealed.pixels, REFERENCE)
    assert found is not None
    plain = measured("苏州市恒达建材经营部")
    assert median(found, "stroke") == pytest.approx(median(plain, "stroke"), abs=0.05)
    assert median(found, "height") == pytest.approx(median(plain, "height"), abs=0.05)


def test_blank_paper_has_no_print() -> None:
    values, page = printed_page({NAME: "样样样样"}, {NAME: Print(ink=PAPER)})
    assert line_print(values[NAME].lines[0], page.pixels, REFERENCE) is None
