"""The first records under a header, by which it is decided what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loans.sources.readers.amounts import FEN_A_YUAN, Amount, AmountUnreadable, read_amount
from loans.sources.readers.header import TIMES, Header
from loans.sources.readers.records import Cell
from loans.sources.readers.times import (
    DayOrder,
    TimeUnreadable,
    looks_like_a_date,
    orders_of,
    read_time,
)


class Sample:
    """The columns of one header with the cells of its first rows."""

    def __init__(
        self,
        header: Header,
        records: Sequence[Sequence[Cell]],
        units: Mapping[int, int],
        year_month: tuple[int, int] | None,
        said_order: DayOrder | None,
    ) -> None:
        self.header = header
        self.records = records
        self.units = units
        self.year_month = year_month
        whens = header.places(*TIMES)
        self.order = _order(
            [cell for row in records for at in whens if isinstance(cell := cell_of(row, at), str)],
            said_order,
        )
        self.rows: list[Sequence[Cell]] = [
            row for row in records if any(self._is_day(cell_of(row, at)) for at in whens)
        ]

    def _is_day(self, cell: Cell) -> bool:
        return self.time(cell) is not None or looks_like_a_date(cell)

    def time(self, cell: Cell) -> object:
        """The day or the moment in a cell; None where none can be read."""
        try:
            return read_time(cell, self.year_month, self.order)
        except TimeUnreadable:
            return None

    def column(self, at: int) -> list[Cell]:
        """The cells of a column that hold something."""
        return [cell for row in self.rows if (cell := cell_of(row, at)) not in (None, "")]

    def amount(self, row: Sequence[Cell], at: int) -> Amount | None:
        """The amount in a cell of a row; None where there is none, or none that can be read."""
        try:
            return read_amount(cell_of(row, at), self.units.get(at, FEN_A_YUAN))
        except AmountUnreadable:
            return None

    def amounts(self, at: int) -> list[Amount]:
        """The amounts that can be read in a column."""
        found = (self.amount(row, at) for row in self.rows)
        return [amount for amount in found if amount is not None]

    def fullest(self, places: Sequence[int]) -> list[int]:
        """Columns in order of how many amounts they hold."""
        return sorted(places, key=lambda at: -len(self.amounts(at)))

    def mostly_amounts(self, at: int) -> bool:
        """Whether most rows have an amount in a column."""
        return bool(self.rows) and len(self.amounts(at)) * 2 > len(self.rows)

    def mostly_negative(self, at: int) -> bool:
        """Whether most amounts of a column that are not zero have a minus."""
        return mostly_negative([amount.fen for amount in self.amounts(at)])

    def same(self, places: Sequence[int]) -> int | None:
        """The first of the columns that says the same in each row: of the account, not of a row."""
        for at in places:
            if len(set(map(str, self.column(at)))) == 1:
                return at
        return None


def _order(cells: list[str], said: DayOrder | None) -> DayOrder | None:
    """What days prove; what the notes say where they prove nothing, and none against them."""
    possible = orders_of(cells) | ({said} if said else set())
    return possible.pop() if len(possible) == 1 else None


def cell_of(row: Sequence[Cell], at: int) -> Cell:
    """The cell of a row in a column; None where the row ends before."""
    return row[at] if at < len(row) else None


def first_of(places: Sequence[int]) -> int | None:
    """The first of some columns, if there is any."""
    return places[0] if places else None


def mostly_negative(fen: Sequence[int]) -> bool:
    """Whether most of these amounts that are not zero have a minus."""
    moved = [amount for amount in fen if amount]
    return sum(amount < 0 for amount in moved) * 2 > len(moved)
