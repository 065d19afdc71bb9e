"""Weeks by the calendar of a time zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.periods import Period, days_between, monday_of, period_of, week_of

AUCKLAND, HONOLULU = ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Honolulu")
DAYS = st.dates(date(2000, 1, 3), date(2099, 12, 31))


@given(DAYS)
def test_a_week_begins_on_monday(day: date) -> None:
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert monday <= day < monday + timedelta(weeks=1)


@pytest.mark.parametrize(
    ("zone", "monday"),
    [(UTC, date(2026, 2, 23)), (AUCKLAND, date(2026, 3, 2)), (HONOLULU, date(2026, 2, 23))],
)
def test_sunday_noon_is_monday_already_in_auckland(zone: ZoneInfo, monday: date) -> None:
    assert week_of(datetime(2026, 3, 1, 12, tzinfo=UTC), zone) == monday


@pytest.mark.parametrize(
    ("later", "zone", "days"),
    [
        (datetime(2026, 3, 2, 23, 59, tzinfo=UTC), UTC, 0),
        (datetime(2026, 3, 3, 0, 1, tzinfo=UTC), UTC, 1),
        (datetime(2026, 3, 3, 0, 1, tzinfo=UTC), HONOLULU, 0),
        (datetime(2026, 4, 2, 12, tzinfo=UTC), ZoneInfo("Europe/London"), 31),  # the clocks went on
        (datetime(2026, 3, 1, 12, tzinfo=UTC), UTC, 0),  # a clock that was set back
    ],
)
def test_days_are_counted_by_the_calendar(later: datetime, zone: ZoneInfo, days: int) -> None:
    assert days_between(datetime(2026, 3, 2, 12, tzinfo=UTC), later, zone) == days


def test_a_period_is_of_whole_weeks() -> None:
    period = period_of(date(2026, 3, 4), date(2026, 3, 9))
    assert period == Period(date(2026, 3, 2), date(2026, 3, 9))
    assert (period.weeks, period.last_day) == (2, date(2026, 3, 15))


@given(DAYS, st.integers(1, 600), st.sampled_from([1, 4, 13, 26]))
def test_its_parts_hold_every_week_once(start: date, weeks: int, step: int) -> None:
    first = monday_of(start)
    period = Period(first, first + timedelta(weeks=weeks - 1))
    parts = list(period.parts(step))
    assert [week for part in parts for week in part.parts(1)] == list(period.parts(1))
    assert period.weeks == weeks == sum(part.weeks for part in parts)
    assert all(part.weeks == step for part in parts[:-1])
