"""Names on two lines of a card."""

from __future__ import annotations

import pytest

from ocr.document_types import DocumentType
from tests.support.printed_lines import KnownLines, fields, line


def name_on(*lines: str, second_at: float = 146, indent: float = 0) -> str:
    """The name of a card that prints it on these lines."""
    card = [line("姓名", 100, 100), line("性别男民族维吾尔", 100, 210), line("出生", 100, 270)]
    tops = (100.0, second_at)
    names = [
        line(text, 240 + indent * n, top, 40)
        for n, (text, top) in enumerate(zip(lines, tops, strict=False))
    ]
    return fields([*card, *names], KnownLines(), DocumentType.ID_FRONT)["姓名"]


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        ("阿样热合曼·阿卜", "杜热依木", "阿样热合曼·阿卜杜热依木"),
        ("阿样热合曼", "·阿卜杜热依木", "阿样热合曼"),  # five characters: no line is full
        ("阿样杜热合曼", "·阿卜杜热依木", "阿样杜热合曼·阿卜杜热依木"),
        ("阿样·", "阿卜杜热依木", "阿样·阿卜杜热依木"),
    ],
)
def test_a_long_name_goes_on_below(first: str, second: str, name: str) -> None:
    assert name_on(first, second) == name


def test_a_label_between_the_lines_of_a_name_belongs_to_both() -> None:
    card = [line("姓名", 100, 122), line("性别男", 100, 210)]
    names = [line("阿样热合曼·阿卜", 240, 100, 40), line("杜热依木", 240, 146, 40)]
    read = fields([*card, *names], KnownLines(), DocumentType.ID_FRONT)
    assert read["姓名"] == "阿样热合曼·阿卜杜热依木"


def test_what_stands_elsewhere_is_not_of_the_name() -> None:
    assert name_on("阿样热合曼·阿卜", "杜热依木", indent=90) == "阿样热合曼·阿卜"
    assert name_on("阿样热合曼·阿卜", "杜热依木", second_at=180) == "阿样热合曼·阿卜"
    assert name_on("阿样热合曼·阿卜", "1988") == "阿样热合曼·阿卜"
    assert name_on("林知夏", "杜热依木") == "林知夏"


def test_an_interpunct_read_as_a_stop_is_one() -> None:
    assert name_on("阿样.买买提") == "阿样·买买提"
