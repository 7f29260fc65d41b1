"""Values beside labels, line by line."""

from __future__ import annotations

from ocr.extraction.labels import find_labels
from ocr.extraction.values import values_beside
from ocr.recognition.line import Line

LABELS = {
    "名称": ("名称",),
    "类型": ("类型",),
    "住所": ("住所",),
    "性别": ("性别",),
    "民族": ("民族",),
}


def line(text: str, left: float, top: float, right: float, height: float = 30) -> Line:
    quad = ((left, top), (right, top), (right, top + height), (left, top + height))
    return Line(text, quad, (0.99,) * len(text))


def values_of(lines: list[Line]) -> dict[str, str]:
    values = values_beside(find_labels(lines, LABELS), lines)
    return {name: value.text for name, value in values.items()}


def test_a_value_in_the_labels_own_line() -> None:
    values = values_of([line("名称幸福面馆", 0, 0, 200)])
    assert values["名称"] == "幸福面馆"


def test_a_value_to_the_right_of_its_label() -> None:
    lines = [line("类型", 0, 0, 60), line("个体工商户", 120, 0, 280)]
    assert values_of(lines)["类型"] == "个体工商户"


def test_a_label_read_in_two_pieces() -> None:
    lines = [line("名", 0, 0, 30), line("称", 80, 0, 110), line("幸福面馆", 140, 0, 280)]
    assert values_of(lines)["名称"] == "幸福面馆"


def test_a_value_that_goes_on_below_stops_at_the_next_label() -> None:
    lines = [
        line("住所", 0, 0, 60),
        line("样例市幸福路八号", 120, 0, 380),
        line("二单元", 120, 36, 220),
        line("类型", 0, 72, 60),
        line("个体工商户", 120, 72, 280),
    ]
    values = values_of(lines)
    assert values["住所"] == "样例市幸福路八号二单元"
    assert values["类型"] == "个体工商户"


def test_a_label_inside_a_sentence_is_none() -> None:
    assert values_of([line("请填写公司类型后提交", 0, 0, 300)]) == {}
