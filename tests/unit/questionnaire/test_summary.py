"""The answers in the words the patient saw."""

from typing import Any, Final

import pytest

from app.domain.trials import trial_from_mapping
from app.questionnaire.summary import (
    name_of_trial,
    result_words,
    summary_rows,
    trial_line,
    weeks_words,
)

ANSWERS: Final[dict[str, Any]] = {
    "red_flags": [],
    "other_red_flags": [],
    "headache_days": 20,
    "migraine_days": "not_sure",
    "counted_from": "memory",
    "months_at_this_frequency": 18,
    "look_alikes": [],
    "preventives": [],
}
FIELDS: Final = [
    "red_flags",
    "other_red_flags",
    "headache_days",
    "migraine_days",
    "counted_from",
    "months_at_this_frequency",
    "look_alikes",
    "preventives",
]


def lines(**changes: Any) -> dict[str, list[str]]:
    rows = summary_rows({**ANSWERS, **changes})
    return {row.field_id: [str(line) for line in row.lines] for row in rows}


def test_every_question_on_the_path_has_a_row_with_its_words() -> None:
    rows = summary_rows(ANSWERS)
    assert [row.field_id for row in rows] == FIELDS
    assert str(rows[2].question) == "On how many days did you have a headache?"
    assert rows[2].step.slug == "headache-days"
    assert lines() == {
        "red_flags": ["None of these"],
        "other_red_flags": ["None of these"],
        "headache_days": ["20 days"],
        "migraine_days": ["I am not sure"],
        "counted_from": ["From memory"],
        "months_at_this_frequency": ["18 months"],
        "look_alikes": ["None of these"],
        "preventives": ["No"],
    }


def test_what_was_not_answered_says_so() -> None:
    rows = summary_rows({})
    assert [row.field_id for row in rows] == FIELDS
    assert {str(line) for row in rows for line in row.lines} == {"Not answered"}


def test_the_page_about_answers_that_do_not_fit_has_no_row() -> None:
    rows = [row.field_id for row in summary_rows({**ANSWERS, "headache_free_days": 25})]
    assert "contradictions_seen" not in rows


def test_the_advice_page_has_no_row() -> None:
    assert [row.field_id for row in summary_rows({**ANSWERS, "red_flags": "not_sure"})] == FIELDS
    assert lines(red_flags="not_sure")["red_flags"] == ["I am not sure"]


def test_each_warning_sign_has_its_own_line() -> None:
    shown = lines(
        red_flags=["loss_of_vision", "painful_red_eye"],
        other_red_flags=["double_vision", "recent_change_of_pattern"],
        look_alikes=["constant_from_first_day"],
    )
    assert shown["red_flags"] == ["New loss of sight", "A red, painful eye"]
    assert shown["other_red_flags"] == [
        "New blurred or double sight",
        "Headaches that have changed, or got worse and worse, in the last few weeks",
    ]
    assert shown["look_alikes"] == ["The pain began on one day that I remember, and it has not stopped since"]


def test_a_page_of_a_section_has_its_rows_once_something_on_it_was_answered() -> None:
    assert list(lines(hours_per_headache_day=None, headache_free_days=None)) == FIELDS
    shown = lines(headache_free_days=10)
    assert list(shown) == [
        *FIELDS,
        "hours_per_headache_day",
        "lifetime_attacks_at_least_5",
        "headache_free_days",
    ]
    assert shown["hours_per_headache_day"] == ["Not answered"]
    assert shown["headache_free_days"] == ["10 days"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"hours_per_headache_day": 1}, "1 hour"),
        ({"hours_per_headache_day": 7.5}, "7.5 hours"),
        ({"age_years": 1}, "1 year"),
        ({"age_years": 42}, "42 years"),
        ({"aura": "not_sure"}, "I am not sure"),
        ({"nausea_or_vomiting": "yes"}, "Yes"),
        ({"months_of_acute_medication_use": 24}, "2 years"),
        ({"triptan_days": 1}, "1 day"),
        ({"diary_months": 2.5}, "2.5 months"),
        ({"botulinum_safety": []}, "None of these"),
        ({"botulinum_safety": ["infection_at_injection_site"]}, "Infected skin on the head, face or neck"),
        ({"work_days_missed": "not_sure"}, "I am not sure"),
    ],
)
def test_an_optional_answer_is_shown_in_its_words(answers: dict[str, Any], expected: str) -> None:
    [name] = answers
    assert lines(**answers)[name] == [expected]


