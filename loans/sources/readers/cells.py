"""What stands in the cells of a record: words, names, amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loans.sources.readers.amounts import AmountUnreadable, read_amount
from loans.sources.readers.records import Cell

NOTHING = re.compile(r"[-/\s*—_.]*$")
ACCOUNT_NUMBER = re.compile(r"\s*\(?[\d*]{6,}\)?$")


def cell_at(cells: Sequence[Cell], at: int | None) -> Cell:
    """The cell in a column; None where there is no such column, or the record ends before."""
    return cells[at] if at is not None and at < len(cells) else None


def text_at(cells: Sequence[Cell], at: int) -> str:
    """The text in a column without blanks and marks around it; a dash alone is none."""
    if at >= len(cells):
        return ""
    cell = cells[at]
    text = cell.strip("\t `'\"\u3000\xa0") if isinstance(cell, str) else str(cell or "")
    if text[:1] not in "-/*—_.":
        return text
    return "" if NOTHING.match(text) else text


def name_in(text: str) -> str | None:
    """The name in a text, without the account number that some publishers write behind it."""
    name = text.strip("\t `'\"\u3000\xa0")
    name = ACCOUNT_NUMBER.sub("", name).strip() or name
    return None if NOTHING.match(name) else name


def holds_amount(cells: Sequence[Cell], at: int) -> bool:
    """Whether something stands in a column of amounts, be it none that can be read."""
    if at >= len(cells):
        return False
    try:
        return read_amount(cells[at]) is not None
    except AmountUnreadable:
        return True


def words_at(cells: Sequence[Cell], places: tuple[int, ...]) -> str:
    """The texts of some columns, each said once."""
    if len(places) == 1:
        return text_at(cells, places[0])
    found = (text_at(cells, at) for at in places)
    return " ".join(dict.fromkeys(text for text in found if text))
