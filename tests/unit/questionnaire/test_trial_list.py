"""The list of medicines while it is filled: no page that is out of date changes another medicine."""

from typing import Any, Final

import pytest

from app.domain.trials import trial_from_mapping
from app.questionnaire.trial_list import (
    MOST_TRIALS,
    find_same,
    find_trial,
    trials_of,
    with_keys,
    with_medicine,
    with_story,
    without_keys,
    without_trial,
)

STORY: Final = {"weeks": 12, "result": "no_benefit", "taken_for": "migraine", "still_taking": None}
OTHERS: Final[dict[str, Any]] = {"headache_days": 20}


def listed(*medicines: str) -> dict[str, Any]:
    answers = dict(OTHERS)
    for medicine in medicines:
        answers = with_medicine(answers, medicine, None)
    return answers


def named(answers: dict[str, Any]) -> list[str]:
    return [trial["medicine"] for trial in trials_of(answers)]


def keys_of(answers: dict[str, Any]) -> list[str]:
    return [trial["key"] for trial in trials_of(answers)]


@pytest.mark.parametrize("given", [None, [], "not_sure"])
def test_without_a_list_there_is_no_medicine(given: Any) -> None:
    assert trials_of({"preventives": given}) == []
    assert with_keys({"preventives": given}) == {"preventives": given}
    assert without_keys({"preventives": given}) == {"preventives": given}
    assert trials_of({}) == []


def test_medicines_are_added_in_order_each_with_a_key_of_its_own() -> None:
    answers = listed("topiramate", "propranolol")
    assert named(answers) == ["topiramate", "propranolol"]
    assert len(set(keys_of(answers))) == 2
    assert answers["headache_days"] == 20
    assert all(find_trial(answers, key) for key in keys_of(answers))


def test_a_medicine_on_the_list_is_not_added_again() -> None:
    answers = listed("topiramate")
    assert with_medicine(answers, "topiramate", "Topamax") == answers


def test_other_medicines_are_the_same_when_their_names_are() -> None:
    answers = with_medicine(OTHERS, "other", "Feverfew")
    assert with_medicine(answers, "other", "feverfew") == answers
    both = with_medicine(answers, "other", "Butterbur")
    assert [trial["name_given"] for trial in trials_of(both)] == ["Feverfew", "Butterbur"]
    assert find_same(both, {"medicine": "other", "name_given": "BUTTERBUR"}) == trials_of(both)[1]
    assert find_same(both, {"medicine": "other", "name_given": "tea"}) is None


def test_a_name_is_kept_only_for_another_medicine() -> None:
    [trial] = trials_of(with_medicine({}, "topiramate", "Topamax"))
    assert set(trial) == {"key", "medicine"}


def test_a_full_list_stays_as_it_is() -> None:
    answers = dict(OTHERS)
    for number in range(MOST_TRIALS + 5):
        answers = with_medicine(answers, "other", f"tea {number}")
    assert len(trials_of(answers)) == MOST_TRIALS
    assert find_same(answers, {"medicine": "other", "name_given": f"tea {MOST_TRIALS}"}) is None


def test_a_story_is_told_of_one_medicine_alone() -> None:
    answers = listed("topiramate", "propranolol")
    first, second = keys_of(answers)
    told = with_story(answers, second, STORY)
    assert find_trial(told, first) == {"key": first, "medicine": "topiramate"}
    assert find_trial(told, second) == {"key": second, "medicine": "propranolol", **STORY}


def test_a_changed_story_takes_the_place_of_the_old_one() -> None:
    answers = listed("topiramate")
    [key] = keys_of(answers)
    told = with_story(answers, key, {**STORY, "result": "helped", "still_taking": "yes"})
    changed = find_trial(with_story(told, key, STORY), key)
    assert changed == {"key": key, "medicine": "topiramate", **STORY}


@pytest.mark.parametrize("given", [None, [], "not_sure"])
def test_without_a_list_a_story_or_a_removal_changes_nothing(given: Any) -> None:
    answers = {**OTHERS, "preventives": given}
    assert with_story(answers, "gone", STORY) == answers
    assert without_trial(answers, "gone") == answers


def test_a_medicine_that_is_gone_is_neither_told_of_nor_taken_off() -> None:
    answers = listed("topiramate")
    assert find_trial(answers, "gone") is None
    assert with_story(answers, "gone", STORY) == answers
    assert without_trial(answers, "gone") == answers


def test_one_medicine_is_taken_off_and_a_second_press_changes_nothing() -> None:
    answers = listed("topiramate", "propranolol")
    first, _ = keys_of(answers)
    once = without_trial(answers, first)
    assert named(once) == ["propranolol"]
    assert without_trial(once, first) == once


def test_taking_the_last_one_off_opens_the_question_again() -> None:
    answers = listed("topiramate")
    assert without_trial(answers, keys_of(answers)[0]) == {**OTHERS, "preventives": None}


def test_nothing_is_changed_in_place() -> None:
    answers = listed("topiramate", "propranolol")
    key = keys_of(answers)[0]
    before = [dict(trial) for trial in trials_of(answers)]
    with_story(answers, key, STORY)
    without_trial(answers, key)
    with_medicine(answers, "timolol", None)
    assert trials_of(answers) == before


def test_the_key_is_no_answer() -> None:
    [handed_in] = without_keys(listed("topiramate"))["preventives"]
    assert handed_in == {"medicine": "topiramate"}
    assert trial_from_mapping(handed_in).medicine == "topiramate"


def test_stored_answers_get_keys_to_be_filled_in_again() -> None:
    stored = {**OTHERS, "preventives": [{"medicine": "topiramate"}, {"medicine": "timolol"}]}
    opened = with_keys(stored)
    assert len(set(keys_of(opened))) == 2
    assert without_keys(opened) == stored
