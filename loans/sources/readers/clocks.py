"""Times of day that stand in a column of their own."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time
from functools import lru_cache

from loans.sources.readers.times import TimeUnreadable

CLOCK = re.compile(r"(\d{1,2})[:.时](\d{1,2})(?:[:.分](\d{1,2}))?秒?(?:\.\d+)?\s*([ap]m)?$", re.I)
CLOCK_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{2})$")


def read_clock(cell: object) -> time | None:
    """A time of day; None where the cell is empty. Raises `TimeUnreadable`."""
    if isinstance(cell, datetime):
        return cell.time().replace(microsecond=0)
    if isinstance(cell, time):
        return cell.replace(microsecond=0)
    if isinstance(cell, float) and 0 <= cell < 1:
        seconds = min(round(cell * 86_400), 86_399)
        return time(seconds // 3_600, seconds // 60 % 60, seconds % 60)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell):
        cell = f"{int(cell):06d}"
    if cell is None or not isinstance(cell, str):
        if cell is None:
            return None
        raise TimeUnreadable
    return _clock_of_text(cell)


@lru_cache(maxsize=4_096)
def _clock_of_text(cell: str) -> time | None:
    text = unicodedata.normalize("NFKC", cell).strip("\t `'\"\u3000\xa0\r\n")
    if text in {"", "-", "--", "/"}:
        return None
    found = CLOCK.match(text) or CLOCK_DIGITS.match(text)
    if found is None:
        raise TimeUnreadable
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found.re is CLOCK and found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "pm" else 0)
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise TimeUnreadable from error
