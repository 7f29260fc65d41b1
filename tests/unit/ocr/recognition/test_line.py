"""Lines made of readings, and parts of them."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.recognition.line import Line, Reading, line_of, narrow

QUAD = np.array([[0, 0], [100, 0], [100, 20], [0, 20]], float)


def test_full_width_forms_become_narrow_and_spaces_go() -> None:
    assert narrow("（法人 独资）１２") == "(法人独资)12"
    line = line_of(Reading("名 称", (0.9, 0.5, 0.8), (0.1, 0.5, 0.9)), QUAD)
    assert (line.text, line.confidences, line.places) == ("名称", (0.9, 0.8), (0.1, 0.9))


def test_the_confidence_is_the_mean_of_the_characters() -> None:
    assert Reading("名称", (0.9, 0.7), (0.2, 0.8)).confidence == pytest.approx(0.8)
    assert Reading("", (), ()).confidence == 0.0


def test_a_part_lies_where_its_characters_are() -> None:
    corners = tuple((float(x), float(y)) for x, y in QUAD)
    line = Line("名称幸福面", corners, (0.9,) * 5, (0.1, 0.3, 0.5, 0.7, 0.9))
    part = line.part(2)
    assert part.text == "幸福面"
    assert part.left == pytest.approx(40, abs=1)
    assert part.right == pytest.approx(100)
    assert part.places == pytest.approx([1 / 6, 1 / 2, 5 / 6], abs=0.02)


def test_a_line_that_was_looked_for_in_a_wide_space_ends_with_its_text() -> None:
    corners = tuple((float(x), float(y)) for x, y in QUAD)
    line = Line("9199", corners, (0.9,) * 4, (0.02, 0.06, 0.10, 0.14)).ending_with_text()
    assert line.right == pytest.approx(18)
    assert line.places == pytest.approx([0.02 / 0.18, 0.06 / 0.18, 0.10 / 0.18, 0.14 / 0.18])
    assert Line("9", corners, (0.9,), (0.5,)).ending_with_text().right == 100


def test_a_line_can_be_stretched() -> None:
    corners = tuple((float(x), float(y)) for x, y in QUAD)
    assert Line("名", corners).until(150).right == 150
