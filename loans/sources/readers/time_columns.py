"""Which columns say when a row happened."""

from __future__ import annotations

from loans.sources.readers.header import TIMES
from loans.sources.readers.records import Cell
from loans.sources.readers.sample import Sample
from loans.sources.readers.times import TimeUnreadable, looks_like_a_date, read_clock


def time_columns(sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Columns with days, within a role those with a time first; and columns with times only."""
    days, clocks = [], []
    for rank, role in enumerate(TIMES):
        for at in sample.header.places(role):
            found = [sample.time(cell) for cell in sample.column(at)]
            dated = [moment for moment in found if moment is not None]
            if len(dated) * 2 > len(found) and dated:
                timed = any(hasattr(moment, "hour") for moment in dated)
                days.append((rank, not timed, at))
            elif any(_is_clock(cell) for cell in sample.column(at)):
                clocks.append(at)
    days.sort()
    return tuple(at for _, _, at in days), tuple(clocks)


def days_in_two_orders(sample: Sample) -> bool:
    """Whether days stand there of which month and day cannot be told apart."""
    return sample.order is None and any(
        looks_like_a_date(cell) and isinstance(cell, str)
        for at in sample.header.places(*TIMES)
        for cell in sample.column(at)
    )


def _is_clock(cell: Cell) -> bool:
    try:
        return read_clock(cell) is not None
    except TimeUnreadable:
        return False
