"""Labels of which a stamp has left a part."""

from __future__ import annotations

import pytest

from ocr.recognition.line import Line
from tests.support.printed_lines import KnownLines, fields, line

DAY = "2018年03月06日"


def sheet(
    *stamped: Line, founded_at: float = 820, issued: str = "2022年09月21日"
) -> dict[str, str]:
    """The fields of a sheet on which a stamp lies before a day."""
    lines = [
        line("营业执照", 500, 20, 90),
        line("名称样例商贸公司", 100, 140), line("注册资本", 700, 140), line("伍万元", 820, 140),
        line("类型有限责任公司", 100, 200), line(DAY, founded_at, 200),
        line("法定代表人林知夏", 100, 260), line("住所", 700, 260), line("幸福路8号", 820, 260),
        line("登记机关", 700, 600), line(issued, 760, 680),
    ]  # fmt: skip
    return fields([*lines, *stamped], KnownLines())


@pytest.mark.parametrize(
    "left",
    [("成日期",), ("成立", "期"), ("立日期",), ("档日期",), ("成供期",), ("成立",), ("期",), ()],
)
def test_what_a_stamp_leaves_of_a_label_names_the_day_beside_it(left: tuple[str, ...]) -> None:
    places = {"期": 790, "成立": 700}
    stamped = [line(text, places.get(text, 820 - 30 * len(text)), 200) for text in left]
    read = sheet(*stamped)
    assert (read["成立日期"], read["发证日期"]) == (DAY, "2022年09月21日")


@pytest.mark.parametrize("label", ["核准日期", "发照日期", "准日期", "变更"])
def test_a_day_under_another_label_is_not_that_of_the_foundation(label: str) -> None:
    assert "成立日期" not in sheet(line(label, 820 - 30 * len(label), 200))


def test_a_day_in_no_column_or_below_the_office_is_none_of_the_foundation() -> None:
    assert "成立日期" not in sheet(founded_at=900)
    below = [
        line("营业执照", 500, 20, 90), line("法定代表人林知夏", 100, 260),
        line("登记机关", 100, 600), line(DAY, 250, 680),
    ]  # fmt: skip
    assert "成立日期" not in fields(below, KnownLines())


def test_a_label_and_its_value_in_one_line() -> None:
    lines = [line("法定代表人林知夏", 100, 260), line("立日期" + DAY, 700, 200)]
    assert fields([*lines, line("登记机关", 700, 600)], KnownLines())["成立日期"] == DAY


def test_sums_and_terms_have_forms_of_their_own() -> None:
    lines = [
        line("册资", 700, 140), line("伍万元", 820, 140),
        line("营期限", 700, 200), line(DAY + "至长期", 820, 200),
    ]  # fmt: skip
    read = fields(lines, KnownLines())
    assert (read["注册资本"], read["营业期限"]) == ("伍万元", DAY + "至长期")
