"""One preventive trial: from an object, from a cell, and back."""

import math
from typing import Any

import pytest

from app.domain.codes import NOT_SURE, TakenFor, TrialResult, YesNo
from app.domain.medicines import MEDICINES
from app.domain.trials import (
    LONGEST_NAME,
    PREVENTIVE_TRIALS,
    PreventiveTrial,
    trial_from_mapping,
    trial_from_text,
    trial_to_mapping,
)

FULL = {
    "medicine": "topiramate",
    "weeks": 12,
    "result": "side_effects",
    "still_taking": "no",
    "taken_for": "other_condition",
    "daily_dose_mg": 50,
    "name_given": "Topamax",
}


def test_every_part_is_read_and_written_again() -> None:
    trial = trial_from_mapping(FULL)
    assert trial == PreventiveTrial(
        medicine="topiramate",
        weeks=12,
        result=TrialResult.SIDE_EFFECTS,
        still_taking=YesNo.NO,
        taken_for=TakenFor.OTHER_CONDITION,
        daily_dose_mg=50,
        name_given="Topamax",
    )
    assert trial_to_mapping(trial) == FULL


def test_only_the_medicine_is_needed() -> None:
    trial = trial_from_mapping({"medicine": "topiramate"})
    assert trial == PreventiveTrial(medicine="topiramate")
    assert trial_to_mapping(trial) == {"medicine": "topiramate"}


@pytest.mark.parametrize("part", [name for name in FULL if name != "medicine"])
def test_a_part_that_is_null_was_not_asked(part: str) -> None:
    assert trial_from_mapping({"medicine": "topiramate", part: None}) == PreventiveTrial(
        medicine="topiramate"
    )


@pytest.mark.parametrize("part", [name for name in FULL if name not in ("medicine", "name_given")])
def test_a_part_may_be_not_sure(part: str) -> None:
    raw = {"medicine": "topiramate", part: "not_sure"}
    trial = trial_from_mapping(raw)
    assert getattr(trial, part) is NOT_SURE
    assert trial_to_mapping(trial) == raw


@pytest.mark.parametrize(("part", "highest"), [("weeks", 5200), ("daily_dose_mg", 100_000)])
def test_a_number_may_be_as_high_as_its_highest(part: str, highest: int) -> None:
    trial = trial_from_mapping({"medicine": "topiramate", part: highest})
    assert getattr(trial, part) == highest


@pytest.mark.parametrize("result", TrialResult)
def test_every_result_of_the_contract_is_known(result: TrialResult) -> None:
    trial = trial_from_mapping({"medicine": "topiramate", "result": result.value})
    assert trial.result is result


@pytest.mark.parametrize(
    ("typed", "name"),
    [("topiramate", "topiramate"), ("Topamax", "topiramate"), ("TOPIRAMATE", "topiramate")],
)
def test_a_medicine_is_kept_by_its_generic_name(typed: str, name: str) -> None:
    trial = trial_from_mapping({"medicine": typed})
    assert trial.medicine == name
    assert trial.catalogue_entry is MEDICINES[name]


