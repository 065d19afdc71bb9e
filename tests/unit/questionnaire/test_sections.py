"""Optional sections: their pages in order, when a page applies, and what is handed in of them."""

from typing import Any, Final

import pytest

from app.questionnaire.path import (
    asked,
    first_incomplete,
    is_answered,
    is_begun,
    may_open,
    next_step,
    on_path,
    path,
    place_of,
    previous_step,
    section_path,
)
from app.questionnaire.sections import Section
from app.questionnaire.steps import STEP_BY_SLUG, STEPS

CORE: Final[dict[str, Any]] = {
    "red_flags": [],
    "other_red_flags": [],
    "headache_days": 20,
    "migraine_days": 10,
    "counted_from": "memory",
    "months_at_this_frequency": 24,
    "look_alikes": [],
    "preventives": [],
}
OVERUSE: Final[dict[str, Any]] = {"triptan_days": 12, "months_of_acute_medication_use": 6}
# Days of every kind are known, and none was taken.
ONE_KIND: Final[dict[str, Any]] = dict.fromkeys(
    (
        "triptan_days",
        "ergot_days",
        "gepant_or_ditan_days",
        "simple_analgesic_days",
        "combination_analgesic_days",
        "opioid_days",
    ),
    0,
)
ORDER: Final = {
    Section.HEADACHES: ["untreated", "pain", "strength", "company", "aura"],
    Section.MEDICINES: ["medicine-days", "migraine-medicine", "painkillers", "medicine-plan"],
    Section.BOTULINUM: ["botulinum-safety", "care-so-far"],
    Section.COST: ["work"],
}
OPTIONAL: Final = [step for step in STEPS if step.section is not None]


def slugs_of(section: Section, **answers: Any) -> list[str]:
    return [step.slug for step in section_path(section, {**CORE, **answers})]


# --- order ----------------------------------------------------------------------------------------


def test_the_sections_are_offered_in_this_order_with_words_of_their_own() -> None:
    assert list(Section) == list(ORDER)
    for section in Section:
        assert all(str(words) for words in (section.value.title, section.value.time, section.value.why))
    assert len({str(section.value.title) for section in Section}) == len(Section)


@pytest.mark.parametrize("section", Section)
def test_a_section_has_its_pages_in_order_and_they_lead_to_each_other(section: Section) -> None:
    answers = {**CORE, **OVERUSE}
    steps = section_path(section, answers)
    slugs = [step.slug for step in steps]
    assert slugs == ORDER[section]
    after = [next_step(step, answers) for step in steps]
    before = [previous_step(step, answers) for step in steps]
    assert [step and step.slug for step in after] == [*slugs[1:], None]
    assert [step and step.slug for step in before] == [None, *slugs[:-1]]


@pytest.mark.parametrize("section", Section)
def test_the_place_counts_the_pages_of_the_section_alone(section: Section) -> None:
    answers = {**CORE, **OVERUSE}
    steps = section_path(section, answers)
    expected = [(number, len(steps)) for number in range(1, len(steps) + 1)]
    assert [place_of(step, answers) for step in steps] == expected


def test_no_page_of_a_section_is_needed() -> None:
    assert first_incomplete(CORE) is None
    assert all(is_answered(step, CORE) for step in OPTIONAL)
    assert not set(OPTIONAL) & set(path(CORE))


# --- when a page may be opened --------------------------------------------------------------------


@pytest.mark.parametrize("missing", CORE)
def test_no_page_of_a_section_may_be_opened_before_the_core_is_complete(missing: str) -> None:
    answers = {**CORE, **OVERUSE, missing: None}
    assert [step.slug for step in OPTIONAL if may_open(step, answers)] == []


@pytest.mark.parametrize(
    "open_answer",
    [
        {"red_flags": "not_sure"},
        {"other_red_flags": "not_sure"},
        {"other_red_flags": ["double_vision"]},
        {"preventives": [{"key": "a", "medicine": "topiramate"}]},
    ],
)
def test_no_page_of_a_section_may_be_opened_while_something_of_the_core_is_open(
    open_answer: dict[str, Any],
) -> None:
    answers = {**CORE, **OVERUSE, **open_answer}
    assert [step.slug for step in OPTIONAL if may_open(step, answers)] == []


def test_every_page_that_applies_may_be_opened_once_the_core_is_complete() -> None:
    expected = [slug for slugs in ORDER.values() for slug in slugs]
    opened = [step.slug for step in OPTIONAL if may_open(step, {**CORE, **OVERUSE})]
    assert opened == expected
    opened = [step.slug for step in OPTIONAL if may_open(step, CORE)]
    assert opened == [slug for slug in expected if slug != "medicine-plan"]


# --- conditions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [None, 1, 30, "not_sure"])
def test_each_kind_of_medicine_is_asked_about_unless_none_was_taken(days: Any) -> None:
    expected = ["medicine-days", "migraine-medicine", "painkillers"]
    assert slugs_of(Section.MEDICINES, any_acute_medication_days=days) == expected


