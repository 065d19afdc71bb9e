"""Whether acute medicine is taken so often that it may cause headaches (ICHD-3 8.2; reference, section 1.3).

Counts are days of intake, not tablets; the thresholds are days per 30, held for more than 3 months by
someone with headache on at least 15. Gepants and ditans have no threshold. Overuse changes the advice and
never the outcome: chronic migraine and overuse are both true at once.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from app.domain.answers import Count, ScreeningAnswers
from app.domain.codes import NotSure, Status
from app.domain.criteria import headache_days_criterion, plain_number, rate_of
from app.domain.three_valued import all_of
from app.domain.written import KEPT, Written

MONTHS_OF_USE: Final = 3  # more than this
SEVERAL_CLASSES: Final = "several_classes"  # ICHD-3 8.2.6
SEVERAL_CLASSES_PER_30: Final = 10
THRESHOLDS_PER_30: Final = {
    "triptan": 10,
    "ergot": 10,
    "opioid": 10,
    "combination_analgesic": 10,
    "simple_analgesic": 15,
}
_GEPANTS: Final = "gepant_or_ditan"
_days_of_each: Final = attrgetter(*(f"{name}_days" for name in (*THRESHOLDS_PER_30, _GEPANTS)))
MOST_LENIENT_LINE_PER_30: Final = max(THRESHOLDS_PER_30.values())


class OveruseStatus(StrEnum):
    """`watch`: the days are reached, but not the months or the headache days. Most serious first."""

    LIKELY = "likely"
    WATCH = "watch"
    CANNOT_TELL = "cannot_tell"
    NOT_LIKELY = "not_likely"


_MOST_SERIOUS_FIRST: Final = tuple(OveruseStatus)


@dataclass(frozen=True)
class ClassUse:
    """Use of one class. `days` is a rate per 30 days, None when it is not known exactly."""

    name: str
    days: Fraction | None
    threshold: int
    status: OveruseStatus


@dataclass(frozen=True)
class MedicationOveruse(Written):
    """The most serious status of all classes, and each class."""

    status: OveruseStatus
    classes: tuple[ClassUse, ...]

    @property
    def reached(self) -> tuple[ClassUse, ...]:
        """The classes whose days reach their line, also while months or headache days are not known."""
        return tuple(use for use in self.classes if self._is_reached(use))

    def _is_reached(self, use: ClassUse) -> bool:
        if use.status in (OveruseStatus.LIKELY, OveruseStatus.WATCH):
            return True
        if use.days is None:
            return False
        used = sum(bool(each.days) for each in self.classes if each.name != SEVERAL_CLASSES)
        return use.days >= use.threshold and (use.name != SEVERAL_CLASSES or used > 1)

    def to_mapping(self) -> dict[str, Any]:
        classes = [
            {
                "class": use.name,
                "days": None if use.days is None else plain_number(use.days),
                "threshold": use.threshold,
                "status": use.status.value,
            }
            for use in self.classes
        ]
        return {"status": self.status.value, "classes": classes}


def _long_enough(answers: ScreeningAnswers) -> Status:
    """8.2 A and B: headache on at least 15 days, and regular use for more than 3 months."""
    months = answers.months_of_acute_medication_use
    if months is None or isinstance(months, NotSure):
        used = Status.CANNOT_TELL
    else:
        used = Status.MET if months > MONTHS_OF_USE else Status.NOT_MET
    return all_of(headache_days_criterion(answers).status, used)


def _status(reached: Status, long_enough: Status) -> OveruseStatus:
    if reached is Status.NOT_MET:
        return OveruseStatus.NOT_LIKELY
    if Status.CANNOT_TELL in (reached, long_enough):
        return OveruseStatus.CANNOT_TELL
    return OveruseStatus.LIKELY if long_enough is Status.MET else OveruseStatus.WATCH


def _reached(lowest: Fraction, highest: Fraction | None, threshold: int) -> Status:
    """Whether a count known to lie between two bounds reaches its threshold."""
    if lowest >= threshold:
        return Status.MET
    return Status.NOT_MET if highest is not None and highest < threshold else Status.CANNOT_TELL


def _union(
    gepants: Fraction | None, rates: list[Fraction | None], taken: Fraction | None
) -> tuple[Fraction, Fraction | None]:
    """The fewest and the most days on which any of the classes was taken.

    Days of different classes may be the same days: their union lies between the largest and the sum. Days
    with any medicine, less those with a gepant or ditan, narrow it.
    """
    known = [rate for rate in rates if rate is not None]
    lowest = max(known, default=Fraction(0))
    if taken is not None and gepants is not None:
        lowest = max(lowest, taken - gepants)
    bounds = [sum(known, Fraction(0))] if len(known) == len(rates) else []
    bounds += [] if taken is None else [taken]
    return lowest, min(bounds, default=None)


def _several_classes(
    gepants: Fraction | None, rates: list[Fraction | None], taken: Fraction | None, long_enough: Status
) -> ClassUse:
    """8.2.6: several classes together on at least 10 days, none of them overused by itself."""
    lowest, highest = _union(gepants, rates, taken)
    reached = _reached(lowest, highest, SEVERAL_CLASSES_PER_30)
    if sum(rate is not None and rate > 0 for rate in rates) < 2:  # several are not known to be used
        others = Status.CANNOT_TELL if None in rates else Status.NOT_MET
        reached = all_of(reached, others)
    days = lowest if lowest == highest else None
    return ClassUse(SEVERAL_CLASSES, days, SEVERAL_CLASSES_PER_30, _status(reached, long_enough))


def _any_medicine(taken: Fraction | None, rates: list[Fraction | None]) -> Fraction | None:
    """Days with any medicine. A count that a class contradicts is wrong, and rules nothing out."""
    if taken is not None and any(rate is not None and rate > taken for rate in rates):
        return None
    return taken


def medication_overuse(answers: ScreeningAnswers) -> MedicationOveruse:
    """Compare the days of acute medicine with ICHD-3 8.2, class by class and together."""
    days = (answers.any_acute_medication_days, *_days_of_each(answers))
    return _compared(_long_enough(answers), answers.window, *days)


@lru_cache(maxsize=KEPT, typed=True)
def _compared(
    long_enough: Status, window_days: int | None, any_days: Count, *days_of_each: Count
) -> MedicationOveruse:
    """What the days come to: with any medicine, of each class that has a threshold, and of gepants last."""
    *rates, gepants = (rate_of(days, window_days) for days in days_of_each)
    taken = _any_medicine(rate_of(any_days, window_days), [*rates, gepants])
    classes = []
    for (name, threshold), rate in zip(THRESHOLDS_PER_30.items(), rates, strict=True):
        reached = _reached(rate or Fraction(0), taken if rate is None else rate, threshold)
        classes.append(ClassUse(name, rate, threshold, _status(reached, long_enough)))
    if not any(each.days is not None and each.days >= each.threshold for each in classes):
        classes.append(_several_classes(gepants, rates, taken, long_enough))
    overall = min((each.status for each in classes), key=_MOST_SERIOUS_FIRST.index)
    return MedicationOveruse(overall, tuple(classes))
