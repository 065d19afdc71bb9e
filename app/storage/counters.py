"""Counts by week for statistics. They say nothing of one person, and outlive what they count."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.codes import Outcome
from app.domain.periods import Period
from app.storage.database import Turn, do_last
from app.storage.models import Screening, ScreeningReview, StatisticCount
from app.storage.statuses import ScreeningStatus

_WAITING: Final = "counts waiting for the commit"


class Measure(StrEnum):
    """What is counted. The codes are stored: never rename one."""

    OUTCOME = "outcome"
    URGENCY = "urgency"
    LANGUAGE = "language"
    HEADACHE_DAYS = "headache_days"
    MIGRAINE_DAYS = "migraine_days"
    PREVENTIVES = "preventives"
    OVERUSE = "medication_overuse"
    DAYS_TO_REVIEW = "days_to_review"
    DIAGNOSIS = "confirmed_diagnosis"


@dataclass(frozen=True, order=True)
class Bucket:
    """One count: the screenings of a week (its Monday) that are alike in one measure."""

    week: date
    measure: Measure
    code: str
    is_demonstration: bool


@dataclass(frozen=True)
class CountedScreening:
    """What a later count about a screening needs to know of it."""

    received_at: datetime
    outcome: Outcome
    is_demonstration: bool


Totals = dict[Measure, dict[str, int]]


def add_counts(session: Session, changes: Iterable[tuple[Bucket, int]]) -> None:
    """Change counts by so much, in the transaction of `session` and together with it.

    They are written at its very end and in order (see `Turn`).
    """
    waiting = session.info.setdefault(_WAITING, Counter[Bucket]())
    if not waiting:
        do_last(session, Turn.COUNTS, lambda: _write(session))
    for bucket, change in changes:
        waiting[bucket] += change


def _write(session: Session) -> None:
    """Write what waits in one statement."""
    waiting: Counter[Bucket] = session.info.pop(_WAITING)
    rows = [
        {
            "week": bucket.week,
            "measure": bucket.measure.value,
            "bucket": bucket.code,
            "is_demonstration": bucket.is_demonstration,
            "n": waiting[bucket],
        }
        for bucket in sorted(waiting)
        if waiting[bucket]
    ]
    if rows:
        connection = session.connection()
        connection.execute(_upsert(connection.dialect.name), rows)


@lru_cache
def _upsert(engine: str) -> Executable:
    """An insert that adds to the count that is there. Both engines know it, each has its own class.

    Because it returns something, SQLAlchemy sends all rows together and not one after the other.
    """
    insert = postgresql.insert(StatisticCount) if engine == "postgresql" else sqlite.insert(StatisticCount)
    return insert.on_conflict_do_update(
        index_elements=list(StatisticCount.__table__.primary_key),
        set_={"n": StatisticCount.n + insert.excluded.n},
    ).returning(StatisticCount.n)


def totals(session: Session, period: Period, *, is_demonstration: bool) -> Totals:
    """The counts of a period by measure and bucket. What was never counted is absent."""
    n = func.sum(StatisticCount.n)
    query = (
        select(StatisticCount.measure, StatisticCount.bucket, n)
        .where(*_within(period, is_demonstration))
        .group_by(StatisticCount.measure, StatisticCount.bucket)
    )
    found: Totals = {measure: {} for measure in Measure}
    for measure, code, total in session.execute(query):
        # A diagnosis that was corrected after the time zone changed is taken from another week.
        found[Measure(measure)][code] = max(0, int(total))
    return found


def screenings_by_week(session: Session, period: Period, *, is_demonstration: bool) -> dict[date, int]:
    """How many screenings were received in each week, by its Monday. Weeks without any are absent."""
    query = (
        select(StatisticCount.week, func.sum(StatisticCount.n))
        .where(*_within(period, is_demonstration), StatisticCount.measure == Measure.OUTCOME.value)
        .group_by(StatisticCount.week)
    )
    return {week: int(n) for week, n in session.execute(query)}


def has_demonstrations(session: Session, period: Period) -> bool:
    """Whether demonstration screenings were counted in a period."""
    query = select(StatisticCount.week).where(*_within(period, is_demonstration=True)).limit(1)
    return session.scalar(query) is not None


def _within(period: Period, is_demonstration: bool) -> tuple[ColumnElement[bool], ...]:
    return (
        StatisticCount.week.between(period.first_week, period.last_week),
        StatisticCount.is_demonstration == is_demonstration,
    )


def counted_screening(session: Session, screening_id: UUID) -> CountedScreening:
    """What a review of this screening is counted by. The screening exists."""
    query = select(Screening.received_at, Screening.outcome, Screening.is_demonstration)
    row = session.execute(query.where(Screening.id == screening_id)).one()
    return CountedScreening(row.received_at, Outcome(row.outcome), row.is_demonstration)


def first_reviewed_at(session: Session, screening_id: UUID) -> datetime | None:
    """When a clinician first gave the screening another status than new; None when nobody has."""
    query = select(func.min(ScreeningReview.recorded_at)).where(
        ScreeningReview.screening_id == screening_id,
        ScreeningReview.status != ScreeningStatus.NEW.value,
    )
    return session.scalar(query)
