"""Where a person is and may go, from the answers alone."""

from typing import Any, Final

import pytest

from app.domain.codes import RedFlagCode, Urgency
from app.domain.red_flags import OTHER_CODES, URGENCY
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
from tests.support.journeys import ADVICE_READ

FIRST: Final[dict[str, Any]] = {"red_flags": []}
OTHERS: Final[dict[str, Any]] = {"other_red_flags": []}
SAFE: Final[dict[str, Any]] = {**FIRST, **OTHERS}
UNSURE: Final[dict[str, Any]] = {"red_flags": "not_sure"}
READ: Final[dict[str, Any]] = {**UNSURE, "safety_advice": "read"}
URGENT: Final[dict[str, Any]] = {**FIRST, "other_red_flags": ["double_vision"]}
TOLD: Final[dict[str, Any]] = {**URGENT, "today_advice": "read"}
DAYS: Final[dict[str, Any]] = {
    "headache_days": 20,
    "migraine_days": "not_sure",
    "counted_from": "memory",
}
LONG: Final[dict[str, Any]] = {"months_at_this_frequency": 6, "look_alikes": []}
NONE_TRIED: Final[dict[str, Any]] = {"preventives": []}
ALL: Final[dict[str, Any]] = {**SAFE, **DAYS, **LONG, **NONE_TRIED}
# As they are handed in: both pages of signs are one list of the contract.
HANDED_IN: Final[dict[str, Any]] = {**FIRST, "unsure_red_flags": [], **DAYS, **LONG, **NONE_TRIED}
USUAL: Final = ["safety-check", "other-signs", "headache-days", "how-long", "preventives"]
WITH_ADVICE: Final = ["safety-check", "ask-now", *USUAL[1:]]
WITH_TODAY: Final = [*USUAL[:2], "ask-today", *USUAL[2:]]
# Pages that ask nothing: they are answered by being read.
ADVICE: Final = ("ask-now", "ask-today", "look-again")


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
        assert names == ([] if step.slug in ADVICE else list(step.answer_names))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, USUAL),
        (FIRST, USUAL),
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


@pytest.mark.parametrize("code", OTHER_CODES)
def test_the_advice_for_today_is_for_urgent_signs_and_not_for_the_soon_one(code: RedFlagCode) -> None:
    expected = WITH_TODAY if URGENCY[code] is Urgency.URGENT else USUAL
    assert slugs({**FIRST, "other_red_flags": [code.value]}) == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ("not_sure", WITH_TODAY),
        (["recent_change_of_pattern", "double_vision"], WITH_TODAY),
        (["unheard_of"], USUAL),
        ([], USUAL),
        (None, USUAL),
    ],
)
def test_the_advice_for_today_is_also_for_those_who_are_not_sure_of_a_sign(
    others: Any, expected: list[str]
) -> None:
    assert slugs({**FIRST, "other_red_flags": others}) == expected


def test_both_pages_of_advice_come_each_after_its_own_signs() -> None:
    answers = {**UNSURE, "other_red_flags": "not_sure"}
    assert slugs(answers) == ["safety-check", "ask-now", "other-signs", "ask-today", *USUAL[2:]]


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        ({}, "safety-check"),
        (FIRST, "other-signs"),
        (SAFE, "headache-days"),
        (URGENT, "ask-today"),
        ({**FIRST, "other_red_flags": "not_sure"}, "ask-today"),
        ({**FIRST, "other_red_flags": ["recent_change_of_pattern"]}, "headache-days"),
        (TOLD, "headache-days"),
        ({**TOLD, "other_red_flags": "not_sure"}, "headache-days"),
        ({**ALL, **URGENT}, "ask-today"),
        ({**ALL, **TOLD}, None),
        (UNSURE, "ask-now"),
        (READ, "other-signs"),
        ({**READ, **OTHERS}, "headache-days"),
        ({**SAFE, **DAYS}, "how-long"),
        ({**SAFE, "headache_days": 20, "counted_from": "memory"}, "headache-days"),
        ({**SAFE, "headache_days": 20, "migraine_days": 3}, "headache-days"),
        ({**SAFE, **DAYS, "months_at_this_frequency": 6}, "how-long"),
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
        ({**FIRST, **DAYS, **LONG, **NONE_TRIED}, "other-signs"),
    ],
)
def test_the_first_incomplete_step_is_the_one_to_answer(answers: dict[str, Any], first: str | None) -> None:
    assert slug_of(first_incomplete(answers)) == first


