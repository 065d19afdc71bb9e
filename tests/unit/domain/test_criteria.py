"""Both sides of every threshold, and the borderline mark that stands beside the status."""

from fractions import Fraction
from typing import Final

import pytest

from app.domain.answers import ScreeningAnswers
from app.domain.codes import NOT_SURE, CountedFrom, NotSure, Status
from app.domain.criteria import (
    CRITERIA,
    Criterion,
    days_per_30,
    duration_criterion,
    headache_days_criterion,
    migraine_days_criterion,
)

MET, NOT_MET = Status.MET, Status.NOT_MET
MEMORY, DIARY = CountedFrom.MEMORY, CountedFrom.DIARY

# window, counted from, days, status, borderline
Case = tuple[int | None, CountedFrom | NotSure | None, int, Status, bool]

HEADACHE_DAYS: Final[list[Case]] = [
    (30, MEMORY, 0, NOT_MET, False),
    (30, MEMORY, 11, NOT_MET, False),
    (30, MEMORY, 12, NOT_MET, True),
    (30, MEMORY, 14, NOT_MET, True),
    (30, MEMORY, 15, MET, True),
    (30, MEMORY, 17, MET, True),
    (30, MEMORY, 18, MET, False),
    (30, MEMORY, 30, MET, False),
    (30, DIARY, 11, NOT_MET, False),
    (30, DIARY, 12, NOT_MET, False),
    (30, DIARY, 14, NOT_MET, False),
    (30, DIARY, 15, MET, True),
    (30, DIARY, 16, MET, False),
    (30, DIARY, 17, MET, False),
    (28, MEMORY, 11, NOT_MET, False),  # 11.79 per 30
    (28, MEMORY, 12, NOT_MET, True),  # 12.86
    (28, MEMORY, 13, NOT_MET, True),  # 13.93
    (28, MEMORY, 14, MET, True),  # exactly 15
    (28, MEMORY, 15, MET, True),  # 16.07
    (28, MEMORY, 16, MET, False),  # 17.14
    (28, DIARY, 13, NOT_MET, False),
    (28, DIARY, 14, MET, True),
    (28, DIARY, 15, MET, False),
    (90, MEMORY, 35, NOT_MET, False),  # 11.67
    (90, MEMORY, 36, NOT_MET, True),  # exactly 12
    (90, MEMORY, 44, NOT_MET, True),
    (90, MEMORY, 45, MET, True),  # exactly 15
    (90, MEMORY, 51, MET, True),  # exactly 17
    (90, MEMORY, 52, MET, False),  # 17.33
    (90, DIARY, 44, NOT_MET, False),
    (90, DIARY, 45, MET, True),
    (90, DIARY, 46, MET, False),
    # Not asked how, or not sure how: as from memory. No window: 30 days.
    (None, None, 14, NOT_MET, True),
    (None, None, 15, MET, True),
    (30, NOT_SURE, 14, NOT_MET, True),
    (30, NOT_SURE, 16, MET, True),
    (None, DIARY, 15, MET, True),
    (None, DIARY, 16, MET, False),
]
MIGRAINE_DAYS: Final[list[Case]] = [
    (30, MEMORY, 0, NOT_MET, False),
    (30, MEMORY, 6, NOT_MET, False),
    (30, MEMORY, 7, NOT_MET, True),
    (30, MEMORY, 8, MET, True),
    (30, MEMORY, 9, MET, False),
    (30, DIARY, 6, NOT_MET, False),
    (30, DIARY, 7, NOT_MET, False),
    (30, DIARY, 8, MET, True),
    (30, DIARY, 9, MET, False),
    (28, MEMORY, 6, NOT_MET, False),  # 6.43
    (28, MEMORY, 7, NOT_MET, True),  # 7.5
    (28, MEMORY, 8, MET, False),  # 8.57
    (28, DIARY, 7, NOT_MET, False),  # 7.5 is not on the threshold
    (28, DIARY, 8, MET, False),
    (90, MEMORY, 20, NOT_MET, False),  # 6.67
    (90, MEMORY, 21, NOT_MET, True),  # exactly 7
    (90, MEMORY, 23, NOT_MET, True),  # 7.67
    (90, MEMORY, 24, MET, True),  # exactly 8
    (90, MEMORY, 25, MET, False),  # 8.33
    (90, DIARY, 21, NOT_MET, False),
    (90, DIARY, 23, NOT_MET, False),
    (90, DIARY, 24, MET, True),
    (90, DIARY, 25, MET, False),
    (None, None, 7, NOT_MET, True),
    (None, None, 8, MET, True),
    (30, NOT_SURE, 7, NOT_MET, True),
]


