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
    "headache_days": 20,
    "migraine_days": "not_sure",
    "counted_from": "memory",
    "months_at_this_frequency": 18,
    "preventives": [],
}
FIELDS: Final = [
    "red_flags",
    "headache_days",
    "migraine_days",
    "counted_from",
    "months_at_this_frequency",
    "preventives",
]


def lines(**changes: Any) -> dict[str, list[str]]:
    rows = summary_rows({**ANSWERS, **changes})
    return {row.field_id: [str(line) for line in row.lines] for row in rows}


def test_every_question_on_the_path_has_a_row_with_its_words() -> None:
    rows = summary_rows(ANSWERS)
    assert [row.field_id for row in rows] == FIELDS
    assert str(rows[1].question) == "On how many days did you have a headache?"
    assert rows[1].step.slug == "headache-days"
    assert lines() == {
        "red_flags": ["None of these"],
        "headache_days": ["20 days"],
        "migraine_days": ["I am not sure"],
        "counted_from": ["From memory"],
        "months_at_this_frequency": ["18 months"],
        "preventives": ["No"],
    }


def test_what_was_not_answered_says_so() -> None:
    rows = summary_rows({})
    assert [row.field_id for row in rows] == FIELDS
    assert {str(line) for row in rows for line in row.lines} == {"Not answered"}


def test_the_advice_page_has_no_row() -> None:
    assert [row.field_id for row in summary_rows({**ANSWERS, "red_flags": "not_sure"})] == FIELDS
    assert lines(red_flags="not_sure")["red_flags"] == ["I am not sure"]


def test_each_warning_sign_has_its_own_line() -> None:
    """Also one that the page does not offer: an imported answer may hold any of the contract."""
    assert lines(red_flags=["loss_of_vision", "painful_red_eye", "double_vision"])["red_flags"] == [
        "New loss of sight",
        "A red, painful eye",
        "Blurred or double sight",
    ]


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
