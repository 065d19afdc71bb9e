"""Scores and courses of treatment in words: what a total means by its source, and no more."""

from fractions import Fraction

import pytest

from app.domain.response import DayCount, TreatmentResponse
from app.domain.scores import Instrument, Score
from app.reports.measure_words import course_lines, score_rows
from app.services.measures import RecordedCourse, RecordedScore
from tests.support.screenings import NOON


@pytest.mark.parametrize(
    ("instrument", "total", "name", "meaning"),
    [
        (Instrument.MIDAS, 0, "MIDAS", "grade 1 of 4"),
        (Instrument.MIDAS, 270, "MIDAS", "grade 4 of 4"),
        (Instrument.HIT_6, 36, "HIT-6", "no grade is shown for this instrument"),
        (Instrument.HIT_6, 78, "HIT-6", "no grade is shown for this instrument"),
        (Instrument.PHQ_2, 2, "PHQ-2", "under the cut-off of 3"),
        (Instrument.PHQ_2, 3, "PHQ-2", "at or over the cut-off of 3"),
        (Instrument.GAD_2, 0, "GAD-2", "under the cut-off of 3"),
        (Instrument.GAD_2, 6, "GAD-2", "at or over the cut-off of 3"),
    ],
)
def test_a_total_is_shown_with_its_meaning_author_and_time(
    instrument: Instrument, total: int, name: str, meaning: str
) -> None:
    (row,) = score_rows([RecordedScore(NOON, "Dr Ada Example", Score(instrument, total))])
    assert [str(cell) for cell in row] == [
        name,
        str(total),
        meaning,
        "Dr Ada Example",
        "2 Mar 2026, 12:00",
    ]


def test_rows_keep_the_order_they_are_given() -> None:
    entries = [RecordedScore(NOON, "x", Score(Instrument.MIDAS, total)) for total in (7, 0, 30)]
    assert [row[1] for row in score_rows(entries)] == [7, 0, 30]
    assert score_rows([]) == []


def lines(baseline: int, *later: int, window: int = 30, cycles: int = 2) -> list[str]:
    counts = tuple(DayCount(days, window) for days in later)
    course = TreatmentResponse(DayCount(baseline, window), counts, cycles)
    return course_lines(RecordedCourse(NOON, "Dr Ada Example", course))


def test_a_course_is_told_in_three_sentences() -> None:
    assert lines(20, 14, 12, 9) == [
        "Before: 20 in 30 days. Since, the oldest first: 14, 12, 9. Courses: 2.",
        "The last count is 55 % lower.",
        "Entered by Dr Ada Example, 2 Mar 2026, 12:00.",
    ]


@pytest.mark.parametrize(
    ("baseline", "last", "percent"),
    [(20, 14, "30"), (20, 10, "50"), (18, 12, "33.3"), (20, 20, "0"), (20, 0, "100")],
)
def test_the_fall_is_said_as_the_rules_compute_it(baseline: int, last: int, percent: str) -> None:
    assert f"The last count is {percent} % lower." in lines(baseline, 1, last)
    exact = TreatmentResponse(DayCount(baseline, 30), (DayCount(last, 30),)).reduction_percent
    assert exact is not None
    assert abs(exact - Fraction(percent)) < Fraction(1, 20)


def test_a_count_that_rose_is_never_called_a_fall_of_less_than_nothing() -> None:
    said = " ".join(lines(10, 15))
    assert "The last count is 50 % higher." in said
    assert "-" not in said
    assert "−" not in said
    assert "lower" not in said


def test_counts_of_28_days_say_so() -> None:
    assert lines(28, 14, window=28)[0].startswith("Before: 28 in 28 days.")


def test_without_any_day_before_no_fall_is_said() -> None:
    assert lines(0, 3) == [
        "Before: 0 in 30 days. Since, the oldest first: 3. Courses: 2.",
        "Entered by Dr Ada Example, 2 Mar 2026, 12:00.",
    ]
