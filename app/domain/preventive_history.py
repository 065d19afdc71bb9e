"""Which of the preventive medicines tried count as tried without success, and why.

A trial counts when the medicine is a recognised preventive taken for migraine and it did not help, was
not tolerated, or was unsuitable (as NICE TA260 and MBS 18377 count; clinical reference, section 3).
Policies ask for different numbers of medicines, classes and weeks; here is only the count itself.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from app.domain.codes import NotSure, TakenFor, TrialResult
from app.domain.medicines import Medicine, MedicineClass
from app.domain.trials import PreventiveTrial

_KEPT: Final = 2048  # reasons of single trials, of which there are many
ADEQUATE_WEEKS: Final = 8  # AHS 2021 and NHS Lothian; others ask for more or fewer


class CountReason(StrEnum):
    """Why a trial counts or does not. The first three are the reasons that count."""

    NO_BENEFIT = "no_benefit"
    SIDE_EFFECTS = "side_effects"
    UNSUITABLE = "unsuitable"
    HELPED = "helped"
    STOPPED_FOR_OTHER_REASON = "stopped_for_other_reason"
    RESULT_NOT_KNOWN = "result_not_known"
    NOT_TAKEN = "not_taken"
    TAKEN_FOR_OTHER_CONDITION = "taken_for_other_condition"
    PURPOSE_NOT_KNOWN = "purpose_not_known"
    ACUTE_MEDICINE = "acute_medicine"
    USUALLY_NOT_ACCEPTED = "usually_not_accepted"
    TREATMENT_ITSELF = "treatment_itself"
    NOT_IN_CATALOGUE = "not_in_catalogue"
    SAME_MEDICINE_AGAIN = "same_medicine_again"


COUNTING_REASONS: Final = frozenset(
    {CountReason.NO_BENEFIT, CountReason.SIDE_EFFECTS, CountReason.UNSUITABLE}
)


@dataclass(frozen=True)
class CountedTrial:
    """A trial with the verdict on it. `is_short` marks fewer than 8 weeks of a medicine that did not help."""

    trial: PreventiveTrial
    counted: bool
    reason: CountReason
    is_short: bool = False
    is_class_again: bool = False

    def to_mapping(self) -> dict[str, Any]:
        return {
            "medicine": self.trial.medicine,
            "counted": self.counted,
            "reason": self.reason.value,
            "short": self.is_short,
            "class_again": self.is_class_again,
        }


@dataclass(frozen=True)
class PreventiveHistory:
    """The numbers counted: distinct medicines and distinct classes. `asked` is False when unknown."""

    medicines: int
    classes: int
    trials: tuple[CountedTrial, ...]
    asked: bool


def _reason_by_medicine(medicine: Medicine | None) -> CountReason | None:
    if medicine is None:
        return CountReason.NOT_IN_CATALOGUE
    if medicine.is_acute:
        return CountReason.ACUTE_MEDICINE
    if medicine.medicine_class is MedicineClass.BOTULINUM_TOXIN:
        return CountReason.TREATMENT_ITSELF
    if medicine.medicine_class is MedicineClass.OTHER_PREVENTIVE:
        return CountReason.USUALLY_NOT_ACCEPTED
    return None


def _reason_by_result(trial: PreventiveTrial) -> CountReason:
    if trial.taken_for is TakenFor.OTHER_CONDITION:
        return CountReason.TAKEN_FOR_OTHER_CONDITION
    if isinstance(trial.taken_for, NotSure):
        return CountReason.PURPOSE_NOT_KNOWN
    if trial.result is None or isinstance(trial.result, NotSure):
        return CountReason.RESULT_NOT_KNOWN
    if trial.weeks == 0 and trial.result is not TrialResult.UNSUITABLE:
        return CountReason.NOT_TAKEN
    return CountReason(trial.result.value)


@lru_cache(maxsize=_KEPT)
def reason_of(trial: PreventiveTrial) -> CountReason:
    """Why this trial by itself counts or does not, whatever else was tried."""
    return _reason_by_medicine(trial.catalogue_entry) or _reason_by_result(trial)


def _is_short(trial: PreventiveTrial) -> bool:
    """Fewer weeks than an adequate trial. No length is expected of what was not tolerated or not taken."""
    return (
        trial.result is TrialResult.NO_BENEFIT
        and isinstance(trial.weeks, int | float)
        and trial.weeks < ADEQUATE_WEEKS
    )


def count_preventives(
    trials: tuple[PreventiveTrial, ...] | NotSure | None,
) -> PreventiveHistory:
    """Count distinct medicines and classes among the trials, each trial with its reason.

    Two medicines of one class are two medicines and one class; a combination pill and another form of
    the same medicine are that medicine, once.
    """
    if trials is None or isinstance(trials, NotSure):
        return PreventiveHistory(0, 0, (), asked=False)
    medicines: set[str] = set()
    classes: set[MedicineClass] = set()
    verdicts = []
    for trial in trials:
        medicine = trial.catalogue_entry
        reason = reason_of(trial.without_name_given)
        counts = reason in COUNTING_REASONS
        if medicine is None or not counts:
            verdicts.append(CountedTrial(trial, False, reason))
        elif medicine.counted_name in medicines:
            verdicts.append(CountedTrial(trial, False, CountReason.SAME_MEDICINE_AGAIN))
        else:
            again = medicine.medicine_class in classes
            verdicts.append(CountedTrial(trial, True, reason, _is_short(trial), again))
            medicines.add(medicine.counted_name)
            classes.add(medicine.medicine_class)
    return PreventiveHistory(len(medicines), len(classes), tuple(verdicts), asked=True)
