"""The business day: China's, whatever the machine's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import CHINA, Clock, SystemClock, business_day, full_years
from tests.support.clock import FrozenClock, MovableClock

moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
days = st.dates(date(1900, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-11-24T15:59:59", date(2026, 11, 24)),  # 23:59:59 in China
        ("2026-11-24T16:00:00", date(2026, 11, 25)),  # midnight in China
        ("2026-11-24T23:59:59", date(2026, 11, 25)),  # still the day before in UTC
        ("2026-11-25T00:00:00", date(2026, 11, 25)),
    ],
)
def test_the_day_begins_at_midnight_in_china(utc: str, day: date) -> None:
    assert business_day(datetime.fromisoformat(utc).replace(tzinfo=UTC)) == day


@given(moments, st.integers(-12, 14))
def test_the_timezone_of_an_instant_makes_no_difference(moment: datetime, hours: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert business_day(elsewhere) == business_day(moment)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        business_day(datetime(2026, 11, 25))


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        (date(2008, 11, 25), date(2026, 11, 24), 17),
        (date(2008, 11, 25), date(2026, 11, 25), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 11, 25), date(2026, 11, 25), 0),
        (date(2026, 11, 25), date(2026, 11, 24), -1),
    ],
)
def test_full_years(birth: date, today: date, years: int) -> None:
    assert full_years(birth, today) == years


@given(days, days)
def test_a_year_is_full_on_its_anniversary_and_not_before(birth: date, today: date) -> None:
    years = full_years(birth, today)
    assert (birth.year + years, birth.month, birth.day) <= (today.year, today.month, today.day)
    assert (birth.year + years + 1, birth.month, birth.day) > (today.year, today.month, today.day)


def test_a_movable_clock_moves_on_and_where_it_is_told() -> None:
    clock = MovableClock()
    first = clock.now()
    assert clock.now() > first
    clock.advance(timedelta(hours=1))
    assert clock.now() > first + timedelta(hours=1)
    clock.advance(seconds=-7200)
    assert clock.now() < first


@pytest.mark.parametrize("clock", [SystemClock(), MovableClock(), FrozenClock(datetime.now(UTC))])
def test_every_clock_tells_the_instant_with_its_timezone(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta()
    assert clock.now().astimezone(CHINA).date() == business_day(clock.now())
