"""Counts by week: with what they count or not at all, added up by many at once, left when it is deleted."""

from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import delete, select, text

from app.domain.codes import Outcome
from app.domain.periods import Period
from app.storage.counters import (
    Bucket,
    CountedScreening,
    Measure,
    add_counts,
    counted_screening,
    first_reviewed_at,
    has_demonstrations,
    screenings_by_week,
    totals,
)
from app.storage.database import ConflictError, Database
from app.storage.models import Screening, ScreeningPolicy, ScreeningReview, StatisticCount
from app.storage.schema import alembic_config
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, add_person
from tests.support.databases import take_back
from tests.support.screenings import NOON, add, minutes_after_noon

WEEK = date(2026, 3, 2)
NEXT = WEEK + timedelta(weeks=1)
BOTH = Period(WEEK, NEXT)


def bucket(code: str, *, week: date = WEEK, measure: Measure = Measure.OUTCOME, demo: bool = False) -> Bucket:
    return Bucket(week, measure, code, demo)


def count(store: Store, *changes: tuple[Bucket, int]) -> None:
    with store.database.writing() as session:
        add_counts(session, changes)


def rows(store: Store) -> list[tuple[date, str, str, bool, int]]:
    with store.database.reading() as session:
        columns = StatisticCount.__table__.columns
        found = session.execute(select(*columns).order_by(*StatisticCount.__table__.primary_key))
        return [tuple(row) for row in found]


def totals_of(store: Store, period: Period = BOTH, *, demo: bool = False) -> dict[Measure, dict[str, int]]:
    """What was counted, without the measures of which nothing was."""
    with store.database.reading() as session:
        found = totals(session, period, is_demonstration=demo)
    return {measure: counts for measure, counts in found.items() if counts}


# --- writing --------------------------------------------------------------------------------------


def test_counts_add_up_over_transactions(store: Store) -> None:
    count(store, (bucket("positive"), 1))
    count(store, (bucket("positive"), 1), (bucket("negative"), 2))
    assert rows(store) == [(WEEK, "outcome", "negative", False, 2), (WEEK, "outcome", "positive", False, 2)]


def test_counts_of_one_transaction_add_up_before_they_are_written(store: Store) -> None:
    with store.database.writing() as session:
        for _ in range(3):
            add_counts(session, [(bucket("positive"), 1), (bucket("negative"), 1)])
        add_counts(session, [(bucket("negative"), -3)])
    assert rows(store) == [(WEEK, "outcome", "positive", False, 3)]


def _fail_after_counting(store: Store) -> None:
    with store.database.writing() as session:
        add_counts(session, [(bucket("positive"), 1)])
        raise ZeroDivisionError


def _be_refused_after_counting(store: Store) -> None:
    with store.database.writing() as session:
        add_counts(session, [(bucket("positive"), 1)])
        session.add(ScreeningPolicy(screening_id=uuid4(), policy_id="none", **_of_no_screening()))


def test_a_transaction_that_fails_counts_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_after_counting(store)
    with pytest.raises(ConflictError):
        _be_refused_after_counting(store)
    assert rows(store) == []


def _of_no_screening() -> dict[str, object]:
    columns = {"status": "new", "outcome": "positive", "language": "en", "urgency_rank": 3}
    return {**columns, "is_open": True, "received_at": NOON}


def test_what_is_counted_in_one_transaction_is_not_counted_in_the_next(store: Store) -> None:
    count(store, (bucket("positive"), 1))
    count(store)
    assert [row[-1] for row in rows(store)] == [1]


