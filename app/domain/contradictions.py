"""Answers that do not fit together. They are asked about once, shown to the clinician, never corrected.

Migraine days over headache days, and days over the window, cannot be answers at all (answers.py).
"""

from fractions import Fraction
from functools import lru_cache
from typing import Final

from app.domain.answers import ScreeningAnswers
from app.domain.codes import Contradiction, RedFlagCode, TakenFor
from app.domain.medication_overuse import THRESHOLDS_PER_30
from app.domain.written import KEPT

# 52 weeks are 12 months; a week more than that is a slip of counting.
_WEEKS_PER_MONTH: Final = Fraction(52, 12)
_SLIP_DAYS: Final = 1
_SLIP_WEEKS: Final = 1
_LATE_ONSET_AGE: Final = 50
_CLASSES_OF_DAYS: Final = tuple(f"{name}_days" for name in (*THRESHOLDS_PER_30, "gepant_or_ditan"))


def _free_days_do_not_add_up(answers: ScreeningAnswers) -> bool:
    """Headache days and free days together are more than one day off the window."""
    headache, free, window = answers.headache_days, answers.headache_free_days, answers.window
    if isinstance(headache, int) and isinstance(free, int) and window is not None:
        return abs(headache + free - window) > _SLIP_DAYS
    return False


@lru_cache(maxsize=KEPT, typed=True)
def _longest_weeks(months: int | float) -> Fraction:
    """For how many weeks a preventive can have been taken, when it has been like this for so many months."""
    return Fraction(str(months)) * _WEEKS_PER_MONTH + _SLIP_WEEKS


def _preventive_taken_longer(answers: ScreeningAnswers) -> bool:
    """A preventive was taken against migraine for longer than it has been like this.

    Both can be true: somebody with fewer headaches may have begun it before.
    """
    months, trials = answers.months_at_this_frequency, answers.preventives
    if not isinstance(months, int | float) or not isinstance(trials, tuple):
        return False
    longest = _longest_weeks(months)
    return any(
        isinstance(trial.weeks, int | float) and trial.weeks > longest
        for trial in trials
        if trial.taken_for is not TakenFor.OTHER_CONDITION
    )


def _medication_days_do_not_add_up(answers: ScreeningAnswers) -> bool:
    """One class was taken on more days than any medicine at all."""
    taken = answers.any_acute_medication_days
    if not isinstance(taken, int):
        return False
    counts = (getattr(answers, name) for name in _CLASSES_OF_DAYS)
    return any(isinstance(count, int) and count > taken for count in counts)


def _younger_than_onset(answers: ScreeningAnswers) -> bool:
    """Headaches that first began after the age of 50, of somebody who is younger."""
    age, signs = answers.age_years, answers.red_flags
    began_late = isinstance(signs, tuple) and RedFlagCode.ONSET_AFTER_50 in signs
    return began_late and isinstance(age, int) and age < _LATE_ONSET_AGE


_CHECKS: Final = {
    Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP: _free_days_do_not_add_up,
    Contradiction.PREVENTIVE_TAKEN_LONGER_THAN_HEADACHES: _preventive_taken_longer,
    Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP: _medication_days_do_not_add_up,
    Contradiction.YOUNGER_THAN_ONSET: _younger_than_onset,
}


def contradictions_of(answers: ScreeningAnswers) -> tuple[Contradiction, ...]:
    """What to ask about again, in a fixed order."""
    return tuple(code for code, is_contradicted in _CHECKS.items() if is_contradicted(answers))
