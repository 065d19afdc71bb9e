"""Each kind of requirement on both sides of its boundary, and with the answer missing."""

from typing import Any

import pytest

from app.domain import answers_from_mapping
from app.domain.policies import Case
from app.domain.requirement_kinds import KINDS
from app.domain.response import DayCount, TreatmentResponse


def status(kind: str, case: Case, **settings: Any) -> str:
    return KINDS[kind].make(settings)(case).status.value


def case(**raw: Any) -> Case:
    return Case(answers_from_mapping(raw))


def after(baseline: int, *later: int, cycles: int | None = 2, window: int = 30) -> Case:
    counts = tuple(DayCount(days, window) for days in later)
    return Case(answers_from_mapping({}), TreatmentResponse(DayCount(baseline, window), counts, cycles))


def tried(*trials: tuple[Any, ...]) -> Case:
    names = ("medicine", "weeks", "result", "taken_for")
    return case(preventives=[dict(zip(names, trial, strict=False)) for trial in trials])


@pytest.mark.parametrize(
    ("window", "days", "found"),
    [
        (30, 15, "met"),
        (30, 14, "not_met"),
        (28, 14, "met"),
        (28, 13, "not_met"),
        (90, 45, "met"),
        (90, 44, "not_met"),
        (None, 15, "met"),
        ("not_sure", 15, "cannot_tell"),
        (30, None, "cannot_tell"),
        (30, "not_sure", "cannot_tell"),
    ],
)
def test_days_at_least(window: Any, days: Any, found: str) -> None:
    given = case(window_days=window, headache_days=days)
    assert status("days_at_least", given, count="headache_days", days=15) == found


@pytest.mark.parametrize(
    ("months", "at_least", "more_than"),
    [
        (2.9, "not_met", "not_met"),
        (3, "met", "not_met"),
        (3.1, "met", "met"),
        (None, "cannot_tell", "cannot_tell"),
        ("not_sure", "cannot_tell", "cannot_tell"),
    ],
)
def test_more_than_3_is_not_3_or_more(months: Any, at_least: str, more_than: str) -> None:
    given, name = case(months_at_this_frequency=months), "months_at_this_frequency"
    assert status("amount_at_least", given, amount=name, least=3) == at_least
    assert status("amount_more_than", given, amount=name, limit=3) == more_than


@pytest.mark.parametrize(
    ("answer", "found"),
    [("yes", "met"), ("no", "not_met"), ("not_sure", "cannot_tell"), (None, "cannot_tell")],
)
def test_answer_yes(answer: Any, found: str) -> None:
    given = case(specialist_involved=answer)
    assert status("answer_yes", given, answer="specialist_involved") == found


LIKELY = {"headache_days": 20, "triptan_days": 12, "months_of_acute_medication_use": 6}
WATCH = {**LIKELY, "months_of_acute_medication_use": 2}
NONE = {"any_acute_medication_days": 2}


@pytest.mark.parametrize(
    ("use", "managed", "found"),
    [
        (NONE, None, "met"),
        (NONE, "no", "met"),
        (LIKELY, "yes", "met"),
        (LIKELY, "no", "not_met"),
        (LIKELY, None, "cannot_tell"),
        (LIKELY, "not_sure", "cannot_tell"),
        (WATCH, "no", "not_met"),
        (WATCH, "yes", "met"),
        ({}, "yes", "met"),
        ({}, "no", "cannot_tell"),
        ({}, None, "cannot_tell"),
    ],
)
def test_overuse_managed(use: dict[str, Any], managed: Any, found: str) -> None:
    assert status("overuse_managed", case(medication_overuse_managed=managed, **use)) == found


def test_two_medicines_of_a_class_are_two_medicines_and_one_class() -> None:
    given = tried(("propranolol", 12, "no_benefit"), ("metoprolol", 12, "side_effects"))
    assert status("medicines_tried", given, least=2) == "met"
    assert status("medicines_tried", given, least=3) == "not_met"
    assert status("classes_tried", given, least=1) == "met"
    assert status("classes_tried", given, least=2) == "not_met"


