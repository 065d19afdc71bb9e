"""The answer behind each finding, as the clinician and the exchange format see it."""

from typing import Any

import pytest

from app.domain import ScreeningAnswers, answers_from_mapping
from app.domain.policies import Case
from app.domain.requirement_kinds import KINDS
from app.domain.response import DayCount, TreatmentResponse


def case(**raw: Any) -> Case:
    return Case(answers_from_mapping(raw))


def answer(kind: str, given: Case, **settings: Any) -> Any:
    return KINDS[kind].make(settings)(given).answer


@pytest.mark.parametrize(
    ("days", "window", "written"),
    [
        (15, 28, {"headache_days": 15, "window_days": 28}),
        (None, None, {"headache_days": None, "window_days": 30}),
        ("not_sure", "not_sure", {"headache_days": "not_sure", "window_days": None}),
    ],
)
def test_the_answer_behind_a_count_has_its_window(days: Any, window: Any, written: dict[str, Any]) -> None:
    given = case(headache_days=days, window_days=window)
    assert answer("days_at_least", given, count="headache_days", days=15) == written


@pytest.mark.parametrize("months", [0, 2.5, None, "not_sure"])
def test_the_answer_behind_an_amount_is_as_it_was_given(months: Any) -> None:
    given, name = case(diary_months=months), "diary_months"
    assert answer("amount_at_least", given, amount=name, least=3) == {name: months}
    assert answer("amount_more_than", given, amount=name, limit=3) == {name: months}


OVERUSED = {"headache_days": 20, "triptan_days": 12, "months_of_acute_medication_use": 6}


@pytest.mark.parametrize("given", ["yes", "no", "not_sure", None])
def test_the_answer_behind_a_yes_is_as_it_was_given(given: Any) -> None:
    found = answer("answer_yes", case(specialist_involved=given), answer="specialist_involved")
    assert found == {"specialist_involved": given}
    found = answer("overuse_managed", case(medication_overuse_managed=given, **OVERUSED))
    assert found == {"medication_overuse": "likely", "medication_overuse_managed": given}


def test_the_answer_behind_medicines_tried_is_those_that_count() -> None:
    trials = [
        {"medicine": "topiramate", "weeks": 12, "result": "no_benefit"},
        {"medicine": "propranolol", "weeks": 12, "result": "side_effects"},
        {"medicine": "timolol", "weeks": 12, "result": "helped"},
    ]
    given = case(preventives=trials)
    assert answer("medicines_tried", given, least=2) == {"medicines": ["propranolol", "topiramate"]}
    assert answer("classes_tried", given, least=2) == {"classes": ["anticonvulsant", "beta_blocker"]}
    for kind, name in (("medicines_tried", "medicines"), ("classes_tried", "classes")):
        assert answer(kind, case(), least=2) == {name: None}
        assert answer(kind, case(preventives="not_sure"), least=2) == {name: "not_sure"}


def test_the_window_behind_going_on_is_that_of_the_latest_count() -> None:
    kind = KINDS["not_below_for"].make({"days": 15, "months": 3})
    counts = (DayCount(10, 28), DayCount(12, 30))
    given = Case(ScreeningAnswers(), TreatmentResponse(DayCount(20, 30), counts, 2))
    assert kind(given).answer["window_days"] == 30


def test_the_answer_behind_going_on_is_the_counts_so_far() -> None:
    later = (DayCount(18, 30), DayCount(15, 30), DayCount(14, 30))
    response = TreatmentResponse(DayCount(21, 30), later, cycles=3)
    given = Case(answers_from_mapping({}), response)
    fall = {"reduction_percent": 33.3, "cycles": 3}
    assert answer("reduction_at_least", given, percent=30) == fall
    assert answer("reduction_more_than", given, percent=30) == fall
    assert answer("reduction_at_least", case(), percent=30) == {"reduction_percent": None}
    assert answer("not_below_for", given, days=15, months=2) == {
        "headache_days": [15, 14],
        "window_days": 30,
    }
    assert answer("not_below_for", case(), days=15, months=2) == {"headache_days": [], "window_days": None}
    assert answer("course_within", given, most=5) == {"cycles": 3}
    assert answer("course_within", case(), most=5) == {"cycles": None}