@pytest.mark.parametrize(("window", "counted_from", "days", "status", "borderline"), HEADACHE_DAYS)
def test_headache_days_are_compared_with_15_in_30(
    window: int | None,
    counted_from: CountedFrom | NotSure | None,
    days: int,
    status: Status,
    borderline: bool,
) -> None:
    answers = ScreeningAnswers(window_days=window, headache_days=days, counted_from=counted_from)
    value = Fraction(days * 30, window or 30)
    assert headache_days_criterion(answers) == Criterion(status, borderline, value, 15)


@pytest.mark.parametrize(("window", "counted_from", "days", "status", "borderline"), MIGRAINE_DAYS)
def test_migraine_days_are_compared_with_8_in_30(
    window: int | None,
    counted_from: CountedFrom | NotSure | None,
    days: int,
    status: Status,
    borderline: bool,
) -> None:
    answers = ScreeningAnswers(window_days=window, migraine_days=days, counted_from=counted_from)
    value = Fraction(days * 30, window or 30)
    assert migraine_days_criterion(answers) == Criterion(status, borderline, value, 8)


@pytest.mark.parametrize(
    ("months", "status", "borderline"),
    [
        (0, NOT_MET, False),
        (2, NOT_MET, False),
        (2.5, NOT_MET, False),
        (2.99, NOT_MET, False),
        (3, MET, True),
        (3.0, MET, True),
        (3.01, MET, False),
        (3.5, MET, False),
        (4, MET, False),
        (1200, MET, False),
    ],
)
def test_duration_is_compared_with_3_months_and_exactly_3_is_borderline(
    months: float, status: Status, borderline: bool
) -> None:
    found = duration_criterion(ScreeningAnswers(months_at_this_frequency=months))
    assert (found.status, found.borderline, found.threshold) == (status, borderline, 3)
    assert found.value is not None
    assert float(found.value) == months


@pytest.mark.parametrize("counted_from", [None, NOT_SURE, MEMORY, DIARY])
def test_the_duration_is_judged_alike_from_memory_and_diary(
    counted_from: CountedFrom | NotSure | None,
) -> None:
    answers = ScreeningAnswers(months_at_this_frequency=3, counted_from=counted_from)
    assert duration_criterion(answers) == Criterion(MET, True, Fraction(3), 3)


@pytest.mark.parametrize("missing", [None, NOT_SURE])
@pytest.mark.parametrize(
    ("name", "answer", "threshold"),
    [
        ("headache_days", "headache_days", 15),
        ("migraine_days", "migraine_days", 8),
        ("duration", "months_at_this_frequency", 3),
    ],
)
def test_a_missing_answer_is_never_a_no(
    name: str, answer: str, threshold: int, missing: NotSure | None
) -> None:
    answers = ScreeningAnswers(**{answer: missing})
    found = CRITERIA[name](answers)
    assert found == Criterion(Status.CANNOT_TELL, False, None, threshold)
    assert found.distance is None
    assert not found.is_clearly_not_met


def test_days_over_a_window_that_is_not_sure_cannot_be_told() -> None:
    answers = ScreeningAnswers(
        window_days=NOT_SURE, headache_days=5, migraine_days=2, months_at_this_frequency=4
    )
    assert headache_days_criterion(answers) == Criterion(Status.CANNOT_TELL, False, None, 15)
    assert migraine_days_criterion(answers) == Criterion(Status.CANNOT_TELL, False, None, 8)
    assert duration_criterion(answers).status is MET


@pytest.mark.parametrize(
    ("days", "window", "rate"),
    [
        (14, 28, Fraction(15)),
        (15, 30, Fraction(15)),
        (45, 90, Fraction(15)),
        (7, 28, Fraction(15, 2)),
        (8, 30, Fraction(8)),
        (24, 90, Fraction(8)),
        (23, 90, Fraction(23, 3)),
        (0, 28, Fraction(0)),
    ],
)
def test_days_per_30_are_exact(days: int, window: int, rate: Fraction) -> None:
    assert days_per_30(days, window) == rate


@pytest.mark.parametrize(("days", "distance"), [(14, Fraction(-1)), (15, Fraction(0)), (18, Fraction(3))])
def test_the_distance_says_how_far_past_the_threshold(days: int, distance: Fraction) -> None:
    assert headache_days_criterion(ScreeningAnswers(headache_days=days)).distance == distance


def test_only_a_clear_no_is_clearly_not_met() -> None:
    verdicts = {
        days: headache_days_criterion(ScreeningAnswers(headache_days=days)).is_clearly_not_met
        for days in (11, 12, 14, 15, 18)
    }
    assert verdicts == {11: True, 12: False, 14: False, 15: False, 18: False}


def test_there_are_three_criteria_named_as_the_contract_names_them() -> None:
    assert list(CRITERIA) == ["headache_days", "migraine_days", "duration"]
