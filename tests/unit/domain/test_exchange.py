"""The assessment as JSON and back: the names of the contract, and nothing lost on the way."""

import json
from fractions import Fraction
from typing import Any, Final

import pytest

from app.domain import (
    Assessment,
    answers_from_mapping,
    assess,
    assessment_from_mapping,
    assessment_to_mapping,
)
from app.domain.codes import NotSure

ANSWERS: Final[dict[str, Any]] = {
    "window_days": 28,
    "headache_days": 13,
    "migraine_days": 8,
    "headache_free_days": 1,
    "months_at_this_frequency": 3,
    "counted_from": "memory",
    "red_flags": ["recent_change_of_pattern", "double_vision"],
    "look_alikes": ["constant_from_first_day"],
    "preventives": [
        {"medicine": "propranolol", "weeks": 4, "result": "no_benefit"},
        {"medicine": "metoprolol", "weeks": 12, "result": "side_effects"},
        {"medicine": "Inderal", "weeks": 12, "result": "no_benefit"},
    ],
}


def made_from(raw: dict[str, Any]) -> Assessment:
    return assess(answers_from_mapping(raw), "1.0")


def there_and_back(raw: dict[str, Any]) -> tuple[Assessment, Assessment]:
    answers = answers_from_mapping(raw)
    trials = answers.preventives
    known = () if trials is None or isinstance(trials, NotSure) else trials
    made = assess(answers, "1.0")
    return made, assessment_from_mapping(json.loads(json.dumps(assessment_to_mapping(made))), known)


def test_the_mapping_has_the_names_of_the_contract() -> None:
    written = assessment_to_mapping(made_from(ANSWERS))
    assert written["outcome"] == "borderline"
    assert written["criteria"]["migraine_days"] == {
        "status": "met",
        "borderline": False,
        "threshold": 8,
        "value": 60 / 7,
        "distance": 4 / 7,
    }
    assert written["criteria"]["duration"] == {
        "status": "met",
        "borderline": True,
        "threshold": 3,
        "value": 3,
        "distance": 0,
    }
    assert written["red_flags"] == [
        {"code": "double_vision", "urgency": "urgent"},
        {"code": "recent_change_of_pattern", "urgency": "soon"},
    ]
    assert written["urgency"] == "urgent"
    assert written["red_flags_not_sure"] is False
    assert written["look_alikes"] == ["constant_from_first_day"]
    assert written["contradictions"] == ["headache_free_days_do_not_add_up"]
    assert written["versions"] == {"questionnaire": "1.0", "rules": "1.3"}


def test_the_preventive_history_is_written_with_a_verdict_for_each_trial() -> None:
    history = assessment_to_mapping(made_from(ANSWERS))["preventive_history"]
    assert (history["asked"], history["medicines"], history["classes"]) == (True, 2, 1)
    assert history["trials"] == [
        {
            "medicine": "propranolol",
            "counted": True,
            "reason": "no_benefit",
            "short": True,
            "class_again": False,
        },
        {
            "medicine": "metoprolol",
            "counted": True,
            "reason": "side_effects",
            "short": False,
            "class_again": True,
        },
        {
            "medicine": "propranolol",
            "counted": False,
            "reason": "same_medicine_again",
            "short": False,
            "class_again": False,
        },
    ]


def test_what_cannot_be_told_has_neither_value_nor_distance() -> None:
    written = assessment_to_mapping(made_from({}))["criteria"]
    assert written["headache_days"] == {
        "status": "cannot_tell",
        "borderline": False,
        "threshold": 15,
    }


def test_one_short_of_the_threshold_is_a_distance_of_minus_one() -> None:
    written = assessment_to_mapping(made_from({"headache_days": 14}))["criteria"]["headache_days"]
    assert (written["value"], written["distance"]) == (14, -1)
    assert isinstance(written["distance"], int)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        ANSWERS,
        {"red_flags": "not_sure", "look_alikes": "not_sure", "preventives": "not_sure"},
        {"red_flags": ["loss_of_vision"], "preventives": []},
        {"headache_days": 15, "migraine_days": 8, "months_at_this_frequency": 3},
        {"months_at_this_frequency": 2.5},
        {"months_at_this_frequency": 0.5},
        {"window_days": 28, "triptan_days": 9, "simple_analgesic_days": 14},
    ],
)
def test_an_assessment_comes_back_as_it_was_made(raw: dict[str, Any]) -> None:
    made, read = there_and_back(raw)
    assert read == made
    assert assessment_to_mapping(read) == assessment_to_mapping(made)