def test_two_medicines_that_may_count_are_two_medicines_and_one_class() -> None:
    given = tried(("propranolol", 12, "not_sure"), ("metoprolol", 12, "no_benefit"))
    assert status("medicines_tried", given, least=2) == "cannot_tell"
    assert status("medicines_tried", given, least=3) == "not_met"
    assert status("classes_tried", given, least=2) == "not_met"


@pytest.mark.parametrize(
    ("trial", "found"),
    [
        (("topiramate", 12, "no_benefit"), "met"),
        (("topiramate", 1, "side_effects"), "met"),
        (("topiramate", None, "unsuitable"), "not_met"),
        (("topiramate", 12, "helped"), "not_met"),
        (("topiramate", 12, "stopped_for_other_reason"), "not_met"),
        (("topiramate", 0, "no_benefit"), "not_met"),
        (("topiramate", 12, "not_sure"), "cannot_tell"),
        (("topiramate", 12), "cannot_tell"),
        (("topiramate", 12, "no_benefit", "other_condition"), "not_met"),
        (("topiramate", 12, "no_benefit", "not_sure"), "cannot_tell"),
        (("topiramate", 12, "helped", "not_sure"), "not_met"),
        (("other", 12, "no_benefit"), "cannot_tell"),
        (("other", 12, "helped"), "not_met"),
        (("other", 12, "no_benefit", "other_condition"), "not_met"),
        (("sumatriptan", 12, "no_benefit"), "not_met"),
        (("onabotulinumtoxina", 12, "no_benefit"), "not_met"),
        (("magnesium", 12, "no_benefit"), "not_met"),
    ],
)
def test_which_trials_count(trial: tuple[Any, ...], found: str) -> None:
    results = ["no_benefit", "side_effects"]
    assert status("medicines_tried", tried(trial), least=1, results=results) == found
    assert status("classes_tried", tried(trial), least=1, results=results) == found


@pytest.mark.parametrize("preventives", [None, "not_sure"])
def test_medicines_that_are_not_known_are_missing(preventives: Any) -> None:
    assert status("medicines_tried", case(preventives=preventives), least=1) == "cannot_tell"


def test_none_tried_is_not_met() -> None:
    assert status("medicines_tried", tried(), least=1) == "not_met"


def test_every_trial_is_judged_by_itself_whatever_the_order() -> None:
    first, second = ("topiramate", None, "unsuitable"), ("topiramate", 12, "no_benefit")
    for trials in ((first, second), (second, first)):
        assert status("medicines_tried", tried(*trials), least=1, results=["no_benefit"]) == "met"
    assert status("medicines_tried", tried(first, second), least=2) == "not_met"


@pytest.mark.parametrize(
    ("weeks", "result", "found"),
    [
        (8, "no_benefit", "not_met"),  # 56 days
        (60 / 7, "no_benefit", "met"),
        (8.5, "no_benefit", "not_met"),
        (9, "no_benefit", "met"),
        (1, "side_effects", "met"),
        (None, "unsuitable", "met"),
        (None, "no_benefit", "cannot_tell"),
        ("not_sure", "no_benefit", "cannot_tell"),
    ],
)
def test_8_weeks_are_56_days_and_not_60(weeks: Any, result: str, found: str) -> None:
    given = tried(("topiramate", weeks, result))
    assert status("medicines_tried", given, least=1, shortest_days=60) == found


def test_56_days_are_8_weeks() -> None:
    given = tried(("topiramate", 8, "no_benefit"))
    assert status("medicines_tried", given, least=1, shortest_days=56) == "met"


@pytest.mark.parametrize("weeks", [None, "not_sure", 1])
def test_where_no_length_is_asked_for_the_weeks_may_be_unknown(weeks: Any) -> None:
    assert status("medicines_tried", tried(("topiramate", weeks, "no_benefit")), least=1) == "met"


