"""A diary: what single days were like, and what they add up to.

ICHD-3 1.3 A and C count days, not attacks; characterising frequent headache usually needs a day-by-day record
of a month. A day that nobody noted is no headache-free day: only spans with every day noted are counted on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

WINDOW_DAYS: Final = 28  # what trials and electronic diaries count by (four weeks)
MOST_WINDOWS: Final = 13
LONGEST_DAYS: Final = WINDOW_DAYS * MOST_WINDOWS
_MONTH_DAYS: Final = 30


class DayKind(StrEnum):
    """What a day was like. A migraine day is a headache day, too."""

    NONE = "none"
    HEADACHE = "headache"
    MIGRAINE = "migraine"


@dataclass(frozen=True)
class DayMark:
    """What was noted of one day."""

    kind: DayKind
    took_medicine: bool = False


Diary = Mapping[date, DayMark]


@dataclass(frozen=True)
class DiaryCount:
    """What the days from `first` to `last`, both counted, add up to."""

    first: date
    last: date
    headache_days: int
    migraine_days: int
    medicine_days: int
    unmarked_days: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_complete(self) -> bool:
        return not self.unmarked_days

    @property
    def headache_free_days(self) -> int:
        return self.days - self.unmarked_days - self.headache_days


def count_days(diary: Diary, last: date, days: int) -> DiaryCount:
    """What so many days, up to and with `last`, add up to."""
    span = [last - timedelta(days=back) for back in range(days)]
    marks = [diary[day] for day in span if day in diary]
    return DiaryCount(
        first=span[-1],
        last=last,
        headache_days=sum(mark.kind is not DayKind.NONE for mark in marks),
        migraine_days=sum(mark.kind is DayKind.MIGRAINE for mark in marks),
        medicine_days=sum(mark.took_medicine for mark in marks),
        unmarked_days=days - len(marks),
    )


def windows(diary: Diary, last: date) -> list[DiaryCount]:
    """Spans of 28 days from `last` back to the first day noted, the latest first. None before that day."""
    first = min(diary, default=None)
    ends = (last - timedelta(days=WINDOW_DAYS * number) for number in range(MOST_WINDOWS))
    return [count_days(diary, end, WINDOW_DAYS) for end in ends if first is not None and first <= end]


def months_kept(diary: Diary, last: date) -> int:
    """Whole months of 30 days without a gap, up to and with `last`."""
    days = 0
    while last - timedelta(days=days) in diary:
        days += 1
    return days // _MONTH_DAYS


def earliest_day(today: date) -> date:
    """The first day that a diary holds: so long ago that nothing older is asked for."""
    return today - timedelta(days=LONGEST_DAYS)
