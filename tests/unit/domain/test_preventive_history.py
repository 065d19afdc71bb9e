"""Which preventive medicines count as tried without success, and why."""

from typing import Any, Final

import pytest

from app.domain.codes import NOT_SURE, NotSure, TakenFor, TrialResult, YesNo
from app.domain.medicines import CATALOGUE, Medicine, MedicineClass
from app.domain.preventive_history import (
    ADEQUATE_WEEKS,
    CountedTrial,
    CountReason,
    PreventiveHistory,
    count_preventives,
)
from app.domain.trials import PreventiveTrial

NO_BENEFIT: Final = TrialResult.NO_BENEFIT
R = CountReason


def failed(medicine: str, **parts: Any) -> PreventiveTrial:
    """A trial that counts, with some parts changed."""
    return PreventiveTrial(medicine=medicine, **{"weeks": 12, "result": NO_BENEFIT, **parts})


def counted(*trials: PreventiveTrial) -> PreventiveHistory:
    return count_preventives(trials)


def numbers(*medicines: str) -> tuple[int, int]:
    history = counted(*(failed(medicine) for medicine in medicines))
    return history.medicines, history.classes


@pytest.mark.parametrize(
    ("medicines", "expected"),
    [
        ((), (0, 0)),
        (("propranolol",), (1, 1)),
        (("propranolol", "metoprolol"), (2, 1)),
        (("propranolol", "topiramate"), (2, 2)),
        (("amitriptyline", "venlafaxine"), (2, 1)),  # tricyclics and SNRIs are antidepressants
        (("propranolol", "topiramate", "amitriptyline", "candesartan"), (4, 4)),
        (("candesartan", "lisinopril"), (2, 1)),
        (("erenumab", "fremanezumab", "atogepant"), (3, 2)),
        (("candesartan", "candesartan_with_hydrochlorothiazide"), (1, 1)),
        (("candesartan_with_hydrochlorothiazide",), (1, 1)),
        (("valproate", "divalproex"), (1, 1)),
        (("divalproex", "valproate", "topiramate"), (2, 1)),
        (("topiramate", "topiramate"), (1, 1)),
    ],
)
def test_medicines_and_classes_are_counted_once_each(
    medicines: tuple[str, ...], expected: tuple[int, int]
) -> None:
    assert numbers(*medicines) == expected


@pytest.mark.parametrize(
    ("trial", "reason"),
    [
        (failed("topiramate", result=NO_BENEFIT), R.NO_BENEFIT),
        (failed("topiramate", result=TrialResult.SIDE_EFFECTS), R.SIDE_EFFECTS),
        (failed("topiramate", result=TrialResult.UNSUITABLE), R.UNSUITABLE),
        (failed("topiramate", taken_for=TakenFor.MIGRAINE), R.NO_BENEFIT),
        (failed("topiramate", weeks=None), R.NO_BENEFIT),
        (failed("topiramate", weeks=NOT_SURE), R.NO_BENEFIT),
        (failed("topiramate", still_taking=YesNo.YES), R.NO_BENEFIT),
        (failed("topiramate", daily_dose_mg=100), R.NO_BENEFIT),
    ],
)
def test_a_trial_counts(trial: PreventiveTrial, reason: CountReason) -> None:
    history = counted(trial)
    assert (history.medicines, history.classes) == (1, 1)
    assert history.trials == (CountedTrial(trial, True, reason),)


@pytest.mark.parametrize(
    ("trial", "reason"),
    [
        (failed("topiramate", result=TrialResult.HELPED), R.HELPED),
        (failed("topiramate", result=TrialResult.HELPED, still_taking=YesNo.YES), R.HELPED),
        (
            failed("topiramate", result=TrialResult.STOPPED_FOR_OTHER_REASON),
            R.STOPPED_FOR_OTHER_REASON,
        ),
        (failed("topiramate", result=None), R.RESULT_NOT_KNOWN),
        (failed("topiramate", taken_for=NOT_SURE), R.PURPOSE_NOT_KNOWN),
        (failed("topiramate", taken_for=NOT_SURE, result=None), R.PURPOSE_NOT_KNOWN),
        (failed("topiramate", weeks=0), R.NOT_TAKEN),
        (failed("topiramate", weeks=0, result=TrialResult.SIDE_EFFECTS), R.NOT_TAKEN),
        (failed("topiramate", weeks=0, result=TrialResult.HELPED), R.NOT_TAKEN),
        (failed("topiramate", weeks=0, result=NOT_SURE), R.RESULT_NOT_KNOWN),
        (failed("topiramate", result=NOT_SURE), R.RESULT_NOT_KNOWN),
        (failed("atenolol", taken_for=TakenFor.OTHER_CONDITION), R.TAKEN_FOR_OTHER_CONDITION),
        (failed("sumatriptan"), R.ACUTE_MEDICINE),
        (failed("ibuprofen", taken_for=TakenFor.OTHER_CONDITION), R.ACUTE_MEDICINE),
        (failed("onabotulinumtoxina"), R.TREATMENT_ITSELF),
        (failed("magnesium"), R.USUALLY_NOT_ACCEPTED),
        (failed("riboflavin", result=None), R.USUALLY_NOT_ACCEPTED),
        (failed("nerve_block"), R.USUALLY_NOT_ACCEPTED),
        (failed("other", name_given="a herbal tea"), R.NOT_IN_CATALOGUE),
        (failed("a_medicine_of_a_later_catalogue"), R.NOT_IN_CATALOGUE),
    ],
)
def test_a_trial_does_not_count_and_the_reason_is_said(trial: PreventiveTrial, reason: CountReason) -> None:
    assert counted(trial) == PreventiveHistory(0, 0, (CountedTrial(trial, False, reason),), asked=True)


