"""Counting for the statistics, in the transaction that stores what is counted.

`zone` is the clinic's time zone, by which weeks begin on Monday and days end.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.bands import DAYS_TO_REVIEW, HEADACHE_DAYS, MIGRAINE_DAYS, PREVENTIVES, Band, band_of
from app.domain.codes import ConfirmedDiagnosis, Outcome
from app.domain.medication_overuse import OveruseStatus
from app.domain.periods import days_between, week_of
from app.storage import counters
from app.storage.counters import Bucket, Measure
from app.storage.new_screenings import NewScreening
from app.storage.screenings import StoredScreening

NOT_KNOWN: Final = "not_known"


def diagnosis_code(outcome: Outcome, diagnosis: ConfirmedDiagnosis) -> str:
    """The bucket of a diagnosis that was confirmed after an outcome. It is stored: never change it."""
    return f"{outcome.value}:{diagnosis.value}"


_COUNTED_AS: Final[dict[ConfirmedDiagnosis | None, ConfirmedDiagnosis]] = {
    ConfirmedDiagnosis.CHRONIC_MIGRAINE_AND_OVERUSE: ConfirmedDiagnosis.CHRONIC_MIGRAINE
}


def count_submission(session: Session, screening: NewScreening | StoredScreening, zone: tzinfo) -> None:
    """Count a screening once, when it is stored."""
    week = week_of(screening.received_at, zone)
    codes = {
        Measure.OUTCOME: screening.outcome.value,
        Measure.URGENCY: screening.urgency.value,
        Measure.LANGUAGE: screening.language,
        **_codes_of(screening.assessment),
    }
    counters.add_counts(
        session,
        ((Bucket(week, measure, code, screening.is_demonstration), 1) for measure, code in codes.items()),
    )


def _codes_of(assessment: Mapping[str, Any]) -> dict[Measure, str]:
    criteria, history = assessment["criteria"], assessment["preventive_history"]
    counted = history["medicines"] if history["asked"] else None
    overuse = assessment.get("medication_overuse", {}).get("status", OveruseStatus.CANNOT_TELL.value)
    return {
        Measure.HEADACHE_DAYS: _code(criteria["headache_days"].get("value"), HEADACHE_DAYS),
        Measure.MIGRAINE_DAYS: _code(criteria["migraine_days"].get("value"), MIGRAINE_DAYS),
        Measure.PREVENTIVES: _code(counted, PREVENTIVES),
        Measure.OVERUSE: overuse,
    }


def _code(value: float | None, bands: tuple[Band, ...]) -> str:
    return NOT_KNOWN if value is None else band_of(value, bands).code


def count_first_review(session: Session, screening_id: UUID, reviewed_at: datetime, zone: tzinfo) -> None:
    """Count how long a screening waited. To be called once, with the first review that is not "new"."""
    screening = counters.counted_screening(session, screening_id)
    band = band_of(days_between(screening.received_at, reviewed_at, zone), DAYS_TO_REVIEW)
    week = week_of(screening.received_at, zone)
    bucket = Bucket(week, Measure.DAYS_TO_REVIEW, band.code, screening.is_demonstration)
    counters.add_counts(session, [(bucket, 1)])


def count_diagnosis(
    session: Session,
    screening_id: UUID,
    before: ConfirmedDiagnosis | None,
    after: ConfirmedDiagnosis | None,
    zone: tzinfo,
) -> None:
    """Count the diagnosis that holds from now on in place of the one that held; None where there is none.

    Chronic migraine with medication overuse counts as chronic migraine (ICHD-3 1.3 gives both codes).
    """
    before, after = _COUNTED_AS.get(before, before), _COUNTED_AS.get(after, after)
    if before == after:
        return
    screening = counters.counted_screening(session, screening_id)
    week = week_of(screening.received_at, zone)
    changes = [
        (Bucket(week, Measure.DIAGNOSIS, code, screening.is_demonstration), change)
        for diagnosis, change in ((before, -1), (after, 1))
        if diagnosis is not None
        for code in [diagnosis_code(screening.outcome, diagnosis)]
    ]
    counters.add_counts(session, changes)


def count_earlier(session: Session, screening: StoredScreening, zone: tzinfo) -> None:
    """Count a screening that was stored before there were counts, with its first review.

    To be called once, in the transaction that marks the screening as brought up to date.
    """
    count_submission(session, screening, zone)
    reviewed_at = counters.first_reviewed_at(session, screening.id)
    if reviewed_at is not None:
        count_first_review(session, screening.id, reviewed_at, zone)
