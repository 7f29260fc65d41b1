"""Totals that a file prints, beside the rows that it holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from loans.sources.readers.amounts import FEN_A_YUAN, AmountUnreadable, read_amount
from loans.sources.readers.layout import Layout
from loans.sources.readers.notes import Note
from loans.sources.rows import Direction, Row, RowKind

_SIDE = r"(?P<side>收入|支出|借方|贷方|转入|转出|存入|支取)"
_SUM = r"(?P<sum>-?\d[\d,]*(?:\.\d+)?)(?![\d,.]*\d|\s*笔)"
COUNT_AND_SUM = re.compile(rf"{_SIDE}[^\d\n笔]{{0,10}}?(?P<count>\d+)\s*笔[^\d\n]{{0,8}}?{_SUM}")
SIDE_COUNT = re.compile(rf"{_SIDE}[^\d\n笔]{{0,10}}?(?P<count>\d+)\s*笔")
SIDE_SUM = re.compile(
    rf"{_SIDE}(?:发生额|金额)?(?:总计|合计|总额|总金额|共计)(?:金额)?[\s::]*(?:人民币|RMB|CNY|¥)?\s*{_SUM}"
)
COUNT = re.compile(r"(?:^|\D)共\s*(\d+)\s*笔记录")
OUT_SIDES = {"支出", "借方", "转出", "支取"}
WHOLE = re.compile(r"(?:合计|总计)")
PART = re.compile(r"小计|累计|[本当][页日周月季年]|[日月季年]计")


@dataclass(frozen=True)
class Sums:
    """What rows add up to: how many and how much came in and went out, by side.

    Publishers count trades that were closed, or not: both are kept.
    """

    count: tuple[int, int]
    sides: dict[Direction, tuple[tuple[int, int], tuple[int, int]]]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Sums:
        """The sums of rows."""
        counts = {side: [0, 0, 0, 0] for side in Direction}  # all, fen of all; paid, fen of paid
        for row in rows:
            found = counts[row.direction]
            found[0] += 1
            found[1] += abs(row.amount_fen)
            if row.kind is not RowKind.CLOSED:
                found[2] += 1
                found[3] += abs(row.amount_fen)
        paid = sum(found[2] for found in counts.values())
        return cls(
            (len(rows), paid),
            {side: ((a, b), (c, d)) for side, (a, b, c, d) in counts.items()},
        )

    def has(self, side: Direction, count: int | None, fen: int) -> bool:
        """Whether a side has this sum, and this count where one is given."""
        return any(fen == total and count in (None, number) for number, total in self.sides[side])

    @property
    def net(self) -> int:
        """What came less what went."""
        return self.sides[Direction.IN][0][1] - self.sides[Direction.OUT][0][1]

    def counts(self, side: Direction, count: int) -> bool:
        """Whether so many rows are of a side."""
        return any(count == number for number, _ in self.sides[side])

    def adds_up_to(self, fen: int) -> bool:
        """Whether amounts of one column make this sum: with signs, without, or of one side."""
        sums = set()
        for paid in (0, 1):
            came, went, neither = (self.sides[side][paid][1] for side in Direction)
            sums |= {came, went, came - went, came + went, came + went + neither}
        return abs(fen) in set(map(abs, sums))


@dataclass(frozen=True)
class Summed:
    """A table: its layout, and its sums; `of_one` where all amounts stand in the first column."""

    layout: Layout
    sums: Sums
    of_one: bool


def totals_off(notes: Sequence[Note], tables: Sequence[Summed], whole: Sums) -> bool:
    """Whether a total that a note prints agrees neither with a table beside it nor with the file.

    `whole` has the sums of the whole file.
    """
    return any(_is_off(note, tables, whole) for note in notes)


def _is_off(note: Note, tables: Sequence[Summed], whole: Sums) -> bool:
    near = sorted({note.block - 1, note.block} & set(range(len(tables))))
    candidates = [*(tables[at].sums for at in near), whole]
    text = unicodedata.normalize("NFKC", note.text)
    if any(not _has(candidates, found) for found in COUNT_AND_SUM.finditer(text)):
        return True
    if any(
        not any(sums.counts(_side(found), int(found["count"])) for sums in candidates)
        for found in SIDE_COUNT.finditer(text)
    ):
        return True
    said = [(_side(found), _fen(found["sum"], FEN_A_YUAN)) for found in SIDE_SUM.finditer(text)]
    if not PART.search(text) and _sides_off(said, candidates):
        return True
    if any(
        not any(int(count) in sums.count for sums in candidates) for count in COUNT.findall(text)
    ):
        return True
    if note.beneath and WHOLE.search(note.words[0]) and not PART.search(text):
        return _columns_off(note, tables[note.block - 1], candidates)
    return False


def _side(found: re.Match[str]) -> Direction:
    return Direction.OUT if found["side"] in OUT_SIDES else Direction.IN


def _has(candidates: Sequence[Sums], found: re.Match[str]) -> bool:
    """Whether sums have what a note says of a side."""
    fen = _fen(found["sum"], FEN_A_YUAN)
    count = found.groupdict().get("count")
    wanted = int(count) if count else None
    return fen is None or any(sums.has(_side(found), wanted, abs(fen)) for sums in candidates)


def _sides_off(said: Sequence[tuple[Direction, int | None]], candidates: Sequence[Sums]) -> bool:
    """Whether sums of sides are those of no table, nor their difference.

    A bank takes an entry back with a minus on the side where it stood: then both sums are less by
    as much.
    """
    known = [(side, abs(fen)) for side, fen in said if fen is not None]
    if all(any(sums.has(side, None, fen) for sums in candidates) for side, fen in known):
        return False
    if {side for side, _ in known} != {Direction.IN, Direction.OUT} or len(known) != 2:
        return True
    net = sum(fen if side is Direction.IN else -fen for side, fen in known)
    return not any(sums.net == net for sums in candidates)


def _columns_off(note: Note, table: Summed, candidates: Sequence[Sums]) -> bool:
    """Of a line of totals under the columns of income and expense, or under the amounts."""
    layout = table.layout
    if layout.income and layout.expense:
        pairs = ((Direction.IN, layout.income[0]), (Direction.OUT, layout.expense[0]))
        return _sides_off([(side, _total(note, layout, at)) for side, at in pairs], candidates)
    fen = _total(note, layout, layout.amounts[0]) if table.of_one else None
    return fen is not None and not any(sums.adds_up_to(fen) for sums in candidates)


def _total(note: Note, layout: Layout, at: int) -> int | None:
    cell = note.cells[at] if at < len(note.cells) else None
    return _fen(cell, layout.units.get(at, FEN_A_YUAN))


def _fen(cell: object, unit_fen: int) -> int | None:
    try:
        amount = read_amount(cell, unit_fen)
    except AmountUnreadable:
        return None
    return None if amount is None else amount.fen
