"""Where a person is and may go, from the answers alone."""

from typing import Any, Final

import pytest

from app.questionnaire.path import (
    first_incomplete,
    is_answered,
    may_open,
    next_step,
    on_path,
    path,
    place_of,
    previous_step,
)
from app.questionnaire.steps import STEP_BY_SLUG, STEPS

SAFE: Final[dict[str, Any]] = {"red_flags": []}
UNSURE: Final[dict[str, Any]] = {"red_flags": "not_sure"}
DAYS: Final[dict[str, Any]] = {
    "headache_days": 20,
    "migraine_days": "not_sure",
    "counted_from": "memory",
}
LONG: Final[dict[str, Any]] = {"months_at_this_frequency": 6}
NONE_TRIED: Final[dict[str, Any]] = {"preventives": []}
ALL: Final[dict[str, Any]] = {**SAFE, **DAYS, **LONG, **NONE_TRIED}
USUAL: Final = ["safety-check", "headache-days", "how-long", "preventives"]
WITH_ADVICE: Final = ["safety-check", "ask-now", "headache-days", "how-long", "preventives"]


def slugs(answers: dict[str, Any]) -> list[str]:
    return [step.slug for step in path(answers)]


def slug_of(step: Any) -> str | None:
    return None if step is None else step.slug


def test_addresses_are_unique_and_lead_to_their_step() -> None:
    assert [STEP_BY_SLUG[step.slug] for step in STEPS] == list(STEPS)
    assert len(STEP_BY_SLUG) == len(STEPS)


def test_the_fields_of_a_page_are_the_answers_that_complete_it() -> None:
    for step in STEPS:
        names = [field.name for field in step.form()]
        assert names == ([] if step.slug == "ask-now" else list(step.answer_names))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, USUAL),
        (SAFE, USUAL),
        ({"red_flags": ["loss_of_vision"]}, USUAL),
        (UNSURE, WITH_ADVICE),
        (ALL, USUAL),
    ],
)
def test_the_advice_to_ask_now_is_only_for_those_who_are_not_sure(
    answers: dict[str, Any], expected: list[str]
) -> None:
    assert slugs(answers) == expected


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        ({}, "safety-check"),
        (SAFE, "headache-days"),
        (UNSURE, "ask-now"),
        ({**UNSURE, "safety_advice": "read"}, "headache-days"),
        ({**SAFE, **DAYS}, "how-long"),
        ({**SAFE, "headache_days": 20, "counted_from": "memory"}, "headache-days"),
        ({**SAFE, "headache_days": 20, "migraine_days": 3}, "headache-days"),
        ({**SAFE, **DAYS, **LONG}, "preventives"),
        ({**SAFE, **DAYS, **LONG, "preventives": None}, "preventives"),
        ({**SAFE, **DAYS, **LONG, "preventives": "not_sure"}, None),
        ({**SAFE, **DAYS, **LONG, "preventives": [{"medicine": "topiramate"}]}, "preventives"),
        (
            {**SAFE, **DAYS, **LONG, "preventives": [{"medicine": "topiramate", "result": "helped"}]},
            None,
        ),
        (ALL, None),
        ({**ALL, **UNSURE}, "ask-now"),
        ({**ALL, "headache_days": 0, "migraine_days": 0}, None),
        ({**DAYS, **LONG, **NONE_TRIED}, "safety-check"),
    ],
)
def test_the_first_incomplete_step_is_the_one_to_answer(answers: dict[str, Any], first: str | None) -> None:
    assert slug_of(first_incomplete(answers)) == first


@pytest.mark.parametrize(
    ("answers", "open_steps"),
    [
        ({}, ["safety-check"]),
        (SAFE, ["safety-check", "headache-days"]),
        (UNSURE, ["safety-check", "ask-now"]),
        ({**UNSURE, **DAYS}, ["safety-check", "ask-now"]),
        ({**UNSURE, "safety_advice": "read"}, ["safety-check", "ask-now", "headache-days"]),
        ({**SAFE, **DAYS}, ["safety-check", "headache-days", "how-long"]),
        ({**SAFE, **LONG}, ["safety-check", "headache-days"]),
        (ALL, USUAL),
    ],
)
def test_a_step_may_be_opened_when_all_before_it_are_answered(
    answers: dict[str, Any], open_steps: list[str]
) -> None:
    assert [step.slug for step in STEPS if may_open(step, answers)] == open_steps


@pytest.mark.parametrize(("answers", "order"), [(SAFE, USUAL), (UNSURE, WITH_ADVICE)])
def test_next_and_previous_follow_the_path(answers: dict[str, Any], order: list[str]) -> None:
    steps = [STEP_BY_SLUG[slug] for slug in order]
    assert [slug_of(next_step(step, answers)) for step in steps] == [*order[1:], None]
    assert [slug_of(previous_step(step, answers)) for step in steps] == [None, *order[:-1]]


@pytest.mark.parametrize(
    ("answers", "slug", "place"),
    [
        ({}, "safety-check", (1, 5)),
        (SAFE, "headache-days", (2, 5)),
        (SAFE, "how-long", (3, 5)),
        (SAFE, "preventives", (4, 5)),
        (UNSURE, "safety-check", (1, 5)),
        (UNSURE, "ask-now", (1, 5)),
        (UNSURE, "headache-days", (2, 5)),
    ],
)
def test_the_place_counts_the_check_page_and_not_the_advice(
    answers: dict[str, Any], slug: str, place: tuple[int, int]
) -> None:
    assert place_of(STEP_BY_SLUG[slug], answers) == place


def test_a_step_is_answered_when_each_of_its_answers_is_given() -> None:
    step = STEP_BY_SLUG["headache-days"]
    assert is_answered(step, DAYS)
    assert not is_answered(step, {**DAYS, "counted_from": None})
    assert is_answered(STEP_BY_SLUG["safety-check"], SAFE)


def test_only_answers_on_the_path_are_handed_in() -> None:
    left_over = {"safety_advice": "read", "age_years": 41, "unknown": 1}
    assert on_path({**ALL, **left_over}) == ALL


def test_the_advice_read_is_no_answer_of_the_contract() -> None:
    answers = {**ALL, **UNSURE, "safety_advice": "read"}
    assert on_path(answers) == {**ALL, **UNSURE}


def test_nothing_is_handed_in_when_nothing_is_answered() -> None:
    assert on_path({}) == {}
