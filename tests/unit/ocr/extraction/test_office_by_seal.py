"""Offices and dates of issue that a seal hides."""

from __future__ import annotations

import pytest

from ocr.recognition.line import Line
from tests.support.printed_lines import KnownLines, fields, line

CODE = "91320505MA325MMX1Q"  # of 苏州市虎丘区
SHEET = [
    line("统一社会信用代码91320505MA325MMX1Q", 100, 40),
    line("名称样例商贸公司", 100, 140),
    line("成立日期2019年03月06日", 100, 200),
    line("登记机关", 500, 600),
]
OFFICE = "苏州市虎丘区市场监督管理局"


def office(letters: tuple[str, ...], *printed: Line, sheet: list[Line] = SHEET) -> str | None:
    reader = KnownLines(letters=[line(text, 640, 560) for text in letters])
    return fields([*sheet, *printed], reader).get("登记机关")


@pytest.mark.parametrize(
    "letters",
    [
        (OFFICE, OFFICE),
        ("目飞苏州市虎丘区市场监督管理局", "州市虎丘区市场督管理局"),
        ("市虎丘区市杨监督管理局", "苏州市虎后区场监督管理"),
    ],
)
def test_the_seal_names_the_office_that_it_hides(letters: tuple[str, ...]) -> None:
    assert office(letters) == OFFICE


def test_what_is_left_of_the_printed_name_is_completed() -> None:
    cut = line("州市虎丘区市场监督管理局", 640, 600)
    assert office((OFFICE, "州市虎丘区市场监管理局"), cut) == OFFICE


@pytest.mark.parametrize(
    "letters",
    [
        (),
        ("沙串总器区参场", "民沙事总"),
        ("市场监督管理局", "市场监督管理局"),
        ("州市虎虎政审批局",) * 2,
    ],
)
def test_what_may_be_several_offices_is_none(letters: tuple[str, ...]) -> None:
    assert office(letters) is None


def test_the_end_of_a_name_that_no_seal_completes_is_no_office() -> None:
    assert office((), line("政审批局", 640, 600)) is None
    whole = line("虎丘区行政审批局", 640, 600)
    assert office((), whole) == whole.text


def test_an_office_of_another_kind_that_is_read_surely_stays() -> None:
    other = line("样例自由贸易试验区管理委员会", 640, 600)
    assert office((OFFICE, OFFICE), other) == other.text


def test_without_a_region_no_office_is_told() -> None:
    assert office((OFFICE, OFFICE), sheet=SHEET[1:]) is None


def test_the_address_names_the_region_where_the_code_does_not() -> None:
    address = line("住所江苏省苏州市虎丘区幸福路8号", 100, 260)
    assert office((OFFICE, OFFICE), sheet=[*SHEET[1:], address]) == OFFICE


class WithoutSeal(KnownLines):
    """A `TextReader` that reads some dates where the seal's ink is taken out."""

    def __init__(self, *dates: str) -> None:
        super().__init__()
        self._dates = [line(one, 560, 680) for one in dates]

    def under_seal(self, quad: object, alphabet: str) -> list[Line]:
        return self._dates


@pytest.mark.parametrize(
    ("bare", "told"),
    [
        (("2022年11月21日", "2022年11月21日", "2022年1月21日"), "2022年11月21日"),
        (("2022年11月21日", "2022年1月21日", "2022年日月21日"), None),  # only one shows it
        (("2022年11月21日", "2022年11月21日", "2022年12月21日"), None),  # they differ
        ((), None),
    ],
)
def test_digits_under_a_seal_are_told_where_readings_agree(
    bare: tuple[str, ...], told: str | None
) -> None:
    lines = [*SHEET, line("2022年1月21日", 560, 680)]
    assert fields(lines, WithoutSeal(*bare)).get("发证日期", "") == (told or "2022年1月21日")
