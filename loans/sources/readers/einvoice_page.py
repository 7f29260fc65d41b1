"""A page with texts in their places -> what the invoice on it says. Pure.

Values are found beside their labels and below their columns, never at fixed places, so that any
layout can be read that keeps the words of the official forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from loans.sources.readers.amount_words import words_in
from loans.sources.readers.einvoice_items import items_of
from loans.sources.readers.einvoice_parties import parties_of
from loans.sources.readers.einvoice_printed import (
    CODE,
    DIGITAL_NUMBER,
    OLD_NUMBER,
    PrintedInvoice,
    is_amount,
)
from loans.sources.readers.einvoice_words import (
    FoundLabel,
    is_like_an_invoice,
    labels_in,
    title_of,
    words,
)
from loans.sources.readers.placed_text import CELL, PlacedText, TextLine, joined, lines_of, narrow
from ocr.identifiers import find_date

NEAR = 1.6  # heights: how far from its label an amount's line may be
CERTAIN = 0.9  # as of codes (`ocr.extraction.codes`)
REMARK_MARK = "备"
LABEL_ABOVE = 2.2  # heights: how far below its label a value may be
VALUED = ("number", "code", "check_code", "day", "party_name", "party_number")
HEAD_LINES = 10  # in which a title stands
_NUMBER = re.compile(r"(?<!\d)(\d{20}|\d{8})(?!\d)")
_CODE = re.compile(r"(?<!\d)(\d{12}|\d{10})(?!\d)")
_CHECK = re.compile(r"(?<!\d)\d{20}(?!\d)")
_MONEY = re.compile(r"-?[¥Y￥]?-?\d[\d,]*\.\d{2}(?!\d)")
_GAPS = re.compile(r"[\t ]")


@dataclass(frozen=True)
class Labelled:
    """A label with what stands beside it, up to the next label or the next wide gap."""

    label: FoundLabel
    line: TextLine
    cell: str  # up to the next cell or label
    rest: str  # up to the next label, across cells

    @property
    def left(self) -> float:
        """Where the label begins."""
        return self.line.left_at(self.label.start)


class NoInvoice(Exception):
    """A page that is no invoice."""


class SeveralInvoices(Exception):
    """Pages with more than one invoice."""


def printed_invoice(texts: Sequence[PlacedText]) -> PrintedInvoice:
    """What the invoice on a page says. Raises `NoInvoice`, `SeveralInvoices`."""
    plain = [replace(text, text=narrow(text.text)) for text in texts]
    lines = lines_of(plain)
    labelled = list(_labelled(lines))
    head = [cell for line in lines[:HEAD_LINES] for cell in (*line.cells, "".join(line.cells))]
    title = title_of(head)
    before = head[: head.index(title)] if title else head
    if is_like_an_invoice(before) or not (title or _is_numbered(labelled)):
        raise NoInvoice
    if _are_several(lines, labelled):
        raise SeveralInvoices
    buyer, seller = parties_of(labelled, plain)
    net, tax = _net_and_tax(lines, labelled)
    gross, capital = _gross(lines, labelled)
    number = _number(lines, labelled)
    is_old = number is not None and OLD_NUMBER.fullmatch(number)
    code = _code(lines, labelled) if is_old else _first(labelled, "code", _CODE)
    return PrintedInvoice(
        kind=title.replace("(", "（").replace(")", "）") if title else None,
        number=number,
        code=code,
        check_code=_first(labelled, "check_code", _CHECK),
        day=_day(lines, labelled),
        seller=seller,
        buyer=buyer,
        net=net,
        tax=tax,
        gross=gross,
        items=items_of(lines),
        words=capital,
        remark=_cell(labelled, "remark") or _remark_in_the_margin(lines),
        drawer=_cell(labelled, "drawer") or None,
    )


def _labelled(lines: Sequence[TextLine]) -> Iterator[Labelled]:
    for line in lines:
        found = labels_in(line.text)
        ends = [*(label.start for label in found[1:]), len(line.text)]
        for label, end in zip(found, ends, strict=False):
            rest = line.text[label.end : end].strip(CELL + " :")
            if not rest and label.label in VALUED:
                rest = _below(label, line, lines)
            yield Labelled(label, line, joined(rest.split(CELL)[0]).strip(), rest)


def _below(label: FoundLabel, line: TextLine, lines: Sequence[TextLine]) -> str:
    """What stands right below a label that has nothing beside it, unless it is a label itself."""
    left, right = line.left_at(label.start), line.right_at(label.end - 1)
    for other in lines:
        down = other.middle - line.middle
        if not line.height / 2 < down < LABEL_ABOVE * line.height:
            continue
        for part in other.parts:
            over = min(right, part.right) - max(left, part.left)
            if over > min(right - left, part.right - part.left) / 2 and not labels_in(part.text):
                return part.text
    return ""


def _is_numbered(labelled: Sequence[Labelled]) -> bool:
    """Whether a page whose title was cut off says number, day and total as an invoice does."""
    known = {each.label.label for each in labelled if each.rest}
    numbered = any(_NUMBER.search(each.rest) for each in labelled if each.label.label == "number")
    return numbered and {"gross", "day"} <= known


def _are_several(lines: Sequence[TextLine], labelled: Sequence[Labelled]) -> bool:
    """Two titles and two numbers; a red invoice has two numbers and one title."""
    titles = sum(title_of(line.cells) is not None for line in lines)
    found = [_NUMBER.search(_GAPS.sub("", each.cell)) for each in labelled if _is_number(each)]
    return titles > 1 and len({match[0] for match in found if match}) > 1


def _is_number(labelled: Labelled) -> bool:
    return labelled.label.label == "number"


def _number(lines: Sequence[TextLine], labelled: Sequence[Labelled]) -> str | None:
    """Beside its label; else the first digits that may be one and stand alone."""
    found = _first(labelled, "number", _NUMBER)
    return found or _alone(lines, DIGITAL_NUMBER) or _alone(lines[:HEAD_LINES], OLD_NUMBER)


def _code(lines: Sequence[TextLine], labelled: Sequence[Labelled]) -> str | None:
    """Beside its label; else digits that stand alone in the head, as on paper."""
    return _first(labelled, "code", _CODE) or _alone(lines[:HEAD_LINES], CODE)


def _alone(lines: Sequence[TextLine], pattern: re.Pattern[str]) -> str | None:
    """The first cell that is nothing else and has no label before it in its line."""
    for line in lines:
        labels = labels_in(line.text)
        unlabelled = line.text[: labels[0].start] if labels else line.text
        for cell in unlabelled.split(CELL):
            if pattern.fullmatch(joined(cell).strip()):
                return joined(cell).strip()
    return None


def _cell(labelled: Sequence[Labelled], label: str) -> str:
    return next((each.cell for each in labelled if each.label.label == label and each.cell), "")


def _remark_in_the_margin(lines: Sequence[TextLine]) -> str:
    """Beside 备, which has 注 below it where the word runs down the margin."""
    for line in lines:
        if line.parts[0].text == REMARK_MARK:
            return "".join(part.text for part in line.parts[1:])
    return ""


def _first(labelled: Sequence[Labelled], label: str, pattern: re.Pattern[str]) -> str | None:
    for each in labelled:
        if each.label.label == label:
            for text in (each.cell, each.rest):
                found = pattern.search(_GAPS.sub("", text))
                if found:
                    return found[0]
    return None


def _day(lines: Sequence[TextLine], labelled: Sequence[Labelled]) -> date | None:
    beside = [each.rest for each in labelled if each.label.label == "day"]
    anywhere = [line.text for line in lines if "年" in line.text and "月" in line.text]
    for text in (*beside, *anywhere):
        found = find_date(_GAPS.sub("", text))
        if found:
            return found[0]
    return None


def _net_and_tax(
    lines: Sequence[TextLine], labelled: Sequence[Labelled]
) -> tuple[str | None, str | None]:
    """Of the line of totals: the left amount is the net one, the right one the tax."""
    own = _first(labelled, "net", _MONEY), _first(labelled, "tax", _MONEY)
    if all(own):
        return own
    totals = [each for each in labelled if each.label.label == "total"]
    for total in reversed(totals):
        found = _beside(lines, total)
        if found:
            return found[0], found[1] if len(found) > 1 else _hidden_tax(total)
    return _above_gross(lines, labelled)


def _hidden_tax(total: Labelled) -> str | None:
    """Exempt sales print *** or nothing for their tax."""
    shown = any(cell in words("rates", "hidden") for cell in total.line.cells)
    return "0" if shown else None


def _beside(lines: Sequence[TextLine], total: Labelled) -> list[str]:
    """The amounts of a label's line, or of a line that is hardly higher or lower."""
    near = [
        line
        for line in lines
        if abs(line.middle - total.line.middle) < NEAR * total.line.height
        and not any(found.label == "gross" for found in labels_in(line.text))
    ]
    near.sort(key=lambda line: abs(line.middle - total.line.middle))
    return next((found for line in near if (found := _amounts(line.text))), [])


