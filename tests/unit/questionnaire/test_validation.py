"""The last look before answers are stored."""

from typing import Any, Final

import pytest

from app.domain import NOT_SURE, answers_to_mapping
from app.domain.codes import RedFlagGroup
from app.questionnaire.validation import IncompleteAnswersError, answers_to_submit
from tests.support.journeys import ADVICE_READ

TRIAL: Final = {
    "medicine": "topiramate",
    "weeks": 12,
    "result": "no_benefit",
    "taken_for": "migraine",
}
DRAFT: Final[dict[str, Any]] = {
    "red_flags": [],
    "other_red_flags": [],
    "headache_days": 20,
    "migraine_days": 12,
    "counted_from": "diary",
    "months_at_this_frequency": 6,
    "look_alikes": [],
    "preventives": [TRIAL],
}


HANDED_IN: Final[dict[str, Any]] = {
    **{name: value for name, value in DRAFT.items() if name != "other_red_flags"},
    "unsure_red_flags": [],
}


def handed_in(answers: dict[str, Any]) -> dict[str, Any]:
    return answers_to_mapping(answers_to_submit(answers))


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
        {"months_at_this_frequency": 0.5, "preventives": []},
        {"red_flags": ["loss_of_vision", "painful_red_eye"]},
        {"headache_days": 0, "migraine_days": 0},
        {"headache_days": 30, "migraine_days": 30},
        {"look_alikes": ["constant_from_first_day"]},
        {"look_alikes": "not_sure"},
    ],
)
def test_complete_answers_are_read_as_they_were_given(changes: dict[str, Any]) -> None:
    assert handed_in({**DRAFT, **changes}) == {**HANDED_IN, **changes}


def test_a_person_not_sure_of_danger_hands_in_after_reading_the_advice() -> None:
    answers = answers_to_submit({**DRAFT, "red_flags": "not_sure", "safety_advice": "read"})
    assert answers.red_flags is NOT_SURE
    assert answers.unsure_red_flags == (RedFlagGroup.EMERGENCY,)


@pytest.mark.parametrize(
    ("others", "signs", "unsure"),
    [(["double_vision"], ["double_vision"], []), ("not_sure", "not_sure", ["other"])],
)
def test_a_person_to_be_seen_today_hands_in_after_reading_the_advice(
    others: Any, signs: Any, unsure: list[str]
) -> None:
    answers = handed_in({**DRAFT, "other_red_flags": others, "today_advice": "read"})
    assert answers == {**HANDED_IN, "red_flags": signs, "unsure_red_flags": unsure}


def test_the_sign_to_see_to_soon_is_handed_in_without_advice() -> None:
    answers = handed_in({**DRAFT, "other_red_flags": ["recent_change_of_pattern"]})
    assert answers == {**HANDED_IN, "red_flags": ["recent_change_of_pattern"]}


def test_signs_of_both_pages_are_handed_in_as_one_list() -> None:
    answers = {
        **DRAFT,
        **ADVICE_READ,
        "red_flags": "not_sure",
        "other_red_flags": ["double_vision"],
    }
    assert handed_in(answers)["red_flags"] == ["double_vision"]
    assert handed_in(answers)["unsure_red_flags"] == ["emergency"]


def test_answers_left_over_from_another_path_are_not_handed_in() -> None:
    left_over = {**ADVICE_READ, "contradictions_seen": [], "window_days": 90, "unknown": 1}
    assert handed_in({**DRAFT, **left_over}) == HANDED_IN


def test_the_keys_of_the_list_are_not_handed_in() -> None:
    assert handed_in({**DRAFT, "preventives": [{"key": "a1", **TRIAL}]}) == HANDED_IN


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("red_flags", "safety-check"),
        ("other_red_flags", "other-signs"),
        ("headache_days", "headache-days"),
        ("migraine_days", "headache-days"),
        ("counted_from", "headache-days"),
        ("months_at_this_frequency", "how-long"),
        ("look_alikes", "how-long"),
        ("preventives", "preventives"),
    ],
)
def test_a_missing_answer_leads_to_its_page(name: str, slug: str) -> None:
    assert step_to_show({key: value for key, value in DRAFT.items() if key != name}) == slug
    assert step_to_show({**DRAFT, name: None}) == slug


def test_nothing_answered_leads_to_the_first_page() -> None:
    assert step_to_show({}) == "safety-check"


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"red_flags": "not_sure"}, "ask-now"),
        ({"other_red_flags": "not_sure"}, "ask-today"),
        ({"other_red_flags": ["double_vision"]}, "ask-today"),
        ({"red_flags": "not_sure", "other_red_flags": "not_sure"}, "ask-now"),
        ({"red_flags": ["a code of another version"]}, "safety-check"),
        ({"other_red_flags": ["a code of another version"]}, "other-signs"),
        ({"other_red_flags": ["loss_of_vision"]}, "other-signs"),
        ({"headache_days": 31}, "headache-days"),
        ({"headache_days": 5, "migraine_days": 6}, "headache-days"),
        ({"counted_from": "a guess"}, "headache-days"),
        ({"months_at_this_frequency": 1201}, "how-long"),
        ({"look_alikes": ["a code of another version"]}, "how-long"),
        ({"preventives": [{"medicine": "topiramate"}]}, "preventives"),
        ({"preventives": [TRIAL, {"medicine": "topiramate"}]}, "preventives"),
        ({"preventives": [{**TRIAL, "medicine": "gone"}]}, "preventives"),
        ({"preventives": [{**TRIAL, "weeks": -1}]}, "preventives"),
        ({"preventives": [{**TRIAL, "result": "failed"}]}, "preventives"),
        ({"preventives": "perhaps"}, "preventives"),
        ({"hours_per_headache_day": 24.5}, "untreated"),
        ({"headache_free_days": -1}, "untreated"),
        ({"pulsating_quality": "perhaps"}, "pain"),
        ({"aggravated_by_routine_activity": "perhaps"}, "strength"),
        ({"phonophobia": "perhaps"}, "company"),
        ({"age_years": 121}, "aura"),
        ({"months_of_acute_medication_use": 1201}, "medicine-days"),
        ({"ergot_days": 31}, "migraine-medicine"),
        ({"opioid_days": 31}, "painkillers"),
        ({"botulinum_safety": ["a code of another version"]}, "botulinum-safety"),
        ({"diary_months": 1201}, "care-so-far"),
        ({"work_days_half_done": 31}, "work"),
        ({"work_days_missed": 16, "work_days_half_done": 15}, "work"),
    ],
)
def test_an_answer_that_no_longer_holds_leads_to_its_page(changes: dict[str, Any], slug: str) -> None:
    assert step_to_show({**DRAFT, **changes}) == slug


def test_of_several_pages_to_mend_the_first_is_shown() -> None:
    assert step_to_show({**DRAFT, "headache_days": 31, "months_at_this_frequency": 9999}) == "headache-days"
    assert step_to_show({**DRAFT, "headache_days": 31, "preventives": None}) == "preventives"


def test_of_several_optional_pages_to_mend_the_first_is_shown() -> None:
    wrong = {"work_days_missed": 31, "age_years": 121, "hours_per_headache_day": 25}
    assert step_to_show({**DRAFT, **wrong}) == "untreated"
    assert step_to_show({**DRAFT, **wrong, "headache_days": 31}) == "headache-days"


def test_the_error_names_the_page() -> None:
    with pytest.raises(IncompleteAnswersError, match="how-long"):
        answers_to_submit({**DRAFT, "months_at_this_frequency": None})