def test_a_policy_may_take_some_classes_and_leave_out_a_medicine() -> None:
    given = tried(("flunarizine", 12, "no_benefit"))
    allowed = ["calcium_channel_blocker"]
    assert status("medicines_tried", given, least=1, classes=allowed) == "met"
    assert status("medicines_tried", given, least=1, classes=["antidepressant"]) == "not_met"
    assert status("medicines_tried", given, least=1, classes=allowed, without=["flunarizine"]) == "not_met"


@pytest.mark.parametrize(
    ("baseline", "later", "at_least_30", "more_than_50"),
    [
        (20, 14, "met", "not_met"),  # exactly 30 %
        (20, 15, "not_met", "not_met"),
        (20, 10, "met", "not_met"),  # exactly 50 %
        (20, 9, "met", "met"),
        (20, 25, "not_met", "not_met"),
        (0, 0, "cannot_tell", "cannot_tell"),
    ],
)
def test_the_fall(baseline: int, later: int, at_least_30: str, more_than_50: str) -> None:
    given = after(baseline, later)
    assert status("reduction_at_least", given, percent=30, after_cycles=2) == at_least_30
    assert status("reduction_more_than", given, percent=50, after_cycles=2) == more_than_50


def test_the_latest_count_is_compared_and_not_the_first() -> None:
    assert status("reduction_at_least", after(20, 18, 14), percent=30) == "met"
    assert status("reduction_at_least", after(20, 14, 18), percent=30) == "not_met"


@pytest.mark.parametrize(
    ("cycles", "found"), [(None, "cannot_tell"), (1, "cannot_tell"), (2, "not_met"), (3, "not_met")]
)
def test_too_small_a_fall_counts_only_after_the_cycles(cycles: int | None, found: str) -> None:
    given = after(20, 18, cycles=cycles)
    assert status("reduction_at_least", given, percent=30, after_cycles=2) == found
    assert status("reduction_at_least", given, percent=30) == "not_met"
    assert status("reduction_at_least", after(20, 2, cycles=cycles), percent=30, after_cycles=2) == "met"


def test_cycles_that_are_not_known_are_not_taken_as_given() -> None:
    given = after(20, 18, cycles=None)
    assert status("reduction_at_least", given, percent=30, after_cycles=1) == "cannot_tell"


def test_no_counts_yet_settle_nothing() -> None:
    for nothing in (case(), after(20)):
        assert status("reduction_at_least", nothing, percent=30) == "cannot_tell"
        assert status("not_below_for", nothing, days=15, months=3) == "cannot_tell"
    assert status("course_within", case(), most=5) == "cannot_tell"


@pytest.mark.parametrize(
    ("later", "found"),
    [
        ((14, 14, 14), "not_met"),
        ((14, 14), "cannot_tell"),
        ((14, 15, 14), "met"),
        ((15, 14, 14), "met"),
        ((15, 14, 14, 14), "not_met"),
        ((14, 14, 14, 15), "met"),
        ((15,), "met"),
    ],
)
def test_under_15_days_for_3_months_in_a_row(later: tuple[int, ...], found: str) -> None:
    assert status("not_below_for", after(20, *later), days=15, months=3) == found


def test_monthly_counts_are_compared_as_rates() -> None:
    assert status("not_below_for", after(20, 14, 14, 14, window=28), days=15, months=3) == "met"
    assert status("not_below_for", after(20, 13, 13, 13, window=28), days=15, months=3) == "not_met"


@pytest.mark.parametrize(
    ("given", "found"), [(4, "met"), (5, "not_met"), (6, "not_met"), (None, "cannot_tell")]
)
def test_a_sixth_course_is_not_within_five(given: int | None, found: str) -> None:
    assert status("course_within", after(20, 5, cycles=given), most=5) == found