def test_no_further_page_about_medicine_comes_when_none_was_taken() -> None:
    none = {"any_acute_medication_days": 0, "months_of_acute_medication_use": 6}
    assert slugs_of(Section.MEDICINES, **none) == ["medicine-days"]


@pytest.mark.parametrize("left_over", ["triptan_days", "simple_analgesic_days", "opioid_days"])
def test_days_left_over_bring_no_page_about_medicine_back(left_over: str) -> None:
    none = {"any_acute_medication_days": 0, "months_of_acute_medication_use": 6}
    assert slugs_of(Section.MEDICINES, **none, **{left_over: 20}) == ["medicine-days"]


@pytest.mark.parametrize(
    ("answers", "is_asked"),
    [
        ({}, False),
        ({"triptan_days": 9, "months_of_acute_medication_use": 6}, False),
        ({"triptan_days": 9}, False),
        ({"triptan_days": 10}, True),
        ({"triptan_days": "not_sure", "months_of_acute_medication_use": 6}, False),
        ({"triptan_days": 9, "months_of_acute_medication_use": "not_sure"}, False),
        ({"triptan_days": 10, "months_of_acute_medication_use": "not_sure"}, True),
        ({"triptan_days": 10, "headache_days": "not_sure", "migraine_days": "not_sure"}, True),
        ({"triptan_days": 5, "ergot_days": "not_sure"}, False),
        ({"triptan_days": 10, "months_of_acute_medication_use": 3}, True),
        ({"triptan_days": 10, "months_of_acute_medication_use": 3.5}, True),
        ({"triptan_days": 10, "months_of_acute_medication_use": 6, "headache_days": 10}, True),
        ({"simple_analgesic_days": 14, "months_of_acute_medication_use": 6}, False),
        ({**ONE_KIND, "simple_analgesic_days": 14, "any_acute_medication_days": 14}, False),
        ({"simple_analgesic_days": 14, "any_acute_medication_days": 14}, False),
        ({**ONE_KIND, "simple_analgesic_days": 6, "triptan_days": 6, "any_acute_medication_days": 12}, True),
        ({**ONE_KIND, "simple_analgesic_days": 6, "triptan_days": 6, "any_acute_medication_days": 9}, False),
        ({"simple_analgesic_days": 15, "months_of_acute_medication_use": 6}, True),
        ({"gepant_or_ditan_days": 30, "months_of_acute_medication_use": 6}, False),
    ],
)
def test_a_plan_is_asked_about_once_the_days_of_a_class_reach_their_line(
    answers: dict[str, Any], is_asked: bool
) -> None:
    assert ("medicine-plan" in slugs_of(Section.MEDICINES, **answers)) == is_asked


def test_answers_that_cannot_be_ask_for_no_plan_and_are_no_failure() -> None:
    assert "medicine-plan" not in slugs_of(Section.MEDICINES, **OVERUSE, age_years=999)


# --- what is handed in ----------------------------------------------------------------------------


def test_a_page_is_begun_once_anything_on_it_was_answered() -> None:
    step = STEP_BY_SLUG["care-so-far"]
    assert not is_begun(step, {})
    assert not is_begun(step, {"diary_months": None, "specialist_involved": None})
    for given in (0, "not_sure", 3):
        assert is_begun(step, {"diary_months": given})
    assert is_begun(STEP_BY_SLUG["botulinum-safety"], {"botulinum_safety": []})


def test_only_pages_that_were_begun_are_asked_and_they_come_in_order() -> None:
    answers = {**CORE, "work_days_missed": 0, "aura": "no"}
    assert [step.slug for step in asked(answers)] == [*(step.slug for step in path(CORE)), "aura", "work"]


def test_questions_that_were_skipped_are_not_handed_in() -> None:
    skipped = {name: None for step in OPTIONAL for name in step.answer_names}
    assert on_path({**CORE, **skipped}) == on_path(CORE)


@pytest.mark.parametrize(
    ("left_over", "because"),
    [
        ({"triptan_days": 4}, {"any_acute_medication_days": 0}),
        ({"opioid_days": 4, "gepant_or_ditan_days": 1}, {"any_acute_medication_days": 0}),
        ({"medication_overuse_managed": "yes"}, {"triptan_days": 4, "months_of_acute_medication_use": 6}),
        ({"medication_overuse_managed": "yes"}, {"any_acute_medication_days": 0}),
    ],
)
def test_answers_left_over_from_a_page_that_no_longer_applies_are_not_handed_in(
    left_over: dict[str, Any], because: dict[str, Any]
) -> None:
    handed_in = on_path({**CORE, **left_over, **because})
    assert not set(left_over) & set(handed_in)
    assert set(because) <= set(handed_in)
