"""ICHD-3 8.2: each class on both sides of its days, the months, the headache days, and classes together."""

from fractions import Fraction
from typing import Any, Final

import pytest

from app.domain import answers_from_mapping
from app.domain.medication_overuse import ClassUse, MedicationOveruse, medication_overuse

CLASSES: Final = (
    "triptan_days",
    "ergot_days",
    "opioid_days",
    "combination_analgesic_days",
    "simple_analgesic_days",
)
NONE_USED: Final[dict[str, Any]] = {
    "window_days": 30,
    "headache_days": 15,
    "months_of_acute_medication_use": 4,
    **dict.fromkeys(CLASSES, 0),
}


def overuse(**changes: Any) -> MedicationOveruse:
    return medication_overuse(answers_from_mapping({**NONE_USED, **changes}))


def together(**changes: Any) -> ClassUse | None:
    found = {each.name: each for each in overuse(**changes).classes}
    return found.get("several_classes")


@pytest.mark.parametrize(
    ("name", "threshold"),
    [
        ("triptan", 10),
        ("ergot", 10),
        ("opioid", 10),
        ("combination_analgesic", 10),
        ("simple_analgesic", 15),
    ],
)
def test_each_class_on_both_sides_of_its_days(name: str, threshold: int) -> None:
    assert overuse(**{f"{name}_days": threshold}).status == "likely"
    assert overuse(**{f"{name}_days": threshold - 1}).status == "not_likely"
    [use] = [each for each in overuse(**{f"{name}_days": threshold}).classes if each.name == name]
    assert use.days == use.threshold == threshold
    assert use.status == "likely"


@pytest.mark.parametrize(
    ("window", "days", "status"),
    [(28, 9, "not_likely"), (28, 10, "likely"), (90, 29, "not_likely"), (90, 30, "likely")],
)
def test_days_are_compared_as_a_rate(window: int, days: int, status: str) -> None:
    assert overuse(window_days=window, headache_days=window, triptan_days=days).status == status


@pytest.mark.parametrize(
    ("months", "headache", "status"),
    [
        (3.1, 15, "likely"),
        (3, 15, "watch"),
        (4, 14, "watch"),
        (None, 14, "watch"),
        (3, None, "watch"),
        (None, 15, "cannot_tell"),
        ("not_sure", 15, "cannot_tell"),
        (4, None, "cannot_tell"),
        (4, "not_sure", "cannot_tell"),
    ],
)
def test_it_takes_more_than_3_months_and_15_headache_days(months: Any, headache: Any, status: str) -> None:
    changes = {"months_of_acute_medication_use": months, "headache_days": headache}
    assert overuse(triptan_days=10, **changes).status == status
    assert overuse(**changes).status == "not_likely"


def test_a_window_that_is_not_sure_settles_nothing() -> None:
    found = overuse(window_days="not_sure", triptan_days=20)
    assert found.status == "cannot_tell"
    assert all(use.days is None for use in found.classes)


def test_nothing_answered_cannot_be_told() -> None:
    assert medication_overuse(answers_from_mapping({})).status == "cannot_tell"


def test_gepants_have_no_threshold() -> None:
    assert overuse(gepant_or_ditan_days=20, any_acute_medication_days=20).status == "not_likely"


def test_the_most_serious_class_gives_the_status() -> None:
    assert overuse(triptan_days=10, opioid_days=None).status == "likely"
    assert overuse(triptan_days=2, opioid_days=None).status == "cannot_tell"


def test_no_row_for_classes_together_where_one_is_overused_by_itself() -> None:
    assert together(triptan_days=10, opioid_days=5) is None
    assert together(simple_analgesic_days=14, triptan_days=9) is not None


