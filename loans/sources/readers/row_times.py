"""When a record happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from loans.sources.readers.clocks import read_clock
from loans.sources.readers.layout import Layout
from loans.sources.readers.records import Cell
from loans.sources.readers.refusal import RowReason, RowRefused
from loans.sources.readers.times import CHINA, TimeUnreadable, read_time


def time_of(layout: Layout, cells: Sequence[Cell]) -> datetime | date:
    """The moment or the day of a record. Raises `RowRefused`."""
    for at in layout.times:
        cell = cells[at] if at < len(cells) else None
        if cell in (None, ""):
            continue
        try:
            moment = read_time(cell, layout.year_month, layout.order)
        except TimeUnreadable as error:
            raise RowRefused(RowReason.TIME) from error
        if moment is None:
            continue
        if not isinstance(moment, datetime) and (clock := _clock(layout, cells)) is not None:
            return datetime.combine(moment, clock, tzinfo=CHINA)
        return moment
    raise RowRefused(RowReason.TIME)


def _clock(layout: Layout, cells: Sequence[Cell]) -> time | None:
    for at in layout.clocks:
        if at < len(cells):
            try:
                clock = read_clock(cells[at])
            except TimeUnreadable as error:
                raise RowRefused(RowReason.TIME) from error
            if clock is not None:
                return clock
    return None
