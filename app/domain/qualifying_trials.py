"""Which preventive trials count under the settings of one policy (clinical reference, section 3).

Each trial is judged by itself, so that the order of the answers does not matter. Two medicines of a class are
two medicines and one class. What is not known about a trial makes it possible, never a "no".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from app.domain.codes import NotSure, Status, TakenFor, TrialResult
from app.domain.preventive_history import COUNTING_REASONS, CountReason, reason_of
from app.domain.trials import PreventiveTrial

_KEPT: Final = 2048  # judgements of one requirement on single trials, of which there are many
_OPEN: Final = (CountReason.RESULT_NOT_KNOWN, CountReason.PURPOSE_NOT_KNOWN, CountReason.NOT_IN_CATALOGUE)


@dataclass(frozen=True)
class QualifyingTrials:
    """The medicines and classes that count, and those that count or may count."""

    medicines: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    possible_medicines: set[str] = field(default_factory=set)
    possible_classes: set[str] = field(default_factory=set)


def _long_enough(trial: PreventiveTrial, shortest_days: int) -> Status:
    """Only what did not help has to be taken for long; what was not tolerated or never taken need not."""
    if trial.result is not TrialResult.NO_BENEFIT or not shortest_days:
        return Status.MET
    if trial.weeks is None or isinstance(trial.weeks, NotSure):
        return Status.CANNOT_TELL
    days = round(Fraction(trial.weeks) * 7, 6)  # 56 days are 8 weeks and fewer than 60 days
    return Status.MET if days >= shortest_days else Status.NOT_MET


def _counts(trial: PreventiveTrial, settings: Mapping[str, Any]) -> Status:
    """Whether the trial counts by its result, purpose and length."""
    reason = reason_of(trial)
    results = settings.get("results", COUNTING_REASONS)
    if reason not in _OPEN:
        return _long_enough(trial, settings.get("shortest_days", 0)) if reason in results else Status.NOT_MET
    if trial.taken_for is TakenFor.OTHER_CONDITION:
        return Status.NOT_MET
    may_count = not isinstance(trial.result, TrialResult) or trial.result.value in results
    return Status.CANNOT_TELL if may_count else Status.NOT_MET


def _names(trial: PreventiveTrial, settings: Mapping[str, Any]) -> tuple[str, str] | None:
    """The medicine and the class it counts as; None when the policy does not take it.

    A medicine that is not in the catalogue has neither: it may be any.
    """
    medicine = trial.catalogue_entry
    if medicine is None:
        return ("", "")
    name, medicine_class = medicine.counted_name, medicine.medicine_class.value
    if medicine_class not in settings.get("classes", (medicine_class,)):
        return None
    return None if name in settings.get("without", ()) else (name, medicine_class)


@dataclass(frozen=True)
class Judgement:
    """What one trial counts as under the settings of a policy, and whether it does."""

    medicine: str
    medicine_class: str
    counts: Status


Judge = Callable[[PreventiveTrial], Judgement | None]


def judge_by(settings: Mapping[str, Any]) -> Judge:
    """How these settings judge a trial by itself: None when it does not count. The latest are remembered."""

    @lru_cache(maxsize=_KEPT)
    def judge(trial: PreventiveTrial) -> Judgement | None:
        names, status = _names(trial, settings), _counts(trial, settings)
        return None if names is None or status is Status.NOT_MET else Judgement(*names, status)

    return judge


def qualifying_trials(
    trials: tuple[PreventiveTrial, ...] | NotSure | None, judge: Judge
) -> QualifyingTrials | None:
    """What counts by these judgements; None when the medicines tried are not known.

    Each medicine that is not in the catalogue counts as one of its own.
    """
    if trials is None or isinstance(trials, NotSure):
        return None
    found = QualifyingTrials()
    for position, trial in enumerate(trials):
        judgement = judge(trial.without_name_given)
        if judgement is None:
            continue
        medicine = judgement.medicine or f"other {position}"
        medicine_class = judgement.medicine_class or medicine
        found.possible_medicines.add(medicine)
        found.possible_classes.add(medicine_class)
        if judgement.counts is Status.MET:
            found.medicines.add(medicine)
            found.classes.add(medicine_class)
    return found
