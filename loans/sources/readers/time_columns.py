"""Which columns say when a row happened."""

from __future__ import annotations

import re

from loans.sources.readers.clocks import read_clock
from loans.sources.readers.header import TIMES
from loans.sources.readers.records import Cell
from loans.sources.readers.sample import Sample
from loans.sources.readers.times import TimeUnreadable, looks_like_a_date
from loans.sources.readers.unnamed import unnamed_clocks, unnamed_moments
from loans.sources.readers.vocabulary import plain

CHINAS_ZONE = frozenset(
    (
        "asia/shanghai", "asia/hong_kong", "prc", "cst", "hkt", "gmt+8", "gmt+08", "gmt+0800",
        "utc+8", "utc+08", "utc+0800", "+8", "+08", "+0800", "北京时间", "中国标准时间", "东八区",
    )
)  # fmt: skip
OTHER_ZONE = re.compile(
    r"(?<![a-z])(?:utc|gmt|pst|pdt|est|edt|cet|jst)(?![a-z])(?!\s*\+\s*0?8)|太平洋时间|东部时间",
    re.IGNORECASE,
)


def time_columns(sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Columns with days, within a role those with a time first; and columns with times only."""
    days: list[tuple[int, bool, int]] = []
    clocks: list[int] = []
    for rank, role in enumerate(_ordered(sample)):
        for at in sample.header.places(role):
            read = [sample.time(cell) for cell in sample.column(at)]
            dated = [moment for moment in read if moment is not None]
            if len(dated) * 2 > len(read) and dated:
                timed = any(hasattr(moment, "hour") for moment in dated)
                days.append((rank, not timed, at))
            elif any(_is_clock(cell) for cell in sample.column(at)):
                clocks.append(at)
    days.sort()
    found = tuple(at for _, _, at in days)
    if not found or clocks or not days[0][1]:
        return found, tuple(clocks)
    return (*unnamed_moments(sample, found[0]), *found), unnamed_clocks(sample)


def _ordered(sample: Sample) -> tuple[str, ...]:
    """Roles of times, the best first: the order came before the money where the balance moved.

    So it is where rows without an order, as of a fee, leave its time empty.
    """
    header = sample.header
    posted = max((len(sample.column(at)) for at in header.places("posted")), default=0)
    ordered = max((len(sample.column(at)) for at in header.places("created", "paid")), default=0)
    if posted and (header.places("balance") or posted > ordered):
        return ("traded", "posted", "paid", "created", "recorded", "value_date")
    return TIMES


def elsewhere(sample: Sample) -> bool:
    """Whether times are those of another zone than China's, by a column of zones or by a name."""
    header = sample.header
    zones = {plain(str(cell)) for at in header.places("zone") for cell in sample.column(at)}
    named = (OTHER_ZONE.search(header.names[at]) for at in header.places(*TIMES))
    return bool(zones - CHINAS_ZONE) or any(named)


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
