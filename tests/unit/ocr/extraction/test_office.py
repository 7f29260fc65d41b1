"""Registering offices on one line and on several, and the date of issue below them."""

from __future__ import annotations

import pytest

from ocr.document_types import DocumentType
from ocr.extraction.fields import read_fields
from tests.support.printed_lines import RULES, KnownLines, fields, line


def office(*names: str, step: float = 36, centred: bool = False) -> str | None:
    """The office of a sheet that prints its name on these lines, beside the label."""
    sheet = [
        line("营业执照", 500, 20, 90), line("经营范围零售。", 100, 380),
        line("登记机关", 500, 610), line("2022年09月21日", 560, 760),
    ]  # fmt: skip
    for number, name in enumerate(names):
        left = 700 - 13 * len(name) if centred else 700
        sheet.append(line(name, left, 600 + step * number, 26))
    return fields(sheet, KnownLines()).get("登记机关")


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize(
    "lines",
    [
        ("样例市新城区市场监督管理局",),
        ("样例市新城", "区市场监督管理局"),
        ("样例市新城区市场监督管理", "局"),
        ("样例市高新技术产业", "开发区管理委员会市场", "监督管理局"),
        ("样例市市场监督管理局", "新城分局"),
        ("样例市行政", "审批局"),
    ],
)
def test_the_lines_of_an_office_make_its_name(lines: tuple[str, ...], centred: bool) -> None:
    assert office(*lines, centred=centred) == "".join(lines)


def test_what_stands_apart_from_an_office_is_not_of_its_name() -> None:
    assert office("仅供存档", "样例市市场监督管理局", step=70) == "样例市市场监督管理局"
    assert office("样例市税务局", "样例市市场监督管理局") == "样例市市场监督管理局"
    assert office("第1页", "样例市市场监督管理局") == "样例市市场监督管理局"


@pytest.mark.parametrize("letters", ["区市场", "样例市新城"])
def test_letters_of_the_seal_above_an_office_are_not_of_its_name(letters: str) -> None:
    assert office(letters, "样例市新城区市场监督管理局") == "样例市新城区市场监督管理局"


def issued(*read: str, founded: str = "2019年05月24日") -> tuple[str, bool] | None:
    """The date of issue of a sheet on which this was read of it, and whether it is unclear."""
    sheet = [
        line("营业执照", 500, 20, 90), line("经营范围零售。", 100, 380),
        line("成立日期" + founded, 500, 200), line("登记机关", 500, 610),
    ]  # fmt: skip
    sheet += [line(text, 560 + 300 * n, 700) for n, text in enumerate(read)]
    value = read_fields(DocumentType.LICENCE, sheet, KnownLines(), RULES.fields).get("发证日期")
    return (value.text, value.is_unclear) if value else None


@pytest.mark.parametrize(
    ("read", "founded", "unclear"),
    [
        ("2017年04月18日", "2019年05月24日", False),
        ("2017年04月1日", "2019年05月24日", True),
        ("2017年4月18日", "2019年05月24日", True),
        ("2017年04月1日", "2019年5月24日", True),  # its own month has a leading zero
        ("2017年11月1日", "2019年12月24日", True),  # nothing shows that the sheet prints one digit
        ("2017年4月1日", "2019年5月24日", False),
        ("2017年11月18日", "2019年5月24日", False),
        ("二〇一七年四月一日", "2019年05月24日", False),
    ],
)
def test_a_date_of_issue_that_lacks_a_digit_is_unclear(
    read: str, founded: str, unclear: bool
) -> None:
    assert issued(read, founded=founded) == (read, unclear)


@pytest.mark.parametrize("part", ["2017年月18日", "2017年04日", "17年04月", "04月18日"])
def test_a_part_of_a_date_below_the_office_is_unclear(part: str) -> None:
    assert issued(part) == (part, True)


def test_what_is_no_date_below_the_office_is_none() -> None:
    assert issued("第1页共1页") is None
    assert issued("年月日") is None
