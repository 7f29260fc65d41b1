"""Days that account books print in columns of their own, 年, 月 and 日, put into one cell."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loans.sources.readers.header import header_of
from loans.sources.readers.records import Cell, Record
from loans.sources.readers.vocabulary import plain

YEAR, MONTH, DAY = ("年", "年份", "年度"), ("月", "月份"), ("日",)
WHOLE = "日期"  # what the column of whole days is called
LATEST_HEADER = 500  # records in which such a header is looked for
YEAR_SAID = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*年)|^\s*((?:19|20)\d\d)\s*$")
NUMBER = re.compile(r"(\d{1,4})[年月日号]?$")
DITTO = frozenset(('"', "''", "″", "〃", "”", "“", "同上", "同"))
TURN = 6  # months back by which a book has come to the next year, where one is named


def whole_days(records: Iterator[Record]) -> Iterator[Record]:
    """Records whose days in parts are whole, in the column of the month; others as they are.

    The year stands in its own column, over the month, or in the notes before; the month of the row
    before holds on. A day that would have to be guessed stays in parts, and is no day.
    """
    days = _Days()
    held: Record | None = None
    for count, record in enumerate(records):
        if count > LATEST_HEADER and not days.found:
            if held is not None:
                yield held
            yield record
            yield from records
            return
        if held is not None:
            joined = days.header(record, held[1])
            if joined is not None:
                yield joined
                held = None
                continue
            yield days.whole(held)
        held = record
    if held is not None:
        yield days.whole(held)


@dataclass(frozen=True)
class _Places:
    """The columns of a day's parts."""

    year: int | None
    month: int

    @property
    def day(self) -> int:
        return self.month + 1

    @property
    def all(self) -> tuple[int, ...]:
        return (self.month, self.day) if self.year is None else (self.year, self.month, self.day)


class _Days:
    """Where the parts of days stand, and what holds on from the rows before."""

    def __init__(self) -> None:
        self.places: _Places | None = None
        self.said: set[int] = set()  # years in the notes
        self.year: int | None = None
        self.month: int | None = None
        self.day: int | None = None

    @property
    def found(self) -> bool:
        return self.places is not None

    def header(self, record: Record, above: Sequence[Cell]) -> Record | None:
        """The header of two rows, the lower of which names month and day; None for another."""
        line, cells = record
        places = _places(cells)
        if places is None or header_of(line, cells) is not None:
            return None
        names = _joined(above, cells, places)
        year = self.year
        over = [above[at] for at in places.all if at < len(above)]
        said = [found for cell in over for found in _years(cell)]
        if header_of(line, names) is None or not self._begin(places, said):
            self.year = year
            return None
        return line, names

    def whole(self, record: Record) -> Record:
        """A record with its day in one cell; a header of one row with one name for it."""
        line, cells = record
        if (places := _places(cells)) is not None:
            names = _joined((), cells, places)
            if header_of(line, names) is not None and self._begin(places, []):
                return line, names
        if self.places is None or self.places.day >= len(cells):
            self.said.update(found for cell in cells for found in _years(cell))
            return record
        day = self._day(cells, self.places)
        if day is None:
            return record
        written = list(cells)
        for at in self.places.all:
            written[at] = None
        written[self.places.month] = day
        return line, written

    def _begin(self, places: _Places, said: list[int]) -> bool:
        """Whether the year is known under a header, by what stands over it or in the notes."""
        years = set(said) or ({self.year} if self.year else self.said)
        if places.year is None and len(years) != 1:
            return False
        self.places, self.month, self.day = places, None, None
        self.year = next(iter(years)) if len(years) == 1 else None
        self.said |= years - {None}
        return True

    def _day(self, cells: Sequence[Cell], places: _Places) -> str | None:
        """The day of a row; None where one of its parts is not known."""
        year = self.year
        if places.year is not None and not _is_ditto(cells[places.year], blank=True):
            year = _number(cells[places.year])
        before = self.month
        month = (
            before if _is_ditto(cells[places.month], blank=True) else _number(cells[places.month])
        )
        day = self.day if _is_ditto(cells[places.day], blank=False) else _number(cells[places.day])
        if year is None or month is None or day is None or not _is_day(year, month, day):
            return None
        if places.year is None and before is not None and month < before:
            if before - month < TURN or year + 1 not in self.said:
                return None  # the next year, or an entry made late
            year += 1
        self.year, self.month, self.day = year, month, day
        return f"{year}-{month:02}-{day:02}"


def _places(cells: Sequence[Cell]) -> _Places | None:
    for at, cell in enumerate(cells[:-1]):
        if isinstance(cell, str) and plain(cell) in MONTH and plain(str(cells[at + 1])) in DAY:
            own_year = at > 0 and plain(str(cells[at - 1] or "")) in YEAR
            return _Places(at - 1 if own_year else None, at)
    return None


def _joined(above: Sequence[Cell], below: Sequence[Cell], places: _Places) -> list[Cell]:
    """The names of columns out of two rows: 凭证 over 字 and 号, 摘要 alone."""
    width = max(len(above), len(below))
    upper = [*(str(cell or "").strip() for cell in above), *[""] * (width - len(above))]
    lower = [*(str(cell or "").strip() for cell in below), *[""] * (width - len(below))]
    names: list[Cell] = []
    over = ""
    for at, (top, bottom) in enumerate(zip(upper, lower, strict=True)):
        over = "" if at in places.all else top or over
        names.append(f"{over}{bottom}" if bottom else top)
    for at in places.all:
        names[at] = ""
    names[places.month] = WHOLE
    return names


def _years(cell: Cell) -> list[int]:
    return [int(one or other) for one, other in YEAR_SAID.findall(_text(cell))]


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _is_ditto(cell: Cell, blank: bool) -> bool:
    """Whether a cell says that the one above holds on, by a mark or, where it may, by a blank."""
    text = str(cell if cell is not None else "").strip()
    return text in DITTO or (blank and not text)


def _number(cell: Cell) -> int | None:
    found = NUMBER.match(_text(cell))
    return int(found[1]) if found else None


def _text(cell: Cell) -> str:
    """A cell as text; a whole number without the decimals that sheets give it."""
    whole = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    return unicodedata.normalize("NFKC", str(whole if whole is not None else "")).strip()
