"""What is counted when, and the statistics made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, update

from app.domain import answers_from_mapping
from app.domain.accuracy import Proportion
from app.domain.bands import DAYS_TO_REVIEW
from app.domain.codes import ConfirmedDiagnosis, Outcome
from app.domain.periods import Period, period_of
from app.domain.reference_code import new_reference_code
from app.domain.small_cells import Hidden
from app.services.assessing import new_screening
from app.services.counting import count_diagnosis, count_first_review, count_submission
from app.services.statistics import Statistics, statistics, weeks_in_part
from app.services.storing import complete_listings
from app.storage.counters import Measure, screenings_by_week, totals
from app.storage.models import Screening, ScreeningReview, StatisticCount
from app.storage.new_screenings import NewScreening
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, add_person
from tests.support.journeys import BORDERLINE, CANNOT_TELL, EMERGENCY, NEGATIVE, POSITIVE, Answers
from tests.support.screenings import NOON, add

CHRONIC, EPISODIC, UNSURE = (
    ConfirmedDiagnosis.CHRONIC_MIGRAINE,
    ConfirmedDiagnosis.EPISODIC_MIGRAINE,
    ConfirmedDiagnosis.UNSURE,
)
WEEK = date(2026, 3, 2)
PERIOD = Period(WEEK, WEEK)
AUCKLAND = ZoneInfo("Pacific/Auckland")
SUNDAY_NOON = NOON - timedelta(days=1)  # in Auckland it is Monday already


def counts(store: Store, *, demonstration: bool = False) -> dict[str, dict[str, int]]:
    """Every count of any time, by measure."""
    with store.database.reading() as session:
        found = totals(session, period_of(date(2020, 1, 1), date(2030, 1, 1)), is_demonstration=demonstration)
    return {measure.value: each for measure, each in found.items() if each}


def add_many(store: Store, **many: int) -> dict[Outcome, list[UUID]]:
    """So many screenings of each outcome, all of one week."""
    answers = {
        "positive": POSITIVE,
        "borderline": BORDERLINE,
        "negative": NEGATIVE,
        "cannot_tell": CANNOT_TELL,
    }
    return {
        Outcome(outcome): [add(store, ({**answers, "emergency": EMERGENCY})[outcome]) for _ in range(number)]
        for outcome, number in many.items()
    }


def diagnose(store: Store, screenings: Iterable[UUID], diagnosis: ConfirmedDiagnosis) -> None:
    with store.database.writing() as session:
        for screening_id in screenings:
            count_diagnosis(session, screening_id, None, diagnosis, UTC)


def review_after(store: Store, screening_id: UUID, **later: float) -> None:
    with store.database.writing() as session:
        count_first_review(session, screening_id, NOON + timedelta(**later), UTC)


def found(store: Store, period: Period = PERIOD, *, demonstration: bool = False) -> Statistics:
    return statistics(store, period, is_demonstration=demonstration)


# --- a submission ---------------------------------------------------------------------------------


def test_a_screening_is_counted_once_in_every_measure(store: Store) -> None:
    add(store)
    assert counts(store) == {
        "outcome": {"positive": 1},
        "urgency": {"routine": 1},
        "language": {"en": 1},
        "headache_days": {"20_to_24": 1},
        "migraine_days": {"8_to_11": 1},
        "preventives": {"2_to_2": 1},
        "medication_overuse": {"cannot_tell": 1},
    }


@pytest.mark.parametrize(
    ("answers", "measure", "bucket"),
    [
        ({"headache_days": 14, "window_days": 28}, "headache_days", "15_to_19"),  # 15 in 30
        ({"headache_days": 44, "window_days": 90}, "headache_days", "10_to_14"),  # 14.7 in 30
        ({"migraine_days": "not_sure"}, "migraine_days", "not_known"),
        ({"preventives": "not_sure"}, "preventives", "not_known"),
        ({"preventives": []}, "preventives", "0_to_0"),
        ({"red_flags": ["onset_after_50"]}, "urgency", "urgent"),
        (
            {"triptan_days": 12, "months_of_acute_medication_use": 12},
            "medication_overuse",
            "likely",
        ),
    ],
)
def test_what_is_counted_follows_the_assessment(
    answers: Mapping[str, Any], measure: str, bucket: str, store: Store
) -> None:
    add(store, {**POSITIVE, **answers})
    assert counts(store)[measure] == {bucket: 1}


def test_an_emergency_knows_neither_days_nor_medicines(store: Store) -> None:
    add(store, EMERGENCY)
    found_counts = counts(store)
    assert found_counts["outcome"] == found_counts["urgency"] == {"emergency": 1}
    assert found_counts["headache_days"] == found_counts["preventives"] == {"not_known": 1}


def test_demonstrations_are_counted_apart(store: Store) -> None:
    add(store, is_demonstration=True)
    assert counts(store) == {}
    assert counts(store, demonstration=True)["outcome"] == {"positive": 1}


def test_a_week_begins_on_monday_where_the_clinic_is(store: Store) -> None:
    for zone in (UTC, AUCKLAND):
        with store.database.writing() as session:
            count_submission(session, _new(store, POSITIVE), zone)
    with store.database.reading() as session:
        weeks = screenings_by_week(session, Period(date(2026, 2, 23), WEEK), is_demonstration=False)
    assert weeks == {date(2026, 2, 23): 1, WEEK: 1}


def _new(store: Store, answers: Answers) -> NewScreening:
    return new_screening(
        answers_from_mapping(dict[str, Any](answers)),
        code=store.macs_of(new_reference_code()),
        language="en",
        received_at=SUNDAY_NOON,
        policies=(),
    )


def test_a_screening_is_counted_by_the_time_zone_of_the_store(store: Store) -> None:
    add(replace(store, zone=AUCKLAND), received_at=SUNDAY_NOON)
    with store.database.reading() as session:
        assert screenings_by_week(session, PERIOD, is_demonstration=False) == {WEEK: 1}


# --- reviews --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "band"),
    [
        ({"hours": 11}, "0_to_0"),
        ({"hours": 12}, "1_to_2"),
        ({"days": 2}, "1_to_2"),
        ({"days": 3}, "3_to_7"),
        ({"days": 14}, "8_to_14"),
        ({"days": 30}, "15_to_30"),
        ({"days": 31}, "31_or_more"),
        ({"days": -1}, "0_to_0"),
    ],
)
def test_time_to_review_is_counted_in_calendar_days(later: dict[str, float], band: str, store: Store) -> None:
    review_after(store, add(store), **later)
    assert counts(store)["days_to_review"] == {band: 1}


def test_the_day_of_a_review_is_that_of_the_clinic(store: Store) -> None:
    screening_id = add(store, received_at=SUNDAY_NOON)
    with store.database.writing() as session:
        count_first_review(session, screening_id, SUNDAY_NOON + timedelta(hours=11), AUCKLAND)
    assert counts(store)["days_to_review"] == {"0_to_0": 1}


def test_a_corrected_diagnosis_moves_its_count(store: Store) -> None:
    screening_id = add(store)
    for before, after in ((None, UNSURE), (UNSURE, CHRONIC), (CHRONIC, CHRONIC)):
        with store.database.writing() as session:
            count_diagnosis(session, screening_id, before, after, UTC)
    assert counts(store)["confirmed_diagnosis"] == {"positive:chronic_migraine": 1, "positive:unsure": 0}


def test_a_review_is_counted_in_the_week_its_screening_came(store: Store) -> None:
    screening_id = add(store)
    review_after(store, screening_id, days=40)
    diagnose(store, [screening_id], CHRONIC)
    with store.database.reading() as session:
        found_counts = totals(session, PERIOD, is_demonstration=False)
    assert found_counts[Measure.DAYS_TO_REVIEW] == {"31_or_more": 1}
    assert found_counts[Measure.DIAGNOSIS] == {"positive:chronic_migraine": 1}


# --- screenings of earlier versions ---------------------------------------------------------------


def _make_earlier(store: Store, **columns: Any) -> None:
    """Every screening as it was stored before the queue had lines."""
    with store.database.writing() as session:
        session.execute(update(Screening).values(listing=None, **columns))


def _forget_counts(store: Store) -> None:
    with store.database.writing() as session:
        session.execute(delete(StatisticCount))


def test_earlier_screenings_are_counted_once_with_their_first_review(store: Store) -> None:
    clinician_id = add_person(store, CLINICIAN, "none")
    reviewed, _ = add(store), add(store, NEGATIVE)
    with store.database.writing() as session:
        for days, status in ((1, "in_review"), (20, "closed")):
            review = ScreeningReview(
                screening_id=reviewed, number=days, clinician_id=clinician_id, status=status
            )
            review.recorded_at = NOON + timedelta(days=days)
            session.add(review)
    as_new = counts(store)
    _forget_counts(store)
    _make_earlier(store)
    add(store)  # one of this version, counted when it came
    for _ in range(2):
        list(complete_listings(store))
    as_new["outcome"]["positive"] += 1
    assert counts(store)["outcome"] == as_new["outcome"] == {"positive": 2, "negative": 1}
    assert counts(store)["days_to_review"] == {"1_to_2": 1}


def test_two_upgrades_at_once_count_earlier_screenings_once(store: Store) -> None:
    add_many(store, positive=30)
    _forget_counts(store)
    _make_earlier(store)
    start = Barrier(2)

    def upgrade() -> None:
        start.wait()
        list(complete_listings(store))

    workers = [Thread(target=upgrade) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counts(store)["outcome"] == {"positive": 30}


def test_an_earlier_one_that_cannot_be_read_is_not_counted_and_stops_no_other(store: Store) -> None:
    add(store)
    _make_earlier(store, answers=b"damaged")
    _forget_counts(store)
    add(store, NEGATIVE)
    _make_earlier(store)
    _forget_counts(store)
    list(complete_listings(store))
    assert counts(store)["outcome"] == {"negative": 1}


# --- what is shown --------------------------------------------------------------------------------


def test_an_empty_period_has_nothing_hidden(store: Store) -> None:
    shown = found(store)
    assert (shown.total, shown.median_wait, shown.has_demonstrations) == (0, None, False)
    assert set(shown.outcomes.cells.values()) == set(shown.days_to_review.cells.values()) == {0}
    assert all(row.chronic_migraine is None for row in shown.accuracy.values())


def test_under_5_screenings_show_nothing_but_that(store: Store) -> None:
    add_many(store, positive=2, negative=2)
    shown = found(store)
    assert shown.total is Hidden.UNDER_5
    tables = (shown.weeks, shown.outcomes, shown.urgencies, shown.languages, shown.headache_days)
    for table in (*tables, shown.migraine_days, shown.preventives, shown.overuse, shown.days_to_review):
        assert set(table.cells.values()) == {Hidden.NOT_SHOWN}


def test_every_table_has_the_same_total(store: Store) -> None:
    add_many(store, positive=6, borderline=5, negative=7, cannot_tell=5, emergency=5)
    shown = found(store)
    assert shown.total == 28
    assert list(shown.outcomes.cells.values()) == [5, 6, 5, 7, 5]
    assert shown.urgencies.cells == {"emergency": 5, "urgent": 0, "soon": 0, "routine": 23}
    tables = (shown.weeks, shown.languages, shown.headache_days, shown.migraine_days, shown.preventives)
    for table in (*tables, shown.overuse, shown.days_to_review):
        assert table.total == 28
        assert sum(each for each in table.cells.values() if isinstance(each, int)) == 28


def test_emergencies_hide_nothing_in_one_table_that_the_other_shows(store: Store) -> None:
    """Six of each but three that cannot tell: the emergencies are no smaller, and stand in both tables."""
    add_many(store, emergency=5, positive=6, negative=9, cannot_tell=3)
    shown = found(store)
    assert shown.outcomes.cells == {
        "emergency": 5,
        "positive": Hidden.NOT_SHOWN,
        "borderline": 0,
        "negative": 9,
        "cannot_tell": Hidden.UNDER_5,
    }
    assert shown.urgencies.cells["emergency"] == 5


def test_the_median_wait_is_that_of_the_reviewed(store: Store) -> None:
    screenings = add_many(store, positive=12)[Outcome.POSITIVE]
    for number, screening_id in enumerate(screenings[:4]):
        review_after(store, screening_id, days=number)
    assert found(store).median_wait is None
    for screening_id in screenings[4:7]:
        review_after(store, screening_id, days=5)
    assert found(store).median_wait == DAYS_TO_REVIEW[2]
    assert found(store).days_to_review.cells["not_reviewed"] == 5


def test_the_predictive_value_leaves_the_unsure_out(store: Store) -> None:
    screenings = add_many(store, positive=20)[Outcome.POSITIVE]
    diagnose(store, screenings[:9], CHRONIC)
    diagnose(store, screenings[9:15], EPISODIC)
    diagnose(store, screenings[15:18], UNSURE)
    row = found(store).accuracy[Outcome.POSITIVE]
    assert row.chronic_migraine == Proportion(9, 15)
    assert (row.diagnoses.total, row.unsure) == (15, Hidden.UNDER_5)


@pytest.mark.parametrize(
    ("chronic", "episodic", "expected"),
    [
        (9, 4, None),  # the others are under 5
        (4, 9, None),
        (2, 2, None),
        (5, 0, Proportion(5, 5)),  # nobody is no small count
        (0, 5, Proportion(0, 5)),
        (5, 5, Proportion(5, 10)),
    ],
)
def test_a_predictive_value_with_a_small_part_is_not_told(
    chronic: int, episodic: int, expected: Proportion | None, store: Store
) -> None:
    screenings = add_many(store, borderline=chronic + episodic)[Outcome.BORDERLINE]
    diagnose(store, screenings[:chronic], CHRONIC)
    diagnose(store, screenings[chronic:], EPISODIC)
    assert found(store).accuracy[Outcome.BORDERLINE].chronic_migraine == expected


@pytest.mark.parametrize(("weeks", "step"), [(1, 1), (27, 1), (28, 4), (108, 4), (109, 13), (522, 26)])
def test_a_chart_of_any_period_has_few_columns(weeks: int, step: int) -> None:
    period = Period(WEEK, WEEK + timedelta(weeks=weeks - 1))
    assert weeks_in_part(period) == step
    assert len(list(period.parts(step))) <= 27


def test_weeks_are_counted_together_in_a_long_period(store: Store) -> None:
    for week in range(0, 30, 3):
        for _ in range(5):
            add(store, received_at=NOON + timedelta(weeks=week))
    shown = found(store, Period(WEEK, WEEK + timedelta(weeks=29)))
    assert shown.weeks_in_part == 4
    assert list(shown.weeks.cells.values()) == [10, 5, 5, 10, 5, 5, 10, 0]
    assert shown.weeks.total == shown.total == 50