def test_an_answer_of_a_page_that_no_longer_applies_has_no_row() -> None:
    assert "triptan_days" in lines(any_acute_medication_days=12, triptan_days=4)
    assert "triptan_days" not in lines(any_acute_medication_days=0, triptan_days=4)


def test_an_answer_the_page_no_longer_offers_is_not_shown_as_a_code() -> None:
    assert lines(counted_from="a code of another version")["counted_from"] == ["Not answered"]


@pytest.mark.parametrize("days", [0, 1, 30])
def test_days_are_counted_in_the_singular_and_the_plural(days: int) -> None:
    assert lines(headache_days=days)["headache_days"] == [f"{days} day{'' if days == 1 else 's'}"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["No"]),
        ("not_sure", ["I am not sure"]),
        ([{"medicine": "topiramate"}], ["Topiramate"]),
        (
            [
                {"medicine": "topiramate", "weeks": 12, "result": "no_benefit"},
                {"medicine": "other", "name_given": "feverfew tea"},
            ],
            ["Topiramate. 12 weeks. It did not help enough", "feverfew tea"],
        ),
    ],
)
def test_each_preventive_has_its_own_line(given: Any, expected: list[str]) -> None:
    assert lines(preventives=given)["preventives"] == expected


@pytest.mark.parametrize(
    ("trial", "line"),
    [
        ({"medicine": "topiramate"}, "Topiramate"),
        ({"medicine": "topiramate", "weeks": "not_sure"}, "Topiramate. How long: I am not sure"),
        ({"medicine": "topiramate", "weeks": 0}, "Topiramate. 0 weeks"),
        ({"medicine": "topiramate", "weeks": 60 / 7}, "Topiramate. 2 months"),
        (
            {"medicine": "nerve_block", "weeks": 1, "result": "side_effects"},
            "Nerve block. 1 week. I stopped because of side effects",
        ),
        (
            {"medicine": "topiramate", "weeks": 52, "result": "helped", "still_taking": "yes"},
            "Topiramate. 1 year. It helps, and I still take it",
        ),
        (
            {"medicine": "topiramate", "result": "helped", "still_taking": "no"},
            "Topiramate. It helped, and I stopped",
        ),
        (
            {"medicine": "atenolol", "result": "no_benefit", "taken_for": "other_condition"},
            "Atenolol. It did not help enough. Taken for: Only for another illness",
        ),
        ({"medicine": "atenolol", "taken_for": "migraine"}, "Atenolol"),
        ({"medicine": "atenolol", "taken_for": "not_sure"}, "Atenolol. Taken for: I am not sure"),
        ({"medicine": "other", "name_given": "tea"}, "tea"),
        ({"medicine": "other"}, "Another medicine"),
    ],
)
def test_a_trial_is_told_in_one_line(trial: dict[str, Any], line: str) -> None:
    assert trial_line(trial) == line


@pytest.mark.parametrize(
    ("trial", "name"),
    [
        ({"medicine": "nerve_stimulation_device"}, "Nerve stimulation device"),
        ({"medicine": "other", "name_given": "Tea"}, "Tea"),
        ({"medicine": "other", "name_given": ""}, "Another medicine"),
        ({"medicine": "other"}, "Another medicine"),
    ],
)
def test_a_medicine_is_named_as_the_person_named_it(trial: dict[str, Any], name: str) -> None:
    assert name_of_trial(trial) == name


@pytest.mark.parametrize(
    ("trial", "weeks", "result"),
    [
        ({"medicine": "topiramate"}, "Not answered", "Not answered"),
        (
            {"medicine": "topiramate", "weeks": "not_sure", "result": "not_sure"},
            "I am not sure",
            "I am not sure",
        ),
        (
            {"medicine": "topiramate", "weeks": 8, "result": "unsuitable"},
            "8 weeks",
            "I never took it, because it was not safe or not suitable for me",
        ),
        (
            {"medicine": "topiramate", "weeks": 2.5, "result": "helped", "still_taking": "yes"},
            "2.5 weeks",
            "It helps, and I still take it",
        ),
    ],
)
def test_a_stored_trial_has_its_words(trial: dict[str, Any], weeks: str, result: str) -> None:
    stored = trial_from_mapping(trial)
    assert (str(weeks_words(stored)), str(result_words(stored))) == (weeks, result)
