"""The published pattern of chronic migraine as three separate criteria (ICHD-3 1.3 A and C).

Screening rule: headache on at least 15 days a month, migraine on at least 8 of them, for at least
3 months. ICHD-3 says *more than* 3 months: exactly 3 is met and marked borderline.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from app.domain.answers import Amount, Count, ScreeningAnswers
from app.domain.codes import CountedFrom, NotSure, Status
from app.domain.written import KEPT, Written

HEADACHE_DAYS_PER_30: Final = 15
MIGRAINE_DAYS_PER_30: Final = 8
MONTHS: Final = 3
# Recall under-counts (13.7 days by diary, 11.1 by recall; Cephalalgia 2020, 10.1177/0333102420949180),
# so a remembered count near the line settles little. Days per 30, both ends included.
GREY_HEADACHE_DAYS: Final = (12, 17)
GREY_MIGRAINE_DAYS: Final = (7, 8)


def plain_number(value: Fraction) -> int | float:
    """A number as JSON writes it: whole when it is whole."""
    return value.numerator if value.denominator == 1 else float(value)


@dataclass(frozen=True)
class Criterion(Written):
    """One criterion of the pattern.

    `value` and `threshold` are days per 30 days, or months; `value` is None when it cannot be told.
    `borderline` stands beside the status and never changes it.
    """

    status: Status
    borderline: bool
    value: Fraction | None
    threshold: int

    @property
    def distance(self) -> Fraction | None:
        """How far past the threshold: -1 is one short. None when it cannot be told."""
        return None if self.value is None else self.value - self.threshold

    @property
    def is_clearly_not_met(self) -> bool:
        return self.status is Status.NOT_MET and not self.borderline

    def to_mapping(self) -> dict[str, Any]:
        mapping: dict[str, Any] = {
            "status": self.status.value,
            "borderline": self.borderline,
            "threshold": self.threshold,
        }
        if self.value is not None and self.distance is not None:
            mapping["value"] = plain_number(self.value)
            mapping["distance"] = plain_number(self.distance)
        return mapping


@lru_cache(maxsize=KEPT, typed=True)
def days_per_30(days: int, window_days: int) -> Fraction:
    """A day count as an exact rate: 14 in 28 days is 15 in 30."""
    return Fraction(days * 30, window_days)


def rate_of(days: Count, window_days: int | None) -> Fraction | None:
    """Days per 30, or None when the count or its window is not known."""
    if days is None or window_days is None or isinstance(days, NotSure):
        return None
    return days_per_30(days, window_days)


def _unknown(threshold: int) -> Criterion:
    return Criterion(Status.CANNOT_TELL, False, None, threshold)


def _compared(value: Fraction, threshold: int, borderline: bool) -> Criterion:
    status = Status.MET if value >= threshold else Status.NOT_MET
    return Criterion(status, borderline, value, threshold)


@lru_cache(maxsize=KEPT, typed=True)
def _days_criterion(
    days: Count,
    window_days: int | None,
    counted_from: CountedFrom | NotSure | None,
    threshold: int,
    grey: tuple[int, int],
) -> Criterion:
    rate = rate_of(days, window_days)
    if rate is None:
        return _unknown(threshold)
    if counted_from is CountedFrom.DIARY:
        return _compared(rate, threshold, borderline=rate == threshold)
    return _compared(rate, threshold, borderline=grey[0] <= rate <= grey[1])


def headache_days_criterion(answers: ScreeningAnswers) -> Criterion:
    """ICHD-3 1.3 A, days: headache of any kind on at least 15 days per 30."""
    return _days_criterion(
        answers.headache_days, answers.window, answers.counted_from, HEADACHE_DAYS_PER_30, GREY_HEADACHE_DAYS
    )


def migraine_days_criterion(answers: ScreeningAnswers) -> Criterion:
    """ICHD-3 1.3 C: migraine on at least 8 days per 30."""
    return _days_criterion(
        answers.migraine_days, answers.window, answers.counted_from, MIGRAINE_DAYS_PER_30, GREY_MIGRAINE_DAYS
    )


def duration_criterion(answers: ScreeningAnswers) -> Criterion:
    """ICHD-3 1.3 A, duration: at least 3 months; exactly 3 is borderline, as ICHD-3 asks for more."""
    return _duration_criterion(answers.months_at_this_frequency)


@lru_cache(maxsize=KEPT, typed=True)
def _duration_criterion(months: Amount) -> Criterion:
    if months is None or isinstance(months, NotSure):
        return _unknown(MONTHS)
    return _compared(Fraction(str(months)), MONTHS, borderline=months == MONTHS)


CRITERIA: Final[dict[str, Callable[[ScreeningAnswers], Criterion]]] = {
    "headache_days": headache_days_criterion,
    "migraine_days": migraine_days_criterion,
    "duration": duration_criterion,
}
