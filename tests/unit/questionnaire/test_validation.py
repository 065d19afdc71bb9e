"""The last look before answers are stored."""

from typing import Any, Final

import pytest

from app.domain import NOT_SURE, answers_to_mapping
from app.questionnaire.validation import IncompleteAnswersError, answers_to_submit

TRIAL: Final = {
    "medicine": "topiramate",
    "weeks": 12,
    "result": "no_benefit",
    "taken_for": "migraine",
}
ANSWERS: Final[dict[str, Any]] = {
    "red_flags": [],
    "headache_days": 20,
    "migraine_days": 12,
    "counted_from": "diary",
    "months_at_this_frequency": 6,
    "preventives": [TRIAL],
}


def step_to_show(answers: dict[str, Any]) -> str:
    with pytest.raises(IncompleteAnswersError) as caught:
        answers_to_submit(answers)
    return caught.value.step.slug


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"preventives": []},
        {"preventives": "not_sure"},
        {"headache_days": "not_sure", "migraine_days": "not_sure"},
        {"months_at_this_frequency": "not_sure"},
        {"months_at_this_frequency": 0.5},
        {"red_flags": ["loss_of_vision", "painful_red_eye"]},
        {"headache_days": 0, "migraine_days": 0},
        {"headache_days": 30, "migraine_days": 30},
    ],
)
def test_complete_answers_are_read_as_they_were_given(changes: dict[str, Any]) -> None:
    answers = {**ANSWERS, **changes}
    assert answers_to_mapping(answers_to_submit(answers)) == answers


def test_a_person_not_sure_of_danger_hands_in_after_reading_the_advice() -> None:
    answers = {**ANSWERS, "red_flags": "not_sure", "safety_advice": "read"}
    assert answers_to_submit(answers).red_flags is NOT_SURE


def test_answers_left_over_from_another_path_are_not_handed_in() -> None:
    answers = answers_to_submit({**ANSWERS, "safety_advice": "read", "age_years": 41})
    assert answers_to_mapping(answers) == ANSWERS


def test_the_keys_of_the_list_are_not_handed_in() -> None:
    answers = answers_to_submit({**ANSWERS, "preventives": [{"key": "a1", **TRIAL}]})
    assert answers_to_mapping(answers) == ANSWERS


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("red_flags", "safety-check"),
        ("headache_days", "headache-days"),
        ("migraine_days", "headache-days"),
        ("counted_from", "headache-days"),
        ("months_at_this_frequency", "how-long"),
        ("preventives", "preventives"),
    ],
)
def test_a_missing_answer_leads_to_its_page(name: str, slug: str) -> None:
    assert step_to_show({key: value for key, value in ANSWERS.items() if key != name}) == slug
    assert step_to_show({**ANSWERS, name: None}) == slug


def test_nothing_answered_leads_to_the_first_page() -> None:
    assert step_to_show({}) == "safety-check"


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"red_flags": "not_sure"}, "ask-now"),
        ({"red_flags": ["a code of another version"]}, "safety-check"),
        ({"headache_days": 31}, "headache-days"),
        ({"headache_days": 5, "migraine_days": 6}, "headache-days"),
        ({"counted_from": "a guess"}, "headache-days"),
        ({"months_at_this_frequency": 1201}, "how-long"),
        ({"preventives": [{"medicine": "topiramate"}]}, "preventives"),
        ({"preventives": [TRIAL, {"medicine": "topiramate"}]}, "preventives"),
        ({"preventives": [{**TRIAL, "medicine": "gone"}]}, "preventives"),
        ({"preventives": [{**TRIAL, "weeks": -1}]}, "preventives"),
        ({"preventives": [{**TRIAL, "result": "failed"}]}, "preventives"),
        ({"preventives": "perhaps"}, "preventives"),
    ],
)
def test_an_answer_that_no_longer_holds_leads_to_its_page(changes: dict[str, Any], slug: str) -> None:
    assert step_to_show({**ANSWERS, **changes}) == slug


def test_of_several_pages_to_mend_the_first_is_shown() -> None:
    assert step_to_show({**ANSWERS, "headache_days": 31, "months_at_this_frequency": 9999}) == "headache-days"
    assert step_to_show({**ANSWERS, "headache_days": 31, "preventives": None}) == "preventives"


def test_the_error_names_the_page() -> None:
    with pytest.raises(IncompleteAnswersError, match="how-long"):
        answers_to_submit({**ANSWERS, "months_at_this_frequency": None})
