"""Tables that sum trades up, by day or by period: their lines are no movements of money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from loans.sources.readers.header import TIMES
from loans.sources.readers.records import Cell
from loans.sources.readers.sample import Sample, cell_of
from loans.sources.readers.vocabulary import column_name, plain, vocabulary

SERIAL = "serial"  # the role of 笔数 in passbooks, which number their lines
OF_TRADES = (
    "counterparty", "counterparty_id", "payer", "payee", "order_no", "balance",
    "type", "description", "place",
)  # fmt: skip
_SHORT = r"\d{1,2}[-/.月]\d{1,2}日?"
_DAY = rf"(?:20\d\d[-/.年]{_SHORT}|20\d{{6}})"
PERIOD = re.compile(rf"{_DAY}\s*(?:[~～—–至到]\s*(?:{_DAY}|{_SHORT})|-\s*{_DAY})$")


def is_summary(sample: Sample, titles: Sequence[str]) -> bool:
    """Whether lines of a table say what several trades add up to.

    Columns count trades, or days are periods; or it is titled so, and has a line a day.
    """
    return _counts_trades(sample) or _of_periods(sample) or _titled(sample, titles)


def _counts_trades(sample: Sample) -> bool:
    words = vocabulary().notes["counts"]
    for at, name in enumerate(sample.header.names):
        called = column_name(name)
        if called.endswith(words) and not called.startswith(vocabulary().notes["other_counts"]):
            found = (_count(cell_of(row, at)) for row in sample.records)
            counts = [count for count in found if count is not None]
            serial = sample.header.roles[at] == SERIAL and _runs_on(counts)
            if counts and not serial and len(counts) * 2 >= len(sample.rows):
                return True
    return False


def _count(cell: Cell) -> int | None:
    text = str(cell if cell is not None else "").strip("\t `'\"笔单").removesuffix(".0")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _runs_on(counts: Sequence[int]) -> bool:
    """Whether numbers are those of lines: each the next one, or from the last to the first."""
    steps = {after - before for before, after in pairwise(counts)}
    return steps in ({1}, {-1}) or list(counts) == [1]


def _of_periods(sample: Sample) -> bool:
    for at in sample.header.places(*TIMES):
        cells = [str(cell).strip() for cell in sample.column(at)]
        if cells and sum(PERIOD.match(cell) is not None for cell in cells) * 2 > len(cells):
            return True
    return False


def _titled(sample: Sample, titles: Sequence[str]) -> bool:
    words = vocabulary().notes["summaries"]
    if not any(word in plain(title) for title in titles for word in words):
        return False
    if sample.header.places(*OF_TRADES):
        return False
    days = [
        sample.time(cell_of(row, at))
        for row in sample.rows
        for at in sample.header.places(*TIMES)[:1]
    ]
    timed = any(isinstance(day, datetime) for day in days)
    return bool(days) and not timed and len(set(days)) == len(days)
