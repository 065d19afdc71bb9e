"""Answers that do not fit together: both sides of every line, and never more than a question."""

from typing import Any, Final

import pytest
from hypothesis import given, settings

from app.domain import ScreeningAnswers, answers_from_mapping, assess
from app.domain.codes import Contradiction
from app.domain.contradictions import contradictions_of
from tests.support.strategies import screening_answers

DAYS: Final = Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP
LONGER: Final = Contradiction.PREVENTIVE_TAKEN_LONGER_THAN_HEADACHES
YOUNGER: Final = Contradiction.YOUNGER_THAN_ONSET
MEDICINE: Final = Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP
BY_CLASS: Final = (
    "triptan_days",
    "ergot_days",
    "opioid_days",
    "combination_analgesic_days",
    "simple_analgesic_days",
    "gepant_or_ditan_days",
)


def found(**raw: Any) -> tuple[Contradiction, ...]:
    return contradictions_of(answers_from_mapping(raw))


def tried(weeks: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"medicine": "propranolol", "weeks": weeks, "result": "no_benefit", **more}]


@pytest.mark.parametrize(
    ("months", "weeks", "is_longer"),
    [
        (6, 26, False),
        (6, 27, False),
        (6, 27.5, True),
        (6, 28, True),
        (12, 53, False),
        (12, 54, True),
        (0, 1, False),
        (0, 2, True),
        (0.5, 3, False),
        (0.5, 4, True),
        ("not_sure", 500, False),
        (None, 500, False),
        (1, "not_sure", False),
        (1, None, False),
    ],
)
def test_a_medicine_taken_longer_than_the_headaches_is_asked_about(
    months: Any, weeks: Any, is_longer: bool
) -> None:
    """A month is a twelfth of 52 weeks, and one week more is a slip of counting."""
    assert found(months_at_this_frequency=months, preventives=tried(weeks)) == (LONGER,) * is_longer


@pytest.mark.parametrize(
    ("purpose", "is_longer"),
    [("migraine", True), ("not_sure", True), (None, True), ("other_condition", False)],
)
def test_a_medicine_for_another_illness_may_have_been_taken_for_longer(
    purpose: str | None, is_longer: bool
) -> None:
    trials = tried(100, taken_for=purpose)
    assert found(months_at_this_frequency=3, preventives=trials) == (LONGER,) * is_longer


def test_one_long_trial_among_several_is_enough() -> None:
    assert found(months_at_this_frequency=3, preventives=tried(4) + tried(100)) == (LONGER,)
    assert found(months_at_this_frequency=3, preventives=tried(4) + tried(5)) == ()


@pytest.mark.parametrize("preventives", [None, "not_sure", []])
def test_without_a_trial_there_is_nothing_to_ask(preventives: Any) -> None:
    assert found(months_at_this_frequency=0, preventives=preventives) == ()


@pytest.mark.parametrize("name", BY_CLASS)
@pytest.mark.parametrize(
    ("taken", "days", "is_more"),
    [(10, 10, False), (10, 11, True), (0, 1, True), (0, 0, False), ("not_sure", 9, False), (None, 9, False)],
)
def test_no_class_is_taken_on_more_days_than_any_medicine(
    name: str, taken: Any, days: int, is_more: bool
) -> None:
    assert found(any_acute_medication_days=taken, **{name: days}) == (MEDICINE,) * is_more


def test_classes_taken_on_different_days_need_not_add_up() -> None:
    assert found(any_acute_medication_days=10, triptan_days=6, opioid_days=6) == ()


@pytest.mark.parametrize(
    ("age", "is_younger"), [(3, True), (49, True), (50, False), (51, False), (None, False)]
)
def test_nobody_is_younger_than_when_it_began(age: Any, is_younger: bool) -> None:
    """At 50, headaches may have begun some weeks ago, after the birthday."""
    assert found(age_years=age, red_flags=["onset_after_50"]) == (YOUNGER,) * is_younger


@pytest.mark.parametrize("signs", [None, [], "not_sure", ["double_vision"]])
def test_an_age_alone_is_no_contradiction(signs: Any) -> None:
    assert found(age_years=3, red_flags=signs) == ()


def test_all_are_listed_in_a_fixed_order() -> None:
    everything = {
        "headache_days": 20,
        "headache_free_days": 20,
        "months_at_this_frequency": 1,
        "preventives": tried(52),
        "any_acute_medication_days": 1,
        "ergot_days": 2,
        "age_years": 49,
        "red_flags": ["onset_after_50"],
    }
    assert found(**everything) == (DAYS, LONGER, MEDICINE, YOUNGER) == tuple(Contradiction)


@settings(deadline=None, max_examples=100)
@given(screening_answers())
def test_the_assessment_lists_them(answers: ScreeningAnswers) -> None:
    assert assess(answers, "1.0", ()).contradictions == contradictions_of(answers)
