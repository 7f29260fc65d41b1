"""Days and times as statements print them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache

CHINA = timezone(timedelta(hours=8))  # a fixed offset: no summer time since 1992
EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of serial numbers, as after February 1900
FIRST_SERIAL, LAST_SERIAL = 29_221, 73_050  # 1980-01-01 to 2099-12-31
FIRST_YEAR, LAST_YEAR = 1980, 2099

TIME_PART = (
    r"(?:[T\s,\-]*(?P<part>上午|下午|凌晨|中午|晚上|早上)?\s*(?P<hour>\d{1,2})[:.时](?P<minute>\d{1,2})(?:[:.分](?P<second>\d{1,2}))?秒?"
    r"(?:\.\d+)?\s*(?P<half>[ap]m)?(?P<zone>z|[+-]\d{1,2}:?\d\d)?)?$"
)
YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.年])(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?" + TIME_PART, re.I
)
COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)" + TIME_PART, re.I)
DIGITS = re.compile(r"(\d{8})[T\s\-]?(\d{6})$")
YEAR_LAST = re.compile(r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>\d{4})" + TIME_PART, re.I)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_MONTH = rf"(?P<month>{_MONTHS})\.?"
_YEAR = r"(?:[\s,/.-]*(?P<year>\d{4}))?(?!\d)"
DAY_NAMED_MONTH = re.compile(rf"(?P<day>\d{{1,2}})[\s/.-]*{_MONTH}{_YEAR}" + TIME_PART, re.I)
NAMED_MONTH_DAY = re.compile(rf"{_MONTH}[\s/.-]*(?P<day>\d{{1,2}}){_YEAR}" + TIME_PART, re.I)
AFTERNOON = ("pm", "下午", "晚上")
NO_YEAR = re.compile(r"(?P<month>\d{1,2})(?:[-/.月])(?P<day>\d{1,2})日?" + TIME_PART, re.I)
WITHOUT_YEAR = re.compile(r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/])")
FOUR_DIGITS = re.compile(r"(?P<month>\d\d)(?P<day>\d\d)$")
SERIAL = re.compile(r"\d{5}(?:\.\d+)?$")
WEEKDAY = re.compile(r"\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?\s*")
LIKE_A_DATE = re.compile(
    r"^\D{0,2}\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}|^\d{8}(?!\d)|^\d{1,2}[/月]\d{1,2}"
    rf"|^\d{{1,2}}[\s/.-]?{_MONTHS}",
    re.I,
)


class DayOrder(StrEnum):
    """Whether 03/04/2026 is in March or in April."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


class TimeUnreadable(ValueError):
    """A cell that should hold a day or a time and does not."""


def looks_like_a_date(cell: object) -> bool:
    """Whether somebody meant a date here, even one that there is not, as February 30."""
    if isinstance(cell, date):
        return True
    return isinstance(cell, str) and bool(LIKE_A_DATE.match(cell.strip("\t `'\"\u3000\xa0")))


def read_time(
    cell: object, year_month: tuple[int, int] | None = None, order: DayOrder | None = None
) -> datetime | date | None:
    """A day, or a moment in China's time; None where the cell is empty.

    `year_month` is the month of the statement, for days without a year: none is later than it.
    Raises `TimeUnreadable`.
    """
    if isinstance(cell, datetime):
        return _whole_second(cell)
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(cell)
    if cell is None or cell == "":
        return None
    if not isinstance(cell, str):
        raise TimeUnreadable
    return _of_text(cell, year_month, order)


def _whole_second(moment: datetime) -> datetime:
    if moment.microsecond:  # a serial number's fraction is not exact
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return moment.replace(tzinfo=CHINA)


def _of_number(cell: float) -> datetime | date:
    if FIRST_SERIAL <= cell <= LAST_SERIAL:
        return _of_serial(float(cell))
    if cell == int(cell) and FIRST_YEAR * 10_000 <= cell <= (LAST_YEAR + 1) * 10_000:
        return _parsed(str(int(cell)), None, None)
    if cell == int(cell) and 10**13 <= cell < 10**14:
        return _parsed(str(int(cell)), None, None)
    raise TimeUnreadable


def _of_serial(serial: float) -> datetime | date:
    days = int(serial)
    seconds = round((serial - days) * 86_400)
    day = EXCEL_EPOCH + timedelta(days=days)
    if seconds == 0:
        return day
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(seconds=seconds)


def _of_text(
    cell: str, year_month: tuple[int, int] | None, order: DayOrder | None
) -> datetime | date | None:
    text = cell.strip("\t `'\"\u3000\xa0\r\n")
    if len(text) == 19 and text[4] == "-" and text[10] == " " and text[13] == ":":
        try:  # how nearly all print it; fromisoformat is many times faster than the forms below
            return datetime.fromisoformat(text).replace(tzinfo=CHINA)
        except ValueError:
            pass
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = WEEKDAY.sub("", text)
    if text in {"", "-", "--", "/"}:
        return None
    if len(text) > 40:
        raise TimeUnreadable
    return _parsed(text, year_month, order)