def _above_gross(
    lines: Sequence[TextLine], labelled: Sequence[Labelled]
) -> tuple[str | None, str | None]:
    """The last line of two amounts in ¥ above the gross one: its label was not read."""
    gross = next((each.line for each in labelled if each.label.label == "gross"), None)
    if gross is None:
        return None, None
    for line in reversed([line for line in lines if line.middle < gross.middle]):
        found = [amount for amount in _amounts(line.text) if not amount[0].isdigit()]
        if len(found) > 1:
            return found[0], found[1]
    return None, None


def _gross(
    lines: Sequence[TextLine], labelled: Sequence[Labelled]
) -> tuple[str | None, str | None]:
    """The amount with tax in digits and in words."""
    starts = [each for each in labelled if each.label.label in ("gross", "figures")]
    near = [
        line
        for each in starts
        for line in lines
        if abs(line.middle - each.line.middle) < NEAR * each.line.height
    ]
    named = (words_in(cell) for line in (*near, *lines) if _is_certain(line) for cell in line.cells)
    capital = next((found for found in named if found), None)
    beside = _first(labelled, "figures", _MONEY) or _first(labelled, "gross", _MONEY)
    if beside is not None:
        return beside, capital
    in_line = [found for each in starts if (found := _amounts(each.line.text))]
    return (in_line[0][-1] if in_line else None), capital


def _is_certain(line: TextLine) -> bool:
    """Whether its Chinese characters were read well: a misread one names another amount."""
    return all(part.confidence >= CERTAIN for part in line.parts if words_in(part.text))


def _amounts(text: str) -> list[str]:
    return [amount for amount in _MONEY.findall(text) if is_amount(amount)]
