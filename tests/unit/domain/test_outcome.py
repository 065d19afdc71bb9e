"""The outcome: emergency, then negative, cannot tell, borderline and positive. Worked cases."""

from typing import Any, Final

import pytest

from app.domain import (
    NOT_SURE,
    RULES_VERSION,
    Outcome,
    ScreeningAnswers,
    Urgency,
    answers_from_mapping,
    assess,
)
from app.domain.codes import Contradiction, LookAlike, RedFlagCode

POSITIVE: Final[dict[str, Any]] = {
    "headache_days": 20,
    "migraine_days": 12,
    "months_at_this_frequency": 6,
    "counted_from": "diary",
    "red_flags": [],
    "look_alikes": [],
}


def outcome_of(**changes: Any) -> Outcome:
    """The outcome of a clearly positive person with some answers changed; None takes one away."""
    return assess(answers_from_mapping({**POSITIVE, **changes}), "1.0").outcome


WORKED_CASES: Final[list[tuple[str, dict[str, Any], Outcome]]] = [
    ("far past all three", {}, Outcome.POSITIVE),
    (
        "clinical reference 2.5: 16, 9 and 4 months",
        {"headache_days": 16, "migraine_days": 9, "months_at_this_frequency": 4},
        Outcome.POSITIVE,
    ),
    (
        "exactly 15, 8 and 3 by diary",
        {"headache_days": 15, "migraine_days": 8, "months_at_this_frequency": 3},
        Outcome.POSITIVE,
    ),
    (
        "exactly 15, 8 and 3 from memory",
        {
            "headache_days": 15,
            "migraine_days": 8,
            "months_at_this_frequency": 3,
            "counted_from": "memory",
        },
        Outcome.POSITIVE,
    ),
    ("14 in 28 days", {"headache_days": 14, "window_days": 28}, Outcome.POSITIVE),
    ("14 in 30 days by diary", {"headache_days": 14}, Outcome.NEGATIVE),
    (
        "14 in 30 days from memory",
        {"headache_days": 14, "counted_from": "memory"},
        Outcome.BORDERLINE,
    ),
    ("14 in 30 days, not asked how", {"headache_days": 14, "counted_from": None}, Outcome.BORDERLINE),
    (
        "11 in 30 days from memory",
        {"headache_days": 11, "migraine_days": 9, "counted_from": "memory"},
        Outcome.NEGATIVE,
    ),
    (
        "7 migraine days from memory",
        {"migraine_days": 7, "counted_from": "memory"},
        Outcome.BORDERLINE,
    ),
    ("7 migraine days by diary", {"migraine_days": 7}, Outcome.NEGATIVE),
    (
        "6 migraine days from memory",
        {"migraine_days": 6, "counted_from": "memory"},
        Outcome.NEGATIVE,
    ),
    (
        "7 in 28 days from memory",
        {"migraine_days": 7, "window_days": 28, "counted_from": "memory"},
        Outcome.BORDERLINE,
    ),
    (
        "45 and 24 in 90 days",
        {"headache_days": 45, "migraine_days": 24, "window_days": 90},
        Outcome.POSITIVE,
    ),
    (
        "44 in 90 days by diary",
        {"headache_days": 44, "migraine_days": 24, "window_days": 90},
        Outcome.NEGATIVE,
    ),
    (
        "23 in 90 days by diary",
        {"headache_days": 45, "migraine_days": 23, "window_days": 90},
        Outcome.NEGATIVE,
    ),
    ("2.5 months", {"months_at_this_frequency": 2.5}, Outcome.NEGATIVE),
    ("3 months", {"months_at_this_frequency": 3}, Outcome.POSITIVE),
    ("headache days not asked", {"headache_days": None}, Outcome.CANNOT_TELL),
    ("headache days not sure", {"headache_days": "not_sure"}, Outcome.CANNOT_TELL),
    ("migraine days not asked", {"migraine_days": None}, Outcome.CANNOT_TELL),
    ("migraine days not sure", {"migraine_days": "not_sure"}, Outcome.CANNOT_TELL),
    ("window not sure", {"window_days": "not_sure"}, Outcome.CANNOT_TELL),
    (
        "few days over a window not sure",
        {"window_days": "not_sure", "headache_days": 3, "migraine_days": 1},
        Outcome.CANNOT_TELL,
    ),
    ("months not asked", {"months_at_this_frequency": None}, Outcome.CANNOT_TELL),
    ("months not sure", {"months_at_this_frequency": "not_sure"}, Outcome.CANNOT_TELL),
    ("a look-alike", {"look_alikes": ["constant_from_first_day"]}, Outcome.BORDERLINE),
    (
        "the other look-alike",
        {"look_alikes": ["always_one_side_with_watering_eye"]},
        Outcome.BORDERLINE,
    ),
    ("look-alikes not sure", {"look_alikes": "not_sure"}, Outcome.POSITIVE),
    ("look-alikes not asked", {"look_alikes": None}, Outcome.POSITIVE),
    ("warning signs not asked", {"red_flags": None}, Outcome.POSITIVE),
    ("warning signs not sure", {"red_flags": "not_sure"}, Outcome.POSITIVE),
    ("an urgent warning sign", {"red_flags": ["double_vision"]}, Outcome.POSITIVE),
    ("a warning sign to show soon", {"red_flags": ["recent_change_of_pattern"]}, Outcome.POSITIVE),
]
CLEAR_NO: Final = {"migraine_days": 2}
UNKNOWN: Final = {"months_at_this_frequency": "not_sure"}
CLOSE_NO: Final = {"headache_days": 14, "migraine_days": 9, "counted_from": "memory"}
LIKE_ANOTHER: Final = {"look_alikes": ["constant_from_first_day"]}
DANGER: Final = {"red_flags": ["loss_of_vision"]}
ORDER: Final[list[tuple[str, dict[str, Any], Outcome]]] = [
    ("danger before yes", {**DANGER}, Outcome.EMERGENCY),
    ("danger before no", {**DANGER, **CLEAR_NO}, Outcome.EMERGENCY),
    ("danger before unknown", {**DANGER, **UNKNOWN}, Outcome.EMERGENCY),
    ("danger before borderline", {**DANGER, **CLOSE_NO, **LIKE_ANOTHER}, Outcome.EMERGENCY),
    ("danger among lesser signs", {"red_flags": ["double_vision", "loss_of_vision"]}, Outcome.EMERGENCY),
    ("no before unknown", {**CLEAR_NO, **UNKNOWN}, Outcome.NEGATIVE),
    ("no before close no", {**CLOSE_NO, **CLEAR_NO}, Outcome.NEGATIVE),
    ("no before look-alike", {**CLEAR_NO, **LIKE_ANOTHER}, Outcome.NEGATIVE),
    ("unknown before close no", {**UNKNOWN, **CLOSE_NO}, Outcome.CANNOT_TELL),
    ("unknown before look-alike", {**UNKNOWN, **LIKE_ANOTHER}, Outcome.CANNOT_TELL),
    ("close no before yes", {**CLOSE_NO}, Outcome.BORDERLINE),
    ("close no with look-alike", {**CLOSE_NO, **LIKE_ANOTHER}, Outcome.BORDERLINE),
]