@lru_cache(maxsize=4_096)
def _parsed(
    text: str, year_month: tuple[int, int] | None, order: DayOrder | None
) -> datetime | date:
    if found := YEAR_FIRST.match(text) or COMPACT.match(text):
        return _moment(int(found["year"]), int(found["month"]), int(found["day"]), found)
    if digits := DIGITS.match(text):
        day, clock = digits.groups()
        return _built(
            (int(day[:4]), int(day[4:6]), int(day[6:])),
            (int(clock[:2]), int(clock[2:4]), int(clock[4:])),
        )
    if SERIAL.match(text) and FIRST_SERIAL <= float(text) <= LAST_SERIAL:
        return _of_serial(float(text))
    if found := YEAR_LAST.match(text):
        return _year_last(found, order)
    if found := DAY_NAMED_MONTH.match(text) or NAMED_MONTH_DAY.match(text):
        return _named_month(found, year_month)
    if year_month and (found := NO_YEAR.match(text) or FOUR_DIGITS.match(text)):
        month, day = int(found["month"]), int(found["day"])
        if order is DayOrder.DAY_FIRST and text[len(found["month"])] in "/.-":
            month, day = day, month
        year = year_month[0] - (month > year_month[1])
        if found.re is FOUR_DIGITS:
            return _built((year, month, day), None)
        return _moment(year, month, day, found)
    raise TimeUnreadable


def _year_last(found: re.Match[str], order: DayOrder | None) -> datetime | date:
    first, second = int(found["a"]), int(found["b"])
    if order is None:
        raise TimeUnreadable
    month, day = (first, second) if order is DayOrder.MONTH_FIRST else (second, first)
    return _moment(int(found["year"]), month, day, found)


def _named_month(found: re.Match[str], year_month: tuple[int, int] | None) -> datetime | date:
    """Of 05-Jan-2026; without a year, the last such day that is not after the statement's month."""
    month = MONTHS.index(found["month"][:3].lower()) + 1
    if found["year"]:
        return _moment(int(found["year"]), month, int(found["day"]), found)
    if year_month is None:
        raise TimeUnreadable
    return _moment(year_month[0] - (month > year_month[1]), month, int(found["day"]), found)


def _moment(year: int, month: int, day: int, found: re.Match[str]) -> datetime | date:
    if found["hour"] is None:
        return _built((year, month, day), None)
    hour = _hour(int(found["hour"]), found["half"] or found["part"])
    moment = _built((year, month, day), (hour, int(found["minute"]), int(found["second"] or 0)))
    if (zone := found["zone"]) and isinstance(moment, datetime):
        if found["second"] is None:
            raise TimeUnreadable  # two clocks, as of opening hours
        return moment.replace(tzinfo=_zone(zone)).astimezone(CHINA)
    return moment


def _hour(hour: int, half: str | None) -> int:
    """The hour of a clock of twelve hours, by the half or the part of the day that stands there."""
    if half is None or hour > 12:
        return hour
    if half == "中午":
        return hour + 12 if hour < 3 else hour
    return hour % 12 + (12 if half.lower() in AFTERNOON else 0)


def _zone(printed: str) -> timezone:
    if printed in "zZ":
        return UTC
    sign = -1 if printed[0] == "-" else 1
    minutes = int(printed[1:-2].rstrip(":")) * 60 + int(printed[-2:])
    if minutes >= 24 * 60:
        raise TimeUnreadable
    return timezone(sign * timedelta(minutes=minutes))


def _built(day: tuple[int, int, int], clock: tuple[int, int, int] | None) -> datetime | date:
    if not FIRST_YEAR <= day[0] <= LAST_YEAR:
        raise TimeUnreadable
    try:
        if clock is None:
            return date(*day)
        return datetime(*day, *clock, tzinfo=CHINA)
    except ValueError as error:
        raise TimeUnreadable from error


def orders_of(cells: list[str]) -> set[DayOrder]:
    """What days like 13/04/2026 of a column prove: one order, none, or, contradicting, both."""
    orders = set()
    for cell in cells:
        text = unicodedata.normalize("NFKC", cell).strip("\t `'\"")
        if found := YEAR_LAST.match(text) or WITHOUT_YEAR.match(text):
            if int(found["a"]) > 12:
                orders.add(DayOrder.DAY_FIRST)
            elif int(found["b"]) > 12:
                orders.add(DayOrder.MONTH_FIRST)
    return orders
