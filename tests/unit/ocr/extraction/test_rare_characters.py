"""Names of firms and places, read again around characters that may be rare ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocr.extraction.rare_characters import rare_characters_read_again
from ocr.extraction.values import Value
from ocr.geometry import Quad
from ocr.recognition.line import Line
from tests.support.printed_lines import KnownLines, line

RARE, SURE = "甪䶮㛃赟", 0.99999
DOUBTED = RARE + "甩"  # by the second reading


class Accurate(KnownLines):
    """A `TextReader` that reads one text wherever it is asked to, and counts how often it is."""

    def __init__(self, printed: str, sure: float) -> None:
        super().__init__()
        self.asked = 0
        confidences = tuple(sure if letter in DOUBTED else 0.99 for letter in printed)
        self._line = replace(line(printed, 0, 0), confidences=confidences)

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        self.asked += 1
        return [self._line]


def again(
    read: str, printed: str, field: str = "名称", *, doubt: float = 0.98, sure: float = 0.9
) -> tuple[Value, Accurate]:
    """A value that the quick recogniser doubts as much at rare characters, read again."""
    doubts = [doubt if letter in RARE else SURE for letter in printed]
    reader = Accurate(printed, sure)
    value = Value(read, (read_with(read, *doubts),))
    return rare_characters_read_again({field: value}, reader)[field], reader


def read_with(text: str, *confidences: float) -> Line:
    return replace(line(text, 0, 0), confidences=confidences)


@pytest.mark.parametrize("field", ["名称", "住所", "住址", "签发机关"])
def test_a_rare_character_is_found_and_the_rest_of_the_line_stays(field: str) -> None:
    value, reader = again("苏州市吴中区用直镇面馆", "苏州市吴中区甪直镇面馆", field)
    assert value.text == "苏州市吴中区甪直镇面馆"
    assert value.lines[0].confidences == (*(SURE,) * 6, 0.9, *(SURE,) * 4)
    assert reader.asked == 1


def test_what_the_quick_recogniser_may_not_mistake_stays() -> None:
    first = read_with("和用面馆", SURE, 0.98, SURE, SURE)
    read = rare_characters_read_again(
        {"名称": Value("和用面馆", (first,))}, Accurate("和甪面倌", 0.9)
    )
    assert read["名称"].text == "和甪面馆"


def test_a_rare_character_is_believed_without_certainty_and_the_doubt_is_kept() -> None:
    value, _ = again("罗龚餐饮店", "罗䶮餐饮店", sure=0.5)
    assert (value.text, value.confidence) == ("罗䶮餐饮店", 0.5)


def test_a_character_of_which_the_second_reading_is_less_sure_stays_with_the_doubt() -> None:
    first = read_with("和用面馆", SURE, 0.98, SURE, SURE)
    reader = Accurate("和甩面馆", 0.6)
    value = rare_characters_read_again({"名称": Value("和用面馆", (first,))}, reader)["名称"]
    assert (value.text, value.confidence) == ("和用面馆", 0.6)


def test_nothing_is_read_where_the_recogniser_is_sure() -> None:
    value, reader = again("苏州市吴中区用直镇", "苏州市吴中区用直镇")
    assert (value.text, reader.asked) == ("苏州市吴中区用直镇", 0)


def test_of_what_was_read_without_certainty_before_only_a_rare_character_is_taken() -> None:
    assert again("罗龚餐饮店", "罗䶮餐饮店", doubt=0.6, sure=0.5)[0].text == "罗䶮餐饮店"
    first = read_with("罗龚餐饮店", SURE, 0.6, SURE, SURE, SURE)
    reader = Accurate("罗袭餐饮店", 0.9)
    value = rare_characters_read_again({"名称": Value("罗龚餐饮店", (first,))}, reader)["名称"]
    assert (value.text, value.confidence) == ("罗龚餐饮店", 0.6)


def test_a_rare_character_is_taken_for_what_it_was_not_seen_to_be_taken_for() -> None:
    first = read_with("角直契记", 0.98, SURE, 0.98, SURE)
    reader = Accurate("甪直㛃记", 0.9)
    value = rare_characters_read_again({"名称": Value("角直契记", (first,))}, reader)["名称"]
    assert value.text == "甪直㛃记"


def test_another_text_is_no_reading_of_the_line() -> None:
    first = read_with("和用面馆", SURE, 0.98, SURE, SURE)
    reader = Accurate("张三李四", 0.9)
    value = rare_characters_read_again({"名称": Value("和用面馆", (first,))}, reader)["名称"]
    assert (value.text, value.confidence) == ("和用面馆", 0.98)


def test_each_line_of_a_value_is_read() -> None:
    first, second = (
        read_with("样例市", SURE, SURE, SURE),
        read_with(":用直镇", SURE, 0.98, SURE, SURE),
    )
    value = Value("样例市用直镇", (first, second))  # without the speck
    read = rare_characters_read_again({"住所": value}, Accurate(":甪直镇", 0.9))["住所"]
    assert read.text == "样例市甪直镇"
    assert [one.text for one in read.lines] == ["样例市", ":甪直镇"]


def test_firms_that_run_a_partnership_are_read_and_people_are_not() -> None:
    value, _ = again("瓴赞管理公司(委派代表:王赞)", "瓴赟管理公司(委派代表:王赟)", "执行事务合伙人")
    assert value.text == "瓴赟管理公司(委派代表:王赟)"
    person = Value("王赞", (read_with("王赞", 0.99, 0.9),))
    values = {"执行事务合伙人": person, "经营范围": person}
    assert rare_characters_read_again(values, Accurate("王赟", 0.9)) == {}