@pytest.mark.parametrize(
    ("changes", "days", "status"),
    [
        # one class alone is never several
        ({"simple_analgesic_days": 14}, 14, "not_likely"),
        # the days of two classes may be the same days: from the larger to the sum
        ({"triptan_days": 5, "simple_analgesic_days": 4}, None, "not_likely"),
        ({"triptan_days": 5, "simple_analgesic_days": 5}, None, "cannot_tell"),
        ({"triptan_days": 1, "simple_analgesic_days": 10}, None, "likely"),
        ({"triptan_days": 1, "simple_analgesic_days": 9}, None, "cannot_tell"),
        # days with any medicine settle the union
        (
            {"triptan_days": 6, "simple_analgesic_days": 6, "any_acute_medication_days": 9},
            None,
            "not_likely",
        ),
        (
            {
                "triptan_days": 6,
                "simple_analgesic_days": 6,
                "any_acute_medication_days": 10,
                "gepant_or_ditan_days": 0,
            },
            10,
            "likely",
        ),
        (
            {
                "triptan_days": 6,
                "simple_analgesic_days": 6,
                "any_acute_medication_days": 12,
                "gepant_or_ditan_days": 3,
            },
            None,
            "cannot_tell",
        ),
        # days with a gepant alone narrow nothing
        (
            {"triptan_days": 6, "simple_analgesic_days": 6, "gepant_or_ditan_days": 3},
            None,
            "cannot_tell",
        ),
        # no class is known, but there was no medicine at all
        ({**dict.fromkeys(CLASSES), "any_acute_medication_days": 0}, 0, "not_likely"),
        # a class that is not known
        (
            {"triptan_days": 6, "opioid_days": None, "any_acute_medication_days": 9},
            None,
            "not_likely",
        ),
        ({"simple_analgesic_days": 12, "opioid_days": None}, None, "cannot_tell"),
        (
            {"simple_analgesic_days": 12, "triptan_days": 1, "opioid_days": None},
            None,
            "likely",
        ),
        # too few months yet
        (
            {"triptan_days": 1, "simple_analgesic_days": 10, "months_of_acute_medication_use": 3},
            None,
            "watch",
        ),
        ({}, 0, "not_likely"),
    ],
)
def test_classes_together(changes: dict[str, Any], days: int | None, status: str) -> None:
    found = together(**changes)
    assert found is not None
    assert (found.days, found.threshold, found.status) == (days, 10, status)


def test_an_unknown_class_is_bounded_by_the_days_with_any_medicine() -> None:
    found = {each.name: each for each in overuse(opioid_days=None, any_acute_medication_days=9).classes}
    assert (found["opioid"].days, found["opioid"].status) == (None, "not_likely")
    found = {each.name: each for each in overuse(opioid_days=None, any_acute_medication_days=10).classes}
    assert found["opioid"].status == "cannot_tell"


def test_a_rate_is_exact() -> None:
    [first, *_] = overuse(window_days=28, triptan_days=9).classes
    assert first.days == Fraction(135, 14)


# --- a count with any medicine that a class contradicts -------------------------------------------


@pytest.mark.parametrize("name", [*CLASSES, "gepant_or_ditan_days"])
def test_a_count_with_any_medicine_that_a_class_contradicts_rules_nothing_out(name: str) -> None:
    other = "opioid_days" if name != "opioid_days" else "ergot_days"
    right = {name: 5, other: None, "any_acute_medication_days": 5}
    wrong = {**right, "any_acute_medication_days": 4}
    found = {each.name: each.status for each in overuse(**right).classes}
    assert found[other.removesuffix("_days")] == "not_likely"
    found = {each.name: each.status for each in overuse(**wrong).classes}
    assert found[other.removesuffix("_days")] == "cannot_tell"
    assert overuse(**wrong).status == "cannot_tell"


def test_a_contradicted_count_neither_bounds_nor_raises_the_days_of_several_classes() -> None:
    changes = {"triptan_days": 6, "simple_analgesic_days": 6}
    found = together(**changes, any_acute_medication_days=5)
    assert found == together(**changes)
    assert found is not None
    assert found.status == "cannot_tell"


# --- what is reached ------------------------------------------------------------------------------


def reached(**changes: Any) -> list[str]:
    return [each.name for each in overuse(**changes).reached]


@pytest.mark.parametrize("headache", [15, 14, None, "not_sure"])
@pytest.mark.parametrize("months", [4, 3, None, "not_sure"])
def test_days_that_reach_their_line_are_reached_whatever_else_is_known(months: Any, headache: Any) -> None:
    known = {"months_of_acute_medication_use": months, "headache_days": headache}
    assert reached(triptan_days=10, simple_analgesic_days=14, **known) == ["triptan"]
    assert reached(triptan_days=9, simple_analgesic_days=15, **known) == ["simple_analgesic"]
    assert reached(triptan_days=9, **known) == []


def test_several_classes_are_reached_once_their_days_together_are() -> None:
    both = {"triptan_days": 1, "simple_analgesic_days": 10}
    assert reached(**both) == ["several_classes"]
    assert reached(**both, months_of_acute_medication_use=3) == ["several_classes"]
    assert reached(triptan_days=5, simple_analgesic_days=5) == []


def test_what_is_not_known_is_not_reached() -> None:
    assert medication_overuse(answers_from_mapping({})).reached == ()
    assert reached(window_days="not_sure", triptan_days=20) == []
    assert reached(opioid_days=None) == []


@pytest.mark.parametrize(("days", "expected"), [(9, []), (10, ["triptan"])])
def test_days_are_reached_as_a_rate(days: int, expected: list[str]) -> None:
    given = {"window_days": 28, "triptan_days": days, "months_of_acute_medication_use": None}
    assert reached(**given) == expected