@pytest.mark.parametrize("medicine", CATALOGUE, ids=lambda medicine: medicine.name)
def test_each_medicine_of_the_catalogue_counts_by_its_class(medicine: Medicine) -> None:
    reasons = {
        MedicineClass.BOTULINUM_TOXIN: R.TREATMENT_ITSELF,
        MedicineClass.OTHER_PREVENTIVE: R.USUALLY_NOT_ACCEPTED,
    }
    expected = reasons.get(medicine.medicine_class, R.NO_BENEFIT)
    if medicine.is_acute:
        expected = R.ACUTE_MEDICINE
    [verdict] = counted(failed(medicine.name)).trials
    assert (verdict.reason, verdict.counted) == (expected, expected is R.NO_BENEFIT)


def test_every_reason_that_counts_is_a_result_and_every_result_is_a_reason() -> None:
    assert {result.value for result in TrialResult} <= {reason.value for reason in CountReason}


def test_the_same_medicine_again_is_named_as_such() -> None:
    first, second = failed("topiramate"), failed("topiramate", result=TrialResult.SIDE_EFFECTS)
    assert counted(first, second).trials == (
        CountedTrial(first, True, R.NO_BENEFIT),
        CountedTrial(second, False, R.SAME_MEDICINE_AGAIN),
    )


def test_a_combination_after_its_medicine_is_the_same_medicine_again() -> None:
    history = counted(failed("lisinopril"), failed("lisinopril_with_hydrochlorothiazide"))
    assert history.trials[1].reason is R.SAME_MEDICINE_AGAIN
    assert not history.trials[1].is_class_again


def test_a_trial_that_helped_does_not_hide_a_later_one_that_failed() -> None:
    history = counted(failed("topiramate", result=TrialResult.HELPED), failed("topiramate"))
    assert [verdict.counted for verdict in history.trials] == [False, True]
    assert (history.medicines, history.classes) == (1, 1)


def test_the_second_medicine_of_a_class_is_marked() -> None:
    history = counted(failed("propranolol"), failed("metoprolol"), failed("topiramate"))
    assert [verdict.is_class_again for verdict in history.trials] == [False, True, False]


def test_a_medicine_that_does_not_count_uses_up_neither_name_nor_class() -> None:
    history = counted(failed("propranolol", taken_for=TakenFor.OTHER_CONDITION), failed("metoprolol"))
    assert not history.trials[1].is_class_again
    assert (history.medicines, history.classes) == (1, 1)


@pytest.mark.parametrize(
    ("weeks", "result", "short"),
    [
        (0.5, NO_BENEFIT, True),
        (7, NO_BENEFIT, True),
        (7.9, NO_BENEFIT, True),
        (8, NO_BENEFIT, False),
        (8.5, NO_BENEFIT, False),
        (60 / 7, NO_BENEFIT, False),
        (None, NO_BENEFIT, False),
        (NOT_SURE, NO_BENEFIT, False),
        (1, TrialResult.SIDE_EFFECTS, False),
        (0, TrialResult.UNSUITABLE, False),
    ],
)
def test_fewer_than_8_weeks_without_benefit_are_marked_short_and_still_count(
    weeks: float | NotSure | None, result: TrialResult, short: bool
) -> None:
    [verdict] = counted(failed("topiramate", weeks=weeks, result=result)).trials
    assert (verdict.is_short, verdict.counted) == (short, True)


def test_8_weeks_are_an_adequate_trial() -> None:
    assert ADEQUATE_WEEKS == 8


@pytest.mark.parametrize("missing", [None, NOT_SURE])
def test_an_unknown_history_is_not_an_empty_one(missing: NotSure | None) -> None:
    assert count_preventives(missing) == PreventiveHistory(0, 0, (), asked=False)
    assert count_preventives(()) == PreventiveHistory(0, 0, (), asked=True)
