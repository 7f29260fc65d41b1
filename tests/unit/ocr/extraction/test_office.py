"""Registering offices on one line and on several."""

from __future__ import annotations

import pytest

from tests.unit.ocr.extraction.test_fields import KnownLines, fields, line


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
