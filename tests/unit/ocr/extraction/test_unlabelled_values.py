"""Sheets whose labels are outside of the picture, or of which only the endings are left."""

from __future__ import annotations

import pytest

from ocr.recognition.line import Line
from tests.support.printed_lines import KnownLines, fields, line

VALUES = [
    line("沈阳样例商贸有限公司", 60, 100),
    line("其他有限责任公司", 60, 160),
    line("辽宁省沈阳市和平区幸福路8号", 60, 220), line("2幢301室", 60, 258),
    line("林知夏", 60, 320),
    line("伍拾万元整", 60, 380),
    line("2012年02月04日", 60, 440),
    line("2012年02月04日至长期", 60, 500),
]  # fmt: skip
OFFICE = [line("登记机关", 300, 800), line("2022年09月21日", 360, 880)]


def read(*lines: Line) -> dict[str, str]:
    return fields(list(lines), KnownLines())


def test_a_sheet_without_its_labels_is_read_by_the_form() -> None:
    assert read(*VALUES, *OFFICE) == {
        "名称": "沈阳样例商贸有限公司",
        "类型": "其他有限责任公司",
        "住所": "辽宁省沈阳市和平区幸福路8号2幢301室",
        "法定代表人": "林知夏",
        "注册资本": "伍拾万元整",
        "成立日期": "2012年02月04日",
        "营业期限": "2012年02月04日至长期",
        "发证日期": "2022年09月21日",
    }


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("个体工商户", "经营者"),
        ("个人独资企业", "投资人"),
        ("有限责任公司分公司(自然人独资)", "负责人"),
        ("普通合伙企业", "执行事务合伙人"),
        ("农民专业合作社", "法定代表人"),
    ],
)
def test_the_type_says_as_what_a_person_acts(kind: str, label: str) -> None:
    lines = [line("样例面馆", 60, 100), line(kind, 60, 160), line("林知夏", 60, 220)]
    assert read(*lines) == {"名称": "样例面馆", "类型": kind, label: "林知夏"}


def test_a_day_under_the_label_of_another_is_not_that_of_the_foundation() -> None:
    others = [one for one in VALUES if not one.text.startswith("2012")]
    approved = [line("核准", 60, 440), line("2012年02月04日", 300, 440)]
    assert "成立日期" not in read(*others, *approved)


def test_what_stands_outside_of_the_values_column_is_none() -> None:
    notebook = [line("王样例", 700, 320), line("2011年01月01日", 700, 440)]
    found = read(*VALUES[:4], *notebook)
    assert "法定代表人" not in found
    assert "成立日期" not in found


ENDINGS = [
    line("称", 60, 100), line("沈阳样例商贸有限公司", 120, 100),
    line("型", 60, 160), line("自定义的类型", 120, 160),
    line("表人", 30, 220), line("林知夏", 120, 220),
    line("围", 60, 280), line("餐饮服务。", 120, 280),
]  # fmt: skip


def test_labels_of_which_the_edge_leaves_the_endings() -> None:
    assert read(*ENDINGS) == {
        "名称": "沈阳样例商贸有限公司",
        "类型": "自定义的类型",
        "法定代表人": "林知夏",
        "经营范围": "餐饮服务。",
    }


def test_an_ending_alone_or_one_that_several_labels_have_is_no_label() -> None:
    assert read(line("围", 60, 280), line("餐饮服务。", 120, 280)) == {}
    several = [line("人", 60, 340), line("王样", 120, 340)]
    assert not {"王样"} & set(read(*ENDINGS, *several).values())
