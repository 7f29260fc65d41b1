"""Names of people, read again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ocr.extraction.rare_names import least_certain_name, names_read_again
from ocr.extraction.values import Value
from ocr.geometry import Quad
from ocr.recognition.line import Line
from tests.support.printed_lines import KnownLines

QUAD = ((0.0, 0.0), (90.0, 0.0), (90.0, 30.0), (0.0, 30.0))


def line(text: str, *confidences: float) -> Line:
    return Line(text, QUAD, confidences or (0.99,) * len(text))


class Accurate(KnownLines):
    """A `TextReader` that reads the same line wherever it is asked to."""

    def __init__(self, *lines: Line) -> None:
        super().__init__()
        self._lines = list(lines)

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        return self._lines


def again(first: Line, *second: Line, name: str = "姓名") -> Value:
    values = {name: Value(first.text, (first,)), "类型": Value("有限责任公司", (line("有限"),))}
    read = names_read_again(values, Accurate(*second), 0.7)
    assert set(read) == {name}
    return read[name]


@pytest.mark.parametrize("name", ["姓名", "经营者", "法定代表人"])
def test_a_rare_character_is_taken_from_the_recogniser_that_knows_it(name: str) -> None:
    value = again(line("李赞宁"), line("李赟宁", 0.99, 0.85, 0.99), name=name)
    assert (value.text, value.confidence) == ("李赟宁", 0.85)


def test_a_name_is_found_in_a_reading_that_shows_more() -> None:
    assert again(line("陈赞"), line("名陈赟·")).text == "陈赟"


def test_a_doubtful_reading_leaves_the_name_and_the_doubt() -> None:
    value = again(line("罗龚"), line("罗䶮", 0.99, 0.5))
    assert (value.text, value.confidence) == ("罗龚", 0.5)


@pytest.mark.parametrize("second", [(), (line("李"),), (line("王小明"),)])
def test_another_text_is_no_reading_of_the_name(second: tuple[Line, ...]) -> None:
    value = again(line("李赞宁"), *second)
    assert (value.text, value.confidence) == ("李赞宁", 0.99)


def test_firms_are_no_names_of_people() -> None:
    firm = line("样例市远达商贸有限公司")
    assert again(firm, line("样例市远达商贺有限公司"), name="执行事务合伙人").text == firm.text


def test_names_of_people_and_firms_are_to_be_certain() -> None:
    assert least_certain_name({"住址": 0.1, "姓名": 0.8, "经营者": 0.6}) == 0.6
    assert least_certain_name({"住所": 0.1, "名称": 0.5}) == 0.5
    assert least_certain_name({"住所": 0.1}) == 1.0
