"""What the days of a diary add up to."""

from datetime import date, timedelta

import pytest

from app.domain.diary import (
    LONGEST_DAYS,
    MOST_WINDOWS,
    DayKind,
    DayMark,
    count_days,
    earliest_day,
    months_kept,
    windows,
)

LAST = date(2026, 3, 1)


def diary(*kinds: str, medicine: int = 0) -> dict[date, DayMark]:
    """Days back from LAST, the latest first; "" leaves one out."""
    return {
        LAST - timedelta(days=back): DayMark(DayKind(kind), took_medicine=back < medicine)
        for back, kind in enumerate(kinds)
        if kind
    }


def test_a_migraine_day_is_a_headache_day_too() -> None:
    count = count_days(diary("migraine", "headache", "none", "migraine", medicine=2), LAST, 4)
    found = (count.headache_days, count.migraine_days, count.headache_free_days, count.medicine_days)
    assert found == (3, 2, 1, 2)
    assert (count.first, count.last, count.days) == (date(2026, 2, 26), LAST, 4)
    assert count.is_complete


def test_a_day_that_nobody_noted_is_not_free_of_headache() -> None:
    count = count_days(diary("headache", "", "none"), LAST, 4)
    assert (count.headache_days, count.headache_free_days, count.unmarked_days) == (1, 1, 2)
    assert not count.is_complete


@pytest.mark.parametrize(("days", "number"), [(0, 0), (1, 1), (28, 1), (29, 2), (56, 2), (57, 3)])
def test_spans_go_back_to_the_first_day_that_was_noted(days: int, number: int) -> None:
    found = windows(diary(*["none"] * days), LAST)
    assert len(found) == number
    assert all(each.days == 28 for each in found)
    assert [each.last for each in found] == [LAST - timedelta(days=28 * back) for back in range(number)]


def test_spans_never_overlap_nor_leave_a_day_out() -> None:
    found = windows(diary(*["headache"] * LONGEST_DAYS), LAST)
    assert len(found) == MOST_WINDOWS
    assert sum(each.headache_days for each in found) == LONGEST_DAYS
    assert all(each.is_complete for each in found)


def test_only_what_is_after_the_last_day_is_no_span() -> None:
    assert windows({LAST + timedelta(days=1): DayMark(DayKind.NONE)}, LAST) == []


@pytest.mark.parametrize(("days", "months"), [(0, 0), (29, 0), (30, 1), (59, 1), (60, 2), (90, 3)])
def test_months_are_thirty_days_without_a_gap(days: int, months: int) -> None:
    assert months_kept(diary(*["none"] * days), LAST) == months


def test_a_gap_ends_the_months() -> None:
    kinds = ["none"] * 100
    kinds[45] = ""
    assert months_kept(diary(*kinds), LAST) == 1


def test_a_diary_holds_a_year_of_four_weeks() -> None:
    assert (LAST - earliest_day(LAST)).days == 364
