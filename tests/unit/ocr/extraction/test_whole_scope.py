"""Scopes of which the detector lost a part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ocr.extraction.values import Value
from ocr.extraction.whole_scope import whole_scope
from ocr.geometry import Quad
from ocr.recognition.line import Line
from tests.support.printed_lines import KnownLines, line

BEGINNING, END = "(依法须经批准的项目,经相关部门批", "准后方可开展经营活动)"


class Rows(KnownLines):
    """A `TextReader` of one row, which it reads as far as it is asked to, and of an ending."""

    def __init__(self, row: str = "", endings: Sequence[str] = ()) -> None:
        super().__init__()
        self._row, self._endings = row, endings
        self.asked: list[str] = []

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        (quad,) = quads
        width = float(np.ptp(quad[:, 0]))
        return [line(self._row[: int(width / 30)], 100, 100)]

    def attempts(self, quad: Quad, alphabet: str) -> list[Line]:
        self.asked.append(alphabet)
        return [line(text, float(quad[0][0]), 140) for text in self._endings]


def scope(*rows: str) -> Value:
    lines = tuple(line(text, 100, 100 + 40 * at) for at, text in enumerate(rows))
    return Value("".join(rows), lines)


def test_a_row_is_read_to_where_the_legal_sentence_goes_on() -> None:
    whole = whole_scope(scope("餐饮服务。", END), Rows("餐饮服务。" + BEGINNING))
    assert whole.text == "餐饮服务。" + BEGINNING + END


@pytest.mark.parametrize("row", ["餐饮服务。", "餐饮服务。食品销售", "零售批发。" + BEGINNING])
def test_what_the_row_does_not_show_is_not_made_up(row: str) -> None:
    read = scope("餐饮服务。", END)
    assert whole_scope(read, Rows(row)) == read


def test_a_whole_scope_is_not_read_again() -> None:
    reader = Rows()
    for rows in (("餐饮服务。",), ("餐饮服务。" + BEGINNING, END), ("餐饮服务。", BEGINNING + END)):
        assert whole_scope(scope(*rows), reader).text == "".join(rows)
    assert reader.asked == []


@pytest.mark.parametrize(
    ("endings", "end"),
    [
        (("食品)。", "食品)。", "食品)"), "。"),
        (("食品)。", "食品)", "食品)"), ""),
        ((), ""),
    ],
)
def test_a_full_stop_that_most_readings_show(endings: tuple[str, ...], end: str) -> None:
    read = "食品销售(仅销售预包装食品)"
    whole = whole_scope(scope(read), Rows(endings=endings))
    assert whole.text == read + end
