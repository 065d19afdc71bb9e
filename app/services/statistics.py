"""The statistics of the clinic, from counters: only what may be shown, small counts hidden already."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.accuracy import Proportion
from app.domain.bands import DAYS_TO_REVIEW, HEADACHE_DAYS, MIGRAINE_DAYS, PREVENTIVES, Band, median_band
from app.domain.codes import ConfirmedDiagnosis, Outcome, Urgency
from app.domain.medication_overuse import OveruseStatus
from app.domain.periods import Period
from app.domain.small_cells import SMALLEST_SHOWN, Hidden, Shown, ShownCounts, shown, shown_counts
from app.services.counting import NOT_KNOWN, diagnosis_code
from app.storage import counters
from app.storage.counters import Measure
from app.storage.store import Store

NOT_REVIEWED: Final = "not_reviewed"
# Unsure is no diagnosis: it stands beside the others and in no total.
_NO_COLUMN: Final = (ConfirmedDiagnosis.UNSURE, ConfirmedDiagnosis.CHRONIC_MIGRAINE_AND_OVERUSE)
DIAGNOSES: Final = tuple(each for each in ConfirmedDiagnosis if each not in _NO_COLUMN)
# The same screenings are an emergency by outcome and by urgency.
_IN_BOTH: Final = (Outcome.EMERGENCY.value, Urgency.EMERGENCY.value)
# How many weeks a column stands for, so that no chart has more than about 27.
_STEPS: Final = (1, 4, 13, 26)
_MOST_COLUMNS: Final = 27


@dataclass(frozen=True)
class AccuracyRow:
    """What was found after one outcome: diagnoses beside their total, and apart from it the unsure ones."""

    diagnoses: ShownCounts[ConfirmedDiagnosis]
    unsure: Shown

    @property
    def chronic_migraine(self) -> Proportion | None:
        """The share with chronic migraine; None where there is nobody, or a count in it is too small."""
        confirmed, total = self.diagnoses.cells[ConfirmedDiagnosis.CHRONIC_MIGRAINE], self.diagnoses.total
        if isinstance(confirmed, Hidden) or isinstance(total, Hidden) or total == 0:
            return None
        return Proportion(confirmed, total)


@dataclass(frozen=True)
class Statistics:
    """What is shown of a period. Tables by code, in the order in which they are shown.

    `weeks` are parts of the period of `weeks_in_part` weeks (the last may be shorter). `median_wait` is
    None when too few were reviewed.
    """

    period: Period
    is_demonstration: bool
    has_demonstrations: bool
    total: Shown
    weeks: ShownCounts[Period]
    weeks_in_part: int
    outcomes: ShownCounts[str]
    urgencies: ShownCounts[str]
    languages: ShownCounts[str]
    headache_days: ShownCounts[str]
    migraine_days: ShownCounts[str]
    preventives: ShownCounts[str]
    overuse: ShownCounts[str]
    days_to_review: ShownCounts[str]
    median_wait: Band | None
    accuracy: Mapping[Outcome, AccuracyRow]


def statistics(store: Store, period: Period, *, is_demonstration: bool) -> Statistics:
    """Count a period. Real and demonstration screenings are never counted together."""
    with store.database.reading() as session:
        totals = counters.totals(session, period, is_demonstration=is_demonstration)
        by_week = counters.screenings_by_week(session, period, is_demonstration=is_demonstration)
        has_demonstrations = is_demonstration or counters.has_demonstrations(session, period)
    step = weeks_in_part(period)
    outcomes = _table(totals[Measure.OUTCOME], Outcome, elsewhere=_IN_BOTH)
    return Statistics(
        period=period,
        is_demonstration=is_demonstration,
        has_demonstrations=has_demonstrations,
        total=outcomes.total,
        weeks=shown_counts({part: _count_in(part, by_week) for part in period.parts(step)}),
        weeks_in_part=step,
        outcomes=outcomes,
        urgencies=_table(totals[Measure.URGENCY], Urgency, elsewhere=_IN_BOTH),
        languages=_table(totals[Measure.LANGUAGE], sorted(totals[Measure.LANGUAGE])),
        headache_days=_banded(totals[Measure.HEADACHE_DAYS], HEADACHE_DAYS),
        migraine_days=_banded(totals[Measure.MIGRAINE_DAYS], MIGRAINE_DAYS),
        preventives=_banded(totals[Measure.PREVENTIVES], PREVENTIVES),
        overuse=_table(totals[Measure.OVERUSE], OveruseStatus),
        days_to_review=_waiting(totals),
        median_wait=_median_wait(totals[Measure.DAYS_TO_REVIEW]),
        accuracy={outcome: _accuracy(totals[Measure.DIAGNOSIS], outcome) for outcome in Outcome},
    )


def weeks_in_part(period: Period) -> int:
    """How many weeks are counted together, so that a chart stays readable."""
    return next((step for step in _STEPS if period.weeks <= step * _MOST_COLUMNS), _STEPS[-1])


def _count_in(part: Period, by_week: Mapping[date, int]) -> int:
    return sum(by_week.get(week.first_week, 0) for week in part.parts(1))


def _table(
    counts: Mapping[str, int], codes: Iterable[str], elsewhere: Collection[str] = ()
) -> ShownCounts[str]:
    return shown_counts({str(code): counts.get(str(code), 0) for code in codes}, elsewhere)


def _banded(counts: Mapping[str, int], bands: Iterable[Band]) -> ShownCounts[str]:
    return _table(counts, [*(band.code for band in bands), NOT_KNOWN])


def _waiting(totals: counters.Totals) -> ShownCounts[str]:
    """Days to the first review, and what is not reviewed yet: together all screenings."""
    reviewed = totals[Measure.DAYS_TO_REVIEW]
    # A review is counted in the week in which its screening was received, so none can be more.
    waiting = sum(totals[Measure.OUTCOME].values()) - sum(reviewed.values())
    codes = [*(band.code for band in DAYS_TO_REVIEW), NOT_REVIEWED]
    return _table({**reviewed, NOT_REVIEWED: max(0, waiting)}, codes)


def _median_wait(reviewed: Mapping[str, int]) -> Band | None:
    enough = sum(reviewed.values()) >= SMALLEST_SHOWN
    return median_band(reviewed, DAYS_TO_REVIEW) if enough else None


def _accuracy(counts: Mapping[str, int], outcome: Outcome) -> AccuracyRow:
    def count(diagnosis: ConfirmedDiagnosis) -> int:
        return counts.get(diagnosis_code(outcome, diagnosis), 0)

    return AccuracyRow(
        shown_counts({diagnosis: count(diagnosis) for diagnosis in DIAGNOSES}),
        shown(count(ConfirmedDiagnosis.UNSURE)),
    )
