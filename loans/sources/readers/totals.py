"""Totals that a file prints, beside the rows that it holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from loans.sources.readers.amounts import AmountUnreadable, read_amount
from loans.sources.readers.layout import Layout
from loans.sources.readers.notes import Note
from loans.sources.rows import Direction, Row, RowKind

COUNT_AND_SUM = re.compile(
    r"(?P<side>收入|支出|借方|贷方|转入|转出|存入|支取)[^\d\n笔]{0,10}?(?P<count>\d+)\s*笔"
    r"[^\d\n]{0,8}?(?P<sum>-?\d[\d,]*\.?\d*)\s*元?"
)
COUNT = re.compile(r"(?:^|\D)共\s*(\d+)\s*笔记录")
OUT_SIDES = {"支出", "借方", "转出", "支取"}
WHOLE = re.compile(r"(?:合计|总计)")
PART = re.compile(r"(?:本页|小计)")


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


def totals_off(notes: Sequence[Note], layouts: Sequence[Layout], blocks: Sequence[Sums]) -> bool:
    """Whether a total that a note prints agrees neither with a table beside it nor with the file.

    `blocks` has the sums of each table, and of the whole file last.
    """
    return any(_is_off(note, layouts, blocks) for note in notes)


def _is_off(note: Note, layouts: Sequence[Layout], blocks: Sequence[Sums]) -> bool:
    near = {note.block - 1, note.block} & set(range(len(blocks) - 1))
    candidates = [*(blocks[at] for at in sorted(near)), blocks[-1]]
    text = unicodedata.normalize("NFKC", note.text)
    for found in COUNT_AND_SUM.finditer(text):
        side = Direction.OUT if found["side"] in OUT_SIDES else Direction.IN
        fen = _fen(found["sum"])
        if fen is not None and not any(
            sums.has(side, int(found["count"]), fen) for sums in candidates
        ):
            return True
    if any(
        not any(int(count) in sums.count for sums in candidates) for count in COUNT.findall(text)
    ):
        return True
    if note.beneath and WHOLE.search(note.words[0]) and not PART.search(text):
        return _columns_off(note, layouts[note.block - 1], candidates)
    return False


def _columns_off(note: Note, layout: Layout, candidates: list[Sums]) -> bool:
    """Of a line of totals under the columns of income and expense."""
    if not layout.income or not layout.expense:
        return False
    for side, places in ((Direction.IN, layout.income), (Direction.OUT, layout.expense)):
        at = places[0]
        fen = _fen(note.cells[at]) if at < len(note.cells) else None
        if fen is not None and not any(sums.has(side, None, fen) for sums in candidates):
            return True
    return False


def _fen(cell: object) -> int | None:
    try:
        amount = read_amount(cell)
    except AmountUnreadable:
        return None
    return None if amount is None else abs(amount.fen)