@pytest.mark.parametrize("months", [2.9, 3.1, 0.1, 4.35, 1 / 15])
def test_a_decimal_number_of_months_comes_back_as_it_was_made(months: float) -> None:
    made, read = there_and_back({"months_at_this_frequency": months})
    assert read == made


@pytest.mark.parametrize(("months", "distance"), [(2.9, -0.1), (3.1, 0.1), (5.3, 2.3)])
def test_a_decimal_distance_is_written_as_a_person_would(months: float, distance: float) -> None:
    written = assessment_to_mapping(made_from({"months_at_this_frequency": months}))
    duration = written["criteria"]["duration"]
    assert (duration["value"], duration["distance"]) == (months, distance)


@pytest.mark.parametrize("window", [28, 30, 90])
def test_every_rate_comes_back_exactly(window: int) -> None:
    for days in range(window + 1):
        raw = {"window_days": window, "headache_days": days, "migraine_days": days}
        made, read = there_and_back(raw)
        assert read == made
        assert read.criteria["headache_days"].value == Fraction(days * 30, window)


def test_a_stored_assessment_is_read_as_it_is_even_if_the_rules_would_say_otherwise() -> None:
    stored = assessment_to_mapping(made_from({"headache_days": 2}))
    stored["outcome"] = "positive"
    stored["versions"]["rules"] = "0.1"
    read = assessment_from_mapping(stored, ())
    assert (read.outcome, read.rules_version) == ("positive", "0.1")


def test_trials_that_do_not_belong_to_the_stored_assessment_are_noticed() -> None:
    stored = assessment_to_mapping(made_from(ANSWERS))
    with pytest.raises(ValueError, match="argument"):
        assessment_from_mapping(stored, ())


@pytest.mark.parametrize("part", ["outcome", "urgency"])
def test_a_code_that_is_unknown_is_noticed(part: str) -> None:
    stored = {**assessment_to_mapping(made_from({})), part: "something new"}
    with pytest.raises(ValueError, match="something new"):
        assessment_from_mapping(stored, ())


ADDED_BY_1_1: Final = ("migraine_features", "medication_overuse", "policies")


def test_an_assessment_of_rules_1_0_is_still_read() -> None:
    stored = assessment_to_mapping(made_from({}))
    stored["versions"]["rules"] = "1.0"
    for name in ADDED_BY_1_1:
        del stored[name]
    read = assessment_from_mapping(stored, ())
    assert (read.migraine_features, read.medication_overuse, read.policies) == (None, None, ())
    assert assessment_to_mapping(read) == stored


def test_features_and_overuse_have_the_names_of_the_contract() -> None:
    written = assessment_to_mapping(
        made_from({"window_days": 28, "triptan_days": 9, "photophobia": "yes", "nausea_or_vomiting": "yes"})
    )
    assert written["migraine_features"] == {
        "a": "cannot_tell",
        "b": "cannot_tell",
        "c": "cannot_tell",
        "d": "met",
        "status": "cannot_tell",
        "misses_one": False,
    }
    assert written["medication_overuse"]["status"] == "cannot_tell"
    assert written["medication_overuse"]["classes"][:2] == [
        {"class": "triptan", "days": 135 / 14, "threshold": 10, "status": "not_likely"},
        {"class": "ergot", "days": None, "threshold": 10, "status": "cannot_tell"},
    ]


@pytest.mark.parametrize("months", [0.3333333333333333, 2.3333333333333335, 0.14285714285714285, 2.9, 3])
def test_months_come_back_as_they_were_typed(months: float) -> None:
    made, read = there_and_back({"months_at_this_frequency": months})
    assert read == made
    assert assessment_to_mapping(read) == assessment_to_mapping(made)
