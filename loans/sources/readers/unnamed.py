"""Columns whose names nobody knows: what stands in them may tell, or forbid a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from loans.sources.readers.records import Cell
from loans.sources.readers.sample import Sample, cell_of
from loans.sources.readers.vocabulary import plain, vocabulary

NEARLY_ALL = 0.9  # of the rows that have to say the same
FEW_WORDS = 12  # different ones in a column of types
CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?\s*([ap]m)?$", re.IGNORECASE)
WEAK_TIMES = ("created", "posted", "recorded", "value_date")
ORDER_PAID = "paid"
WEAK_AMOUNTS = ("amount_order", "amount_other")
AFTER_FEES = "amount_posted"  # of a merchant


def unnamed(sample: Sample) -> list[int]:
    """Columns that have a name, but none that is known."""
    header = sample.header
    return [at for at, name in enumerate(header.names) if name and header.roles[at] is None]


def unnamed_clocks(sample: Sample) -> tuple[int, ...]:
    """Columns of which every cell is a time of day."""
    return tuple(
        at for at in unnamed(sample) if (cells := sample.column(at)) and all(map(_is_clock, cells))
    )


def unnamed_moments(sample: Sample, day: int) -> tuple[int, ...]:
    """Columns of moments, each on the day that stands in the column of days."""
    found = []
    for at in unnamed(sample):
        pairs = [
            (sample.time(cell_of(row, at)), sample.time(cell_of(row, day))) for row in sample.rows
        ]
        if pairs and all(
            isinstance(moment, datetime) and moment.date() == _day(other) for moment, other in pairs
        ):
            found.append(at)
    return tuple(found)


def another_time(sample: Sample, chosen: int) -> bool:
    """Whether a column holds other days than the chosen one, which is not called the trade's.

    Where the balance moved, an order may have been paid before.
    """
    role, moved = sample.header.roles[chosen], bool(sample.header.places("balance"))
    if role not in WEAK_TIMES and not (moved and role == ORDER_PAID):
        return False
    for at in unnamed(sample):
        days = [(_time(sample, row, at), _time(sample, row, chosen)) for row in sample.rows]
        known = [(day, other) for day, other in days if day is not None]
        enough = bool(known) and len(known) >= NEARLY_ALL * len(days)
        if enough and any(day != other for day, other in known):
            return True
    return False


def another_amount(sample: Sample, chosen: int, merchant: bool) -> bool:
    """Whether a column holds other amounts of the same size as the chosen ones, of a vague name.

    What is settled with a merchant is vague, too: fees may have been taken off.
    """
    role = sample.header.roles[chosen]
    if role not in WEAK_AMOUNTS and not (merchant and role == AFTER_FEES):
        return False
    for at in unnamed(sample):
        pairs = [
            (abs(one.fen), abs(other.fen))
            for row in sample.rows
            if (one := sample.amount(row, chosen)) and (other := sample.amount(row, at))
        ]
        alike = sum(max(pair) <= 2 * min(pair) for pair in pairs)
        enough = bool(pairs) and min(len(pairs), alike) >= NEARLY_ALL * len(sample.rows)
        if enough and any(one != other for one, other in pairs):
            return True
    return False


def unnamed_types(sample: Sample) -> tuple[int, ...]:
    """Columns of few words, of which one is that of a refund."""
    refund = vocabulary().kinds["refund"]
    found = []
    for at in unnamed(sample):
        words = {plain(str(cell)) for cell in sample.column(at)}
        if len(words) <= FEW_WORDS and any(word in said for said in words for word in refund):
            found.append(at)
    return tuple(found)


def _is_clock(cell: Cell) -> bool:
    return isinstance(cell, str) and CLOCK.match(cell.strip()) is not None


def _time(sample: Sample, row: Sequence[Cell], at: int) -> object:
    cell = cell_of(row, at)  # a number may be a day, and is more often an amount
    return sample.time(cell) if isinstance(cell, str | date) else None


def _day(moment: object) -> date | None:
    if isinstance(moment, datetime):
        return moment.date()
    return moment if isinstance(moment, date) else None
