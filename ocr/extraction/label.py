"""A printed label as it was found among the lines of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ocr.recognition.line import Line

SPECKS = ".,·:;、'\"`-☑"  # what copies and borders add before and inside a label
ON_ROW = 0.65  # line heights that a piece may stand above or below the one before it
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Label:
    """A label as found: its pieces, and the rest of the last one where the value follows in it.

    `sources` are the page's lines that it was cut from.
    """

    name: str
    pieces: tuple[Line, ...]
    rest: Line | None
    sources: tuple[Line, ...]

    @property
    def left(self) -> float:
        """Where it begins, page pixels."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Where it ends, page pixels."""
        return self.pieces[-1].right

    @property
    def height(self) -> float:
        """The mean height of its pieces, page pixels."""
        return sum(piece.height for piece in self.pieces) / len(self.pieces)

    def row_at(self, x: float) -> float:
        """How high its row runs at `x`."""
        return (self.rest or self.pieces[-1]).middle_at(x)


def unlabelled(lines: Iterable[Line], labels: Iterable[Label]) -> list[Line]:
    """The lines that no label was cut from."""
    used = {id(line) for label in labels for line in label.sources}
    return [line for line in lines if id(line) not in used]


def cut_label(name: str, pieces: tuple[Line, ...], start: int, end: int) -> Label:
    """A label that ends in its last piece, from `start` to `end`; the rest of it is the value."""
    last = pieces[-1]
    after = end
    while after < len(last.text) and last.text[after] in SPECKS:
        after += 1
    rest = last.part(after) if after < len(last.text) else None
    own = last.part(start, end) if rest is not None or start else last
    return Label(name, (*pieces[:-1], own), rest, pieces)


def without_specks(line: Line) -> tuple[str, list[int]]:
    """The line without the specks that copies make, and where each letter stands in it."""
    where = [k for k, letter in enumerate(line.text) if letter not in SPECKS]
    return "".join(line.text[k] for k in where), where


def chinese_in(line: Line) -> tuple[str, list[int]]:
    """The Chinese characters of a line, and where each stands in it."""
    found = list(_CHINESE.finditer(line.text))
    return "".join(one[0] for one in found), [one.start() for one in found]
