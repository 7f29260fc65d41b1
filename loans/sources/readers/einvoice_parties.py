"""Who sells and who buys, from labels and the margins of a page. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from loans.sources.invoices import Party
from loans.sources.readers.einvoice_printed import NOBODY, TAX_NUMBER
from loans.sources.readers.einvoice_words import BUYER, SELLER, FoundLabel, words
from loans.sources.readers.placed_text import CELL, PlacedText, TextLine

MARGIN = 6.0  # heights of a label: how far above or below it its side may be printed
BELOW = 1.9  # heights: the second line of a long name
_NO_NAME = re.compile(r"[\d*+\-/<>|.,:;()（）\s]*")


class LabelledText(Protocol):
    """A label with what stands beside it."""

    @property
    def label(self) -> FoundLabel:
        """The label."""

    @property
    def line(self) -> TextLine:
        """The line it is in."""

    @property
    def cell(self) -> str:
        """What follows up to the next cell."""

    @property
    def rest(self) -> str:
        """What follows up to the next label."""

    @property
    def left(self) -> float:
        """Where the label begins."""


@dataclass(frozen=True)
class _Block:
    """A party's name with its number."""

    name: LabelledText
    number: LabelledText | None
    party: Party
    side: str | None


def parties_of(
    labelled: Sequence[LabelledText], texts: Sequence[PlacedText]
) -> tuple[Party, Party]:
    """Buyer and seller.

    The side stands in the label, or in the margin before it. Failing that, the buyer is left of the
    seller, or above it, as in every official form.
    """
    numbers = [each for each in labelled if each.label.label == "party_number"]
    blocks = []
    for each in labelled:
        if each.label.label == "party_name":
            number = _number_of(each, numbers, labelled)
            if number is not None:
                numbers.remove(number)
            party = Party(_name(each, texts), _tax_number(number))
            side = each.label.side or (number.label.side if number else None)
            blocks.append(_Block(each, number, party, side or _side_of(each, texts)))
    return _told_apart(blocks[:2] if len(blocks) < 3 else _sided(blocks))


def _sided(blocks: Sequence[_Block]) -> list[_Block]:
    """Of more names than two, those with a number or a side first."""
    ranked = sorted(blocks, key=lambda block: (block.side is None, block.number is None))
    kept = ranked[:2]
    return [block for block in blocks if block in kept]


def _told_apart(blocks: Sequence[_Block]) -> tuple[Party, Party]:
    if not blocks:
        return NOBODY, NOBODY
    if len(blocks) == 1:
        only = blocks[0]
        return (NOBODY, only.party) if only.side == SELLER else (only.party, NOBODY)
    first, second = _in_reading_order(blocks)
    if first.side != second.side and SELLER in (first.side, second.side):
        if first.side == SELLER or second.side == BUYER:
            first, second = second, first
    elif first.side != second.side and second.side == BUYER:
        first, second = second, first
    return first.party, second.party


def _in_reading_order(blocks: Sequence[_Block]) -> tuple[_Block, _Block]:
    one, other = blocks
    apart = abs(one.name.line.middle - other.name.line.middle)
    if apart < MARGIN / 2 * one.name.line.height:
        return (one, other) if one.name.left <= other.name.left else (other, one)
    return (one, other) if one.name.line.middle <= other.name.line.middle else (other, one)


def _number_of(
    name: LabelledText, numbers: Sequence[LabelledText], labelled: Sequence[LabelledText]
) -> LabelledText | None:
    """The nearest label of a number at or below a name, of the same side or in the same column."""
    height = name.line.height
    names = [each for each in labelled if each.label.label == "party_name"]

    def distance(number: LabelledText, of: LabelledText) -> float:
        down = number.line.middle - of.line.middle
        return abs(number.left - of.left) + 2 * abs(down) + (1e6 if down < -height else 0)

    mine = [
        number
        for number in numbers
        if number.label.side in (None, name.label.side)
        and min(names, key=lambda each: distance(number, each)) is name
    ]
    sided = [each for each in numbers if each.label.side and each.label.side == name.label.side]
    return min(sided or mine, key=lambda number: distance(number, name), default=None)


def _tax_number(number: LabelledText | None) -> str | None:
    if number is None:
        return None
    plain = re.sub(r"[\t ]", "", number.cell).upper()
    found = TAX_NUMBER.search(plain)
    return found[0] if found else None


def _name(name: LabelledText, texts: Sequence[PlacedText]) -> str | None:
    value = name.cell
    if not value or _NO_NAME.fullmatch(value):
        return None
    return value + _second_line(name, texts)


def _second_line(name: LabelledText, texts: Sequence[PlacedText]) -> str:
    """What goes on right below a name, beginning where the name began."""
    at = name.line.text.find(name.cell[0], name.label.end)
    if at < 0:
        return ""
    first = name.line.part_at(at)
    begin = name.line.left_at(at)
    width = first.height
    for text in texts:
        below = 0.5 * width < text.middle - first.middle < BELOW * width
        if below and abs(text.left - begin) < width / 2 and _goes_on(text.text):
            return text.text
    return ""


def _goes_on(text: str) -> bool:
    return re.fullmatch(r"[一-龥()（）]{2,}", text) is not None and CELL not in text


def _side_of(name: LabelledText, texts: Sequence[PlacedText]) -> str | None:
    """The side that the nearest mark in the margin names."""
    height, middle, left = name.line.height, name.line.middle, name.left
    nearest, side = float("inf"), None
    for text in texts:
        found = _marked(text.text)
        inside = text.top - MARGIN * height < middle < text.bottom + MARGIN * height
        if found is None or not inside or text.centre > left + height:
            continue
        away = left - text.centre + abs(text.middle - middle)
        if away < nearest:
            nearest, side = away, found
    return side


def _marked(text: str) -> str | None:
    if "章" in text:
        return None
    for side in (BUYER, SELLER):
        whole = text in words("parties", f"{side}_marks")
        if whole or text.startswith(tuple(words("parties", side))):
            return side
    return None
