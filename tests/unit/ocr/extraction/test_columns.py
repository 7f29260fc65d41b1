"""Lines that run on from one column of a form into the next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocr.document_types import LABELS, DocumentType
from ocr.extraction.columns import split_at_labels
from ocr.extraction.labels import find_labels
from ocr.recognition.line import Line
from tests.support.printed_lines import KnownLines, fields, line

NAME = "样例市新城区三两粉粉面馆(个体工商户)"
COLUMN = 900.0  # where the second column's labels begin, px


def across(text: str, label: str, gap: float = 1.5) -> Line:
    """A line on which a label follows a text at `gap` characters' widths, in the second column."""
    widths = [1.0] * len(text) + [1.0] * len(label)
    widths[len(text)] += gap
    ends = [sum(widths[: at + 1]) for at in range(len(widths))]
    total = ends[-1]
    places = tuple((end - 0.5) / total for end in ends)
    begin = COLUMN - (len(text) + gap) * 30
    whole = line(text + label, begin, 100)
    left, right = begin, begin + total * 30
    quad = ((left, 100.0), (right, 100.0), (right, 130.0), (left, 130.0))
    return replace(whole, quad=quad, places=places)


def split(*lines: Line) -> list[str]:
    names = LABELS[DocumentType.LICENCE]
    return [part.text for part in split_at_labels(lines, find_labels(lines, names), names)]


def test_a_name_that_reaches_the_next_column_ends_before_its_label() -> None:
    sheet = [
        line("营业执照", 500, 20, 60), across("名称" + NAME, "成立日期2022年03月14日"),
        line("类型个体工商户", 100, 200), line("经营范围餐饮服务。", 100, 300),
    ]  # fmt: skip
    read = fields(sheet, KnownLines())
    assert (read["名称"], read["成立日期"]) == (NAME, "2022年03月14日")


def test_a_column_is_known_by_its_other_labels_where_its_own_is_cut() -> None:
    column = [line("注册资本壹万元", COLUMN, 40), line("成立日期2022年03月14日", COLUMN, 200)]
    assert split(across("名称" + NAME, "营业期"), *column)[:2] == ["名称" + NAME, "营业期"]
    assert split(across("名称" + NAME, "住"), column[0])[:2] == ["名称" + NAME, "住"]


@pytest.mark.parametrize("text", ["名称" + NAME, "2022年03月14日", "经营范围零售。"])
def test_a_line_of_one_column_stays_whole(text: str) -> None:
    column = [line("注册资本壹万元", COLUMN, 40), line("成立日期2022年03月14日", COLUMN, 200)]
    assert split(line(text, 100, 100), *column)[0] == text


def test_a_scope_that_runs_across_the_columns_stays_whole() -> None:
    column = [line("注册资本壹万元", COLUMN, 40), line("成立日期2022年03月14日", COLUMN, 200)]
    whole = across("餐饮服务;预包装食品销售;", "日用百货销售", gap=1.0)
    assert split(whole, *column)[0] == whole.text


def test_no_gap_is_no_column() -> None:
    column = [line("注册资本壹万元", COLUMN, 40), line("成立日期2022年03月14日", COLUMN, 200)]
    whole = across("经营范围各类预包装食品", "营业期", gap=0.1)
    assert split(whole, *column)[0] == whole.text
