"""Terms of which only the beginning was detected."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ocr.geometry import Quad
from ocr.recognition.line import Line
from tests.support.printed_lines import KnownLines, fields, line

BEGUN = "2019年07月01日至"


class Longer(KnownLines):
    """A `TextReader` that reads more of a line where it reads it longer."""

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        """What was `found`, in a quad that is longer than a label's space."""
        return self._found if any(quad[1][0] - quad[0][0] > 500 for quad in quads) else []


def term(*lines: Line, reader: KnownLines | None = None) -> str:
    """The term of a sheet with its beginning and some other lines."""
    sheet = [line("营业期限", 100, 100), line(BEGUN, 240, 100), *lines]
    return fields(sheet, reader or KnownLines())["营业期限"]


@pytest.mark.parametrize("end", ["******", "长期", "2039年06月30日"])
def test_an_end_that_stands_apart_on_its_row_is_the_terms(end: str) -> None:
    assert term(line(end, 630, 100)) == BEGUN + end


def test_what_is_no_end_or_stands_elsewhere_is_left_out() -> None:
    assert term(line("第1页", 630, 100)) == BEGUN
    assert term(line("******", 630, 180)) == BEGUN
    assert term(line("******", 900, 100)) == BEGUN


def test_signs_that_were_not_detected_are_read_in_a_longer_line() -> None:
    assert term(reader=Longer(line(BEGUN + "------", 240, 100))) == BEGUN + "------"
    assert term(reader=Longer(line("2019年07月01日至2", 240, 100))) == BEGUN
    assert term(reader=Longer(line("注册资本伍万元", 240, 100))) == BEGUN
