"""Texts with their places on a page, in lines: what PDF, OFD and photos have in common. Pure."""

from __future__ import annotations

import re
import statistics
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDE = 1.0  # heights of text: a gap from which on two texts are two cells
SAME_LINE = 0.5  # of the lower text's height that two texts of a line share
UPRIGHT = 2.2  # times the usual height: a text that runs down the page
CELL, JOINT = "\t", " "  # between two cells of a line, and between two texts of a cell
_NO_WORD_GAP = re.compile(r"(?<![A-Za-z]) | (?![A-Za-z])")


@dataclass(frozen=True)
class PlacedText:
    """A word, or what a recogniser read in one box; any unit, origin at the page's top left.

    `confidence` is a recogniser's probability of the weakest letter or digit, 0..1; of
    print it is 1.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    confidence: float = 1.0

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def centre(self) -> float:
        """Halfway between left and right."""
        return (self.left + self.right) / 2

    @property
    def middle(self) -> float:
        """Halfway between top and bottom."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class TextLine:
    """Texts beside each other, from left to right.

    `text` has a tab between two cells and a blank between two texts of one.
    """

    parts: tuple[PlacedText, ...]
    text: str
    starts: tuple[int, ...]  # where in `text` each part begins

    @property
    def middle(self) -> float:
        """Of its first part."""
        return self.parts[0].middle

    @property
    def height(self) -> float:
        """Of its first part."""
        return self.parts[0].height

    def part_at(self, position: int) -> PlacedText:
        """The part that a character of `text` belongs to."""
        return self.parts[self._place(position)]

    def left_at(self, position: int) -> float:
        """Where a character of `text` begins, if those of its part are equally wide."""
        at = self._place(position)
        part = self.parts[at]
        share = (position - self.starts[at]) / max(len(part.text), 1)
        return part.left + (part.right - part.left) * min(share, 1.0)

    def right_at(self, position: int) -> float:
        """Where a character of `text` ends."""
        part = self.part_at(position)
        return self.left_at(position) + (part.right - part.left) / max(len(part.text), 1)

    def _place(self, position: int) -> int:
        return max(bisect_right(self.starts, position) - 1, 0)

    @property
    def cells(self) -> list[str]:
        """Its texts, apart where a wide gap is between them."""
        return [joined(cell) for cell in self.text.split(CELL) if cell]


def narrow(text: str) -> str:
    """Full-width forms made narrow, one character for one, and white space removed."""
    plain = (_narrow(character) for character in text)
    return "".join(character for character in plain if not character.isspace())


def joined(text: str) -> str:
    """A text without the blanks between its parts, unless they are between Latin words."""
    return _NO_WORD_GAP.sub("", text)


def _narrow(character: str) -> str:
    one = unicodedata.normalize("NFKC", character)
    return one if len(one) == 1 else character


def lines_of(texts: Iterable[PlacedText]) -> list[TextLine]:
    """The lines of a page from top to bottom; texts that run down the page are in none."""
    known = [text for text in texts if text.text]
    if not known:
        return []
    usual = statistics.median(text.height for text in known)
    level = [text for text in known if not runs_down(text, usual)]
    chains: list[list[PlacedText]] = []
    for text in sorted(level, key=lambda each: each.left):
        beside = [chain for chain in chains if _shared(chain[-1], text) >= SAME_LINE]
        if beside:
            max(beside, key=lambda chain: _shared(chain[-1], text)).append(text)
        else:
            chains.append([text])
    return sorted((_line(chain) for chain in chains), key=lambda line: line.middle)


def runs_down(text: PlacedText, usual: float) -> bool:
    """Whether a text is much higher than usual and higher than wide."""
    return text.height > UPRIGHT * usual and text.height > text.right - text.left


def _shared(one: PlacedText, other: PlacedText) -> float:
    """The share of the lower text's height at which both are."""
    if other.left < one.left + (one.right - one.left) / 2:
        return 0.0  # above or below each other
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / max(min(one.height, other.height), 1e-6)


def _line(parts: Sequence[PlacedText]) -> TextLine:
    text, starts = "", []
    for before, part in zip((None, *parts), parts, strict=False):
        if before is not None:
            text += _between(before, part)
        starts.append(len(text))
        text += part.text
    return TextLine(tuple(parts), text, tuple(starts))


def _between(one: PlacedText, other: PlacedText) -> str:
    is_wide = other.left - one.right > WIDE * min(one.height, other.height)
    return CELL if is_wide else JOINT
