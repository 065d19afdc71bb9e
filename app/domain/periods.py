"""Weeks, and periods of whole weeks: what statistics are counted and asked by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

_WEEK = timedelta(weeks=1)


def monday_of(day: date) -> date:
    """The Monday with which the week of this day begins."""
    return day - timedelta(days=day.weekday())


def week_of(moment: datetime, zone: tzinfo) -> date:
    """The Monday of the week in which a moment lies, by the calendar of a time zone."""
    return monday_of(moment.astimezone(zone).date())


def days_between(earlier: datetime, later: datetime, zone: tzinfo) -> int:
    """Whole calendar days from one moment to another: 0 on the same day, never less."""
    return max(0, (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days)


@dataclass(frozen=True)
class Period:
    """Whole weeks, named by their Mondays; both are included."""

    first_week: date
    last_week: date

    @property
    def weeks(self) -> int:
        return (self.last_week - self.first_week) // _WEEK + 1

    @property
    def last_day(self) -> date:
        """The Sunday with which the period ends."""
        return self.last_week + timedelta(days=6)

    def parts(self, weeks: int) -> Iterator["Period"]:
        """The period in parts of so many weeks; the last may be shorter."""
        for start in range(0, self.weeks, weeks):
            first = self.first_week + start * _WEEK
            yield Period(first, min(first + (weeks - 1) * _WEEK, self.last_week))


def period_of(since: date, until: date) -> Period:
    """The whole weeks that the days from `since` to `until` touch."""
    return Period(monday_of(since), monday_of(until))