def test_many_at_once_in_any_order_lose_nothing_and_wait_for_nobody_in_a_circle(store: Store) -> None:
    buckets = [bucket(str(number)) for number in range(8)]
    many, start = 12, Barrier(3)

    def work(order: Iterable[Bucket]) -> None:
        start.wait()
        for _ in range(many):
            with store.database.writing() as session:
                for each in order:
                    add_counts(session, [(each, 1)])

    workers = [
        Thread(target=work, args=(order,)) for order in (buckets, buckets[::-1], buckets[4:] + buckets)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [row[-1] for row in rows(store)] == [3 * many] * 4 + [4 * many] * 4


# --- reading --------------------------------------------------------------------------------------


def test_a_period_holds_its_first_and_its_last_week_and_no_other(store: Store) -> None:
    weeks = [WEEK - timedelta(weeks=1), WEEK, NEXT, NEXT + timedelta(weeks=1)]
    count(store, *((bucket("positive", week=week), 10**place) for place, week in enumerate(weeks)))
    assert totals_of(store) == {Measure.OUTCOME: {"positive": 110}}
    with store.database.reading() as session:
        assert screenings_by_week(session, BOTH, is_demonstration=False) == {WEEK: 10, NEXT: 100}


def test_measures_and_demonstrations_are_counted_apart(store: Store) -> None:
    with store.database.reading() as session:
        assert not has_demonstrations(session, BOTH)
    count(
        store,
        (bucket("positive"), 1),
        (bucket("en", measure=Measure.LANGUAGE), 2),
        (bucket("positive", demo=True), 4),
    )
    assert totals_of(store) == {Measure.OUTCOME: {"positive": 1}, Measure.LANGUAGE: {"en": 2}}
    assert totals_of(store, demo=True) == {Measure.OUTCOME: {"positive": 4}}
    with store.database.reading() as session:
        assert screenings_by_week(session, BOTH, is_demonstration=True) == {WEEK: 4}
        assert has_demonstrations(session, BOTH)
        assert not has_demonstrations(session, Period(NEXT, NEXT))


def test_a_count_that_was_taken_from_another_week_is_not_below_0(store: Store) -> None:
    count(store, (bucket("positive:other", measure=Measure.DIAGNOSIS), -1))
    assert totals_of(store) == {Measure.DIAGNOSIS: {"positive:other": 0}}


def test_counts_stay_when_the_screenings_are_deleted(store: Store) -> None:
    add(store)
    before = rows(store)
    with store.database.writing() as session:
        session.execute(delete(ScreeningPolicy))
        session.execute(delete(Screening))
    assert rows(store) == before != []


# --- what a review is counted by ------------------------------------------------------------------


def test_a_screening_tells_what_its_review_is_counted_by(store: Store) -> None:
    screening_id = add(store, is_demonstration=True)
    with store.database.reading() as session:
        assert counted_screening(session, screening_id) == CountedScreening(NOON, Outcome.POSITIVE, True)


def _review(
    store: Store, screening_id: UUID, clinician_id: UUID, status: ScreeningStatus, at: datetime
) -> None:
    with store.database.writing() as session:
        session.add(
            ScreeningReview(
                screening_id=screening_id,
                number=at.minute,
                clinician_id=clinician_id,
                recorded_at=at,
                status=status.value,
            )
        )


def test_the_first_review_is_the_oldest_that_is_not_new(store: Store) -> None:
    clinician_id, screening_id, other = add_person(store, CLINICIAN, "none"), add(store), add(store)
    for minute, status in (
        (1, ScreeningStatus.NEW),
        (3, ScreeningStatus.CLOSED),
        (2, ScreeningStatus.IN_REVIEW),
    ):
        _review(store, screening_id, clinician_id, status, minutes_after_noon(minute))
    with store.database.reading() as session:
        assert first_reviewed_at(session, screening_id) == minutes_after_noon(2)
        assert first_reviewed_at(session, other) is None


# --- the table ------------------------------------------------------------------------------------


def test_the_table_comes_and_goes_with_its_rows(database_url: str) -> None:
    config = alembic_config(database_url)
    with closing(Database(database_url)) as database:
        with database.writing() as session:
            add_counts(session, [(bucket("positive"), 1)])
        take_back(database_url, "0011_add_review_diagnosis", may_lose=True)
        command.upgrade(config, "0012_create_statistic_counts")
        with database.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM statistic_counts")) == 0
        command.upgrade(config, "head")
        with database.writing() as session:
            add_counts(session, [(bucket("positive"), 1)])