def test_another_medicine_has_no_entry_in_the_catalogue() -> None:
    trial = trial_from_mapping({"medicine": "other", "name_given": "feverfew"})
    assert trial.catalogue_entry is None
    assert trial.name_given == "feverfew"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ([], "must be an object"),
        ("topiramate", "must be an object"),
        (None, "must be an object"),
        ({}, "needs a medicine"),
        ({"medicine": None}, "needs a medicine"),
        ({"medicine": ""}, "needs a medicine"),
        ({"medicine": "  "}, "needs a medicine"),
        ({"medicine": 7}, "needs a medicine"),
        ({"medicine": ["topiramate"]}, "needs a medicine"),
        ({"medicine": "topiramat"}, "did you mean topiramate"),
        ({"medicine": "zzzzzz"}, "use other when it is not in the catalogue"),
        ({"medicine": "topiramate", "dose": 1}, "a trial has no 'dose'"),
        ({"medicine": "topiramate", "zzz": 1, "aaa": 1}, "a trial has no 'aaa'"),
        ({"medicine": "topiramate", "weeks": "8"}, "weeks of a trial must be"),
        ({"medicine": "topiramate", "weeks": -1}, "weeks of a trial must be"),
        ({"medicine": "topiramate", "weeks": 5201}, "weeks of a trial must be"),
        ({"medicine": "topiramate", "weeks": True}, "weeks of a trial must be"),
        ({"medicine": "topiramate", "weeks": math.nan}, "weeks of a trial must be"),
        ({"medicine": "topiramate", "result": "failed"}, "result of a trial must be"),
        ({"medicine": "topiramate", "result": []}, "result of a trial must be"),
        ({"medicine": "topiramate", "still_taking": True}, "still_taking of a trial must be"),
        ({"medicine": "topiramate", "taken_for": "pain"}, "taken_for of a trial must be"),
        ({"medicine": "topiramate", "daily_dose_mg": 100_001}, "daily_dose_mg of a trial must"),
        ({"medicine": "other", "name_given": 7}, "name_given must be text"),
        ({"medicine": "other", "name_given": "x" * (LONGEST_NAME + 1)}, "at most 60 characters"),
    ],
)
def test_a_wrong_trial_is_refused_with_what_to_mend(raw: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        trial_from_mapping(raw)


def test_a_name_given_may_be_as_long_as_the_longest() -> None:
    raw = {"medicine": "other", "name_given": "x" * LONGEST_NAME}
    assert trial_from_mapping(raw).name_given == "x" * 60


def test_a_wrong_medicine_is_quoted_only_in_part() -> None:
    with pytest.raises(ValueError, match="not in the catalogue") as caught:
        trial_from_mapping({"medicine": "z" * 10_000})
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "trial"),
    [
        (
            "topiramate:8:no_benefit",
            PreventiveTrial(medicine="topiramate", weeks=8, result=TrialResult.NO_BENEFIT),
        ),
        ("topiramate::no_benefit", PreventiveTrial(medicine="topiramate", result=TrialResult.NO_BENEFIT)),
        ("topiramate:8:", PreventiveTrial(medicine="topiramate", weeks=8)),
        ("topiramate:8", PreventiveTrial(medicine="topiramate", weeks=8)),
        ("topiramate::", PreventiveTrial(medicine="topiramate")),
        ("topiramate", PreventiveTrial(medicine="topiramate")),
        (
            "Topamax : 8.5 : helped",
            PreventiveTrial(medicine="topiramate", weeks=8.5, result=TrialResult.HELPED),
        ),
        ("other:not_sure:not_sure", PreventiveTrial(medicine="other", weeks=NOT_SURE, result=NOT_SURE)),
    ],
)
def test_a_trial_in_a_cell_is_medicine_weeks_result(text: str, trial: PreventiveTrial) -> None:
    assert trial_from_text(text) == trial


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs a medicine"),
        (":8:no_benefit", "needs a medicine"),
        ("topiramate:8:no_benefit:yes", "must be written medicine:weeks:result"),
        ("topiramate:eight:no_benefit", "weeks of trial"),
        ("topiramate:-8:no_benefit", "weeks of trial"),
        ("topiramate:8:failed", "result of trial"),
        ("topiramate:no_benefit:8", "weeks of trial"),
        ("none:8:no_benefit", "not in the catalogue"),
    ],
)
def test_a_wrong_trial_in_a_cell_is_refused_with_what_to_mend(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        trial_from_text(text)


@pytest.mark.parametrize(
    ("cell", "medicines"),
    [
        ("none", []),
        ("topiramate:8:no_benefit", ["topiramate"]),
        ("topiramate:8:no_benefit; Inderal::side_effects;", ["topiramate", "propranolol"]),
    ],
)
def test_several_trials_in_a_cell_are_separated_by_semicolons(cell: str, medicines: list[str]) -> None:
    assert [trial.medicine for trial in PREVENTIVE_TRIALS.read_text(cell)] == medicines


def test_a_list_of_trials_may_be_not_sure() -> None:
    assert PREVENTIVE_TRIALS.read_text("not_sure") is NOT_SURE
    assert PREVENTIVE_TRIALS.read("not_sure") is NOT_SURE
    assert PREVENTIVE_TRIALS.write(NOT_SURE) == "not_sure"


def test_half_a_character_in_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="not whole"):
        trial_from_mapping({**FULL, "name_given": "a \ud800 tea"})