@pytest.mark.parametrize(
    ("changes", "outcome"), [pytest.param(*case[1:], id=case[0]) for case in WORKED_CASES + ORDER]
)
def test_the_outcome_follows_the_contract(changes: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(**changes) is outcome


def test_nothing_answered_cannot_be_told() -> None:
    found = assess(ScreeningAnswers(), "1.0")
    assert found.outcome is Outcome.CANNOT_TELL
    assert found.urgency is Urgency.ROUTINE
    assert found.red_flags == ()
    assert not found.red_flags_not_sure
    assert found.look_alikes == ()
    assert found.contradictions == ()
    assert not found.preventive_history.asked


def test_everything_not_sure_cannot_be_told() -> None:
    found = assess(
        ScreeningAnswers(
            headache_days=NOT_SURE,
            migraine_days=NOT_SURE,
            months_at_this_frequency=NOT_SURE,
            red_flags=NOT_SURE,
            look_alikes=NOT_SURE,
            preventives=NOT_SURE,
        ),
        "1.0",
    )
    assert found.outcome is Outcome.CANNOT_TELL
    assert found.red_flags_not_sure


def test_an_assessment_says_how_it_was_asked_and_by_which_rules() -> None:
    found = assess(ScreeningAnswers(), "7.3")
    assert (found.questionnaire_version, found.rules_version) == ("7.3", RULES_VERSION)


def test_look_alikes_and_warning_signs_are_handed_on() -> None:
    found = assess(
        ScreeningAnswers(
            look_alikes=(LookAlike.CONSTANT_FROM_FIRST_DAY,), red_flags=(RedFlagCode.DOUBLE_VISION,)
        ),
        "1.0",
    )
    assert found.look_alikes == (LookAlike.CONSTANT_FROM_FIRST_DAY,)
    assert [flag.code for flag in found.red_flags] == [RedFlagCode.DOUBLE_VISION]
    assert found.urgency is Urgency.URGENT


DO_NOT_ADD_UP: Final = (Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP,)


@pytest.mark.parametrize(
    ("window", "headache", "free", "contradictions"),
    [
        (30, 20, 8, DO_NOT_ADD_UP),
        (30, 20, 9, ()),
        (30, 20, 10, ()),
        (30, 20, 11, ()),
        (30, 20, 12, DO_NOT_ADD_UP),
        (28, 20, 8, ()),
        (28, 20, 10, DO_NOT_ADD_UP),
        (90, 45, 45, ()),
        (90, 45, 43, DO_NOT_ADD_UP),
        (None, 20, 10, ()),
        (30, None, 10, ()),
        (30, 20, None, ()),
        (30, "not_sure", 10, ()),
        (30, 20, "not_sure", ()),
        ("not_sure", 20, 1, ()),
    ],
)
def test_free_days_more_than_one_off_the_window_are_asked_about(
    window: Any, headache: Any, free: Any, contradictions: tuple[Contradiction, ...]
) -> None:
    answers = answers_from_mapping(
        {"window_days": window, "headache_days": headache, "headache_free_days": free}
    )
    assert assess(answers, "1.0").contradictions == contradictions


def test_a_contradiction_does_not_change_the_outcome() -> None:
    assert outcome_of(headache_free_days=30) is Outcome.POSITIVE