@pytest.mark.parametrize(
    ("answers", "open_steps"),
    [
        ({}, ["safety-check"]),
        (FIRST, USUAL[:2]),
        (SAFE, USUAL[:3]),
        (UNSURE, WITH_ADVICE[:2]),
        ({**UNSURE, **OTHERS, **DAYS}, WITH_ADVICE[:2]),
        (READ, WITH_ADVICE[:3]),
        ({**READ, **OTHERS}, WITH_ADVICE[:4]),
        (URGENT, WITH_TODAY[:3]),
        ({**URGENT, **DAYS}, WITH_TODAY[:3]),
        (TOLD, WITH_TODAY[:4]),
        ({**TOLD, **OTHERS}, USUAL[:3]),
        ({**SAFE, **DAYS}, USUAL[:4]),
        ({**SAFE, **LONG}, USUAL[:3]),
        ({**SAFE, **DAYS, **LONG}, USUAL),
        (ALL, USUAL),
    ],
)
def test_a_step_may_be_opened_when_all_before_it_are_answered(
    answers: dict[str, Any], open_steps: list[str]
) -> None:
    core = (step for step in STEPS if step.section is None)
    assert [step.slug for step in core if may_open(step, answers)] == open_steps


@pytest.mark.parametrize(("answers", "order"), [(SAFE, USUAL), (UNSURE, WITH_ADVICE), (URGENT, WITH_TODAY)])
def test_next_and_previous_follow_the_path(answers: dict[str, Any], order: list[str]) -> None:
    steps = [STEP_BY_SLUG[slug] for slug in order]
    assert [slug_of(next_step(step, answers)) for step in steps] == [*order[1:], None]
    assert [slug_of(previous_step(step, answers)) for step in steps] == [None, *order[:-1]]


@pytest.mark.parametrize(
    ("answers", "slug", "place"),
    [
        ({}, "safety-check", (1, 6)),
        (FIRST, "other-signs", (2, 6)),
        (SAFE, "headache-days", (3, 6)),
        (SAFE, "how-long", (4, 6)),
        (SAFE, "preventives", (5, 6)),
        (UNSURE, "safety-check", (1, 6)),
        (UNSURE, "ask-now", (1, 6)),
        (UNSURE, "other-signs", (2, 6)),
        (URGENT, "other-signs", (2, 6)),
        (URGENT, "ask-today", (2, 6)),
        (URGENT, "headache-days", (3, 6)),
    ],
)
def test_the_place_counts_the_check_page_and_not_the_advice(
    answers: dict[str, Any], slug: str, place: tuple[int, int]
) -> None:
    assert place_of(STEP_BY_SLUG[slug], answers) == place


def test_the_core_has_at_most_six_pages_with_the_check_page() -> None:
    assert len(path(ALL)) + 1 <= 6


def test_a_step_is_answered_when_each_of_its_answers_is_given() -> None:
    step = STEP_BY_SLUG["headache-days"]
    assert is_answered(step, DAYS)
    assert not is_answered(step, {**DAYS, "counted_from": None})
    assert is_answered(STEP_BY_SLUG["safety-check"], SAFE)


def test_only_answers_on_the_path_are_handed_in() -> None:
    left_over = {**ADVICE_READ, "contradictions_seen": [], "window_days": 90, "unknown": 1}
    assert on_path({**ALL, **left_over}) == HANDED_IN


def test_the_advice_read_is_no_answer_of_the_contract() -> None:
    assert on_path({**ALL, **READ}) == {**HANDED_IN, **UNSURE, "unsure_red_flags": ["emergency"]}
    assert on_path({**ALL, **TOLD}) == {**HANDED_IN, "red_flags": ["double_vision"]}


def test_nothing_is_handed_in_when_nothing_is_answered() -> None:
    assert on_path({}) == {}
