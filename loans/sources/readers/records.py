"""What every container gives: tables of records with the lines they begin at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Cell = object  # text, a number, a day, a moment, a time of day, or None
Record = tuple[int, Sequence[Cell]]  # the line or row at which it begins, from 1; its cells


@dataclass(frozen=True)
class Table:
    """Records that belong together: a text file, a sheet, the pages of a PDF.

    `ragged` is true where a row with fewer cells than its header has lost some.
    """

    name: str
    records: Iterator[Record]
    ragged: bool = False


def words_of(cells: Sequence[Cell]) -> list[str]:
    """The cells that hold something, as text."""
    return [text for cell in cells if cell is not None and (text := str(cell).strip())]
