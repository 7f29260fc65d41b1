"""Labels on licences among notes, marks and the paper's pattern."""

from __future__ import annotations

import pytest

from ocr.document_types import LABELS, DocumentType
from ocr.extraction.labels import find_labels
from ocr.recognition.line import Line
from tests.support.printed_lines import line


def found(*lines: Line) -> dict[str, str | None]:
    labels = find_labels(lines, LABELS[DocumentType.LICENCE])
    return {label.name: label.rest.text if label.rest else None for label in labels}


@pytest.mark.parametrize(
    "note",
    [
        "1、本营业执照于2024年03月05日10时20分30秒由王样(法定代表人)留存(打印)",
        "本执照由王样(法定代表人)下载打印",
        "此件由王样(经营者,法定代表人)留存",
        "此件由法定代表人王样留存",
    ],
)
def test_a_note_of_who_printed_a_licence_names_no_principal(note: str) -> None:
    assert found(line("经营者李样", 100, 100), line(note, 100, 700, 20)) == {"经营者": "李样"}


@pytest.mark.parametrize("heading", ["重要提示", "温馨提示:", "说明:"])
def test_no_line_of_a_note_is_a_label(heading: str) -> None:
    notes = [
        line(heading, 100, 600, 22),
        line("商事主体的经营范围由章程确定,", 100, 630, 22),
        line("经营范围中属于应当经批准的项目,", 100, 660, 22),
        line("取得许可后向商事登记机关报告。", 100, 690, 22),
    ]
    assert found(line("登记机关", 600, 760), *notes) == {"登记机关": None}


def test_a_numbered_scope_keeps_its_label() -> None:
    lines = [line("经营范围", 100, 300), line("1.餐饮服务;", 240, 300), line("2.零售。", 240, 340)]
    assert found(*lines, line("登记机关", 100, 380)) == {"经营范围": None, "登记机关": None}


@pytest.mark.parametrize(
    "label", ["主体类型", "市场主体类型", "企业类型", "公司类型", "组织形式", "经济性质", "类型"]
)
def test_labels_that_stand_for_the_type(label: str) -> None:
    assert found(line(label + "有限责任公司", 100, 100)) == {"类型": "有限责任公司"}


def test_how_a_sole_owners_business_is_formed_is_no_type() -> None:
    lines = [line("类型个体工商户", 100, 100), line("组成形式个人经营", 500, 100)]
    assert found(*lines) == {"类型": "个体工商户", "组成形式": "个人经营"}


def test_a_scope_that_speaks_of_types_does_not_take_the_place_of_the_label() -> None:
    lines = [line("各企业类型的咨询", 240, 60), line("类型有限责任公司", 100, 100)]
    assert found(*lines) == {"类型": "有限责任公司"}


@pytest.mark.parametrize("label", ["类DG型", "类@型", "类S·J型", "D类型"])
def test_the_papers_pattern_within_a_label(label: str) -> None:
    assert found(line(label + "有限责任公司", 100, 100)) == {"类型": "有限责任公司"}


def test_the_papers_pattern_within_longer_labels_and_labels_in_pieces() -> None:
    lines = [
        line("法定SC代表人王样", 100, 100),
        line("类JD", 100, 160),
        line("型有限公司", 250, 160),
    ]
    assert found(*lines) == {"法定代表人": "王样", "类型": "有限公司"}


def test_a_pattern_read_as_a_character_in_a_column_of_labels() -> None:
    column = [line("法定代表人王样", 100, 100), line("经营范围零售", 100, 160)]
    assert found(*column, line("类口型有限公司", 100, 220))["类型"] == "有限公司"
    assert "类型" not in found(*column, line("类口型有限公司", 400, 220))


@pytest.mark.parametrize("beginning", ["(副本)统一", "(副本一", "(1-1)", "(副本)(1-1)统"])
def test_a_mark_over_the_beginning_of_a_label(beginning: str) -> None:
    code = "91210102MA325MMX1Q"
    assert found(line(beginning + "社会信用代码" + code, 100, 100)) == {"统一社会信用代码": code}


def test_a_label_within_a_line_begins_a_column() -> None:
    merged = line("样例商贸有限公司注册资本伍万元", 200, 100)
    assert "注册资本" not in found(line("名称", 100, 100), merged)
    below = line("成立日期2019年05月24日", 440, 160)
    assert found(line("名称", 100, 100), merged, below)["注册资本"] == "伍万元"
    apart = Line("零售业注册资本伍万元", merged.quad, (0.99,) * 10, (
        0.02, 0.06, 0.1, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
    ))  # fmt: skip
    assert found(apart) == {"注册资本": "伍万元"}


def test_words_of_an_unnumbered_sentence_are_no_label() -> None:
    sentence = line("该企业经营范围以批准文件为准", 100, 500, 24)
    assert found(line("经营者林知夏", 100, 100), sentence) == {"经营者": "林知夏"}


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("法定代表人姓名", "法定代表人"),
        ("经营者姓名", "经营者"),
        ("字号名称", "名称"),
        ("经营范围及方式", "经营范围"),
    ],
)
def test_labels_of_forms_from_before_2014(label: str, field: str) -> None:
    assert found(line(label + "样例", 100, 100)) == {field: "样例"}
