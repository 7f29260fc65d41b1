"""The lines of goods between their head and their total. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from loans.sources.readers.einvoice_printed import PrintedItem, is_amount, is_rate
from loans.sources.readers.einvoice_words import column_pattern, labels_in
from loans.sources.readers.placed_text import PlacedText, TextLine

NEAR = 1.2  # heights: how far apart the heads of one row may lie
CURRENCY = "¥￥"
LOW = 0.6  # heights below its head at which the first line may begin
_TWO_DECIMALS = re.compile(r"-?[¥Y￥]?-?\d[\d,]*\.\d{2}")


@dataclass(frozen=True)
class _Head:
    """The places of columns, page units; None for a column that the form lacks."""

    line: TextLine
    specification: float | None  # its left edge
    net: float | None
    rate: float | None
    tax: float | None


def items_of(lines: Sequence[TextLine]) -> list[PrintedItem]:
    """The goods of a page; a name that goes on in the next line is joined."""
    found: list[PrintedItem] = []
    for head, line in _lines_of_goods(lines):
        item = _item(line, head)
        if item is None:
            continue
        if item.net is not None:
            found.append(item)
        elif found and item.name:
            found[-1] = replace(found[-1], name=found[-1].name + item.name)
    return found


def _lines_of_goods(lines: Sequence[TextLine]) -> Iterator[tuple[_Head, TextLine]]:
    head: _Head | None = None
    for line in lines:
        found = [each.label for each in labels_in(line.text)]
        if "items" in found:
            head = _head(line, lines)
        elif {"total", "gross", "subtotal", "figures", "words"} & set(found):
            head = None
        elif head is not None and line.middle - head.line.middle > LOW * head.line.height:
            if _is_total(line):
                head = None
            else:
                yield head, line


def _is_total(line: TextLine) -> bool:
    """Totals have a currency and no rate; their label may not have been read."""
    in_yuan = any(part.text[0] in CURRENCY and is_amount(part.text) for part in line.parts)
    return in_yuan and not any(is_rate(part.text) for part in line.parts)


def _head(line: TextLine, lines: Sequence[TextLine]) -> _Head:
    """Where each column stands; heads of one row may lie in lines that are hardly apart."""
    near = [each for each in lines if abs(each.middle - line.middle) < NEAR * line.height]

    def column(name: str) -> tuple[float, float] | None:
        """Left edge and centre."""
        for each in near:
            found = column_pattern(name).search(each.text)
            if found:
                left, right = each.left_at(found.start()), each.right_at(found.end() - 1)
                return left, (left + right) / 2
        return None

    specification, net, rate, tax = map(column, ("specification", "net", "rate", "tax"))
    return _Head(
        line,
        specification[0] if specification else None,
        net[1] if net else None,
        rate[1] if rate else None,
        tax[1] if tax else None,
    )


def _item(line: TextLine, head: _Head) -> PrintedItem | None:
    parts = line.parts
    name = _name(parts, head)
    values = [part for part in parts if part not in name]
    title = "".join(part.text for part in name)
    rate = _rate(values, head)
    if rate is None:
        net = _nearest(values, head.net)
        others = [part for part in values if net and part.left > net.right]
        tax = _nearest(others, head.tax) if net else None
        found = [part.text if part else None for part in (net, tax)]
        return PrintedItem(title, found[0], None, found[1]) if title else None
    before = [part for part in values if part.right <= rate.centre and is_amount(part.text)]
    after = [part for part in values if part.left >= rate.centre and is_amount(part.text)]
    net_text = before[-1].text if before else None
    tax_text = after[0].text if after else None
    return PrintedItem(title, net_text, rate.text, tax_text) if title or net_text else None


def _name(parts: Sequence[PlacedText], head: _Head) -> list[PlacedText]:
    """The first text of a line, with what follows it without a gap in front of the next column."""
    first = parts[0]
    limit = head.specification if head.specification is not None else head.net
    if limit is None or first.left >= limit or is_amount(first.text):
        return []
    name = [first]
    for before, part in pairwise(parts):
        if part.left - before.right > before.height or part.centre > limit:
            break
        name.append(part)
    return name


def _rate(values: Sequence[PlacedText], head: _Head) -> PlacedText | None:
    """What may be a rate and stands nearest to their column, hardly further than to another."""
    may_be = [part for part in values if is_rate(part.text)]
    if head.rate is None:
        return may_be[-1] if may_be else None
    others = [place for place in (head.net, head.tax) if place is not None]
    place = head.rate

    def away(part: PlacedText) -> float:
        return abs(part.centre - place)

    beside = [
        part
        for part in may_be
        if part.text.endswith("%") or all(away(part) <= abs(part.centre - o) for o in others)
    ]
    return min(beside, key=away, default=None)


def _nearest(parts: Sequence[PlacedText], place: float | None) -> PlacedText | None:
    amounts = [part for part in parts if _TWO_DECIMALS.fullmatch(part.text)]
    if place is None:
        return amounts[-1] if amounts else None
    return min(amounts, key=lambda part: abs(part.centre - place), default=None)
