"""Answers that do not fit together: which are asked about, where they can be changed, and how often."""

from typing import Any, Final

import pytest

from app.domain import answers_from_mapping
from app.domain.codes import Contradiction
from app.domain.contradictions import contradictions_of
from app.questionnaire.draft_answers import contract_answers
from app.questionnaire.look_again import REMARKS, SEEN, LookAgainForm, open_contradictions, remarks
from app.questionnaire.path import first_incomplete, may_open, on_path, path
from app.questionnaire.steps import STEP_BY_SLUG
from app.questionnaire.validation import IncompleteAnswersError, answers_to_submit

CORE: Final[dict[str, Any]] = {
    "red_flags": [],
    "other_red_flags": [],
    "headache_days": 20,
    "migraine_days": 10,
    "counted_from": "memory",
    "months_at_this_frequency": 6,
    "look_alikes": [],
    "preventives": [],
}
FREE_DAYS: Final[dict[str, Any]] = {"headache_free_days": 25}
TAKEN_LONGER: Final[dict[str, Any]] = {
    "preventives": [{"medicine": "topiramate", "weeks": 60, "result": "helped", "taken_for": "migraine"}]
}
MORE_DAYS: Final[dict[str, Any]] = {"any_acute_medication_days": 2, "triptan_days": 5}
YOUNGER: Final[dict[str, Any]] = {
    "other_red_flags": ["onset_after_50"],
    "today_advice": "read",
    "age_years": 3,
}
CASES: Final = {
    Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP: (
        FREE_DAYS,
        "You counted 20 days with a headache and 25 days without one, in 30 days.",
        ("headache-days", "untreated"),
    ),
    Contradiction.PREVENTIVE_TAKEN_LONGER_THAN_HEADACHES: (
        TAKEN_LONGER,
        "You took a medicine to prevent headaches for longer than your headaches have been like this. "
        "That can be right: you may have had fewer headaches before.",
        ("how-long", "preventives"),
    ),
    Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP: (
        MORE_DAYS,
        "You took any medicine on 2 days, but one kind of medicine on more days than that.",
        ("medicine-days", "migraine-medicine", "painkillers"),
    ),
    Contradiction.YOUNGER_THAN_ONSET: (
        YOUNGER,
        "You ticked that your headaches first began after the age of 50, and your age is 3 years.",
        ("other-signs", "aura"),
    ),
}
STEP: Final = STEP_BY_SLUG["look-again"]
each_contradiction = pytest.mark.parametrize("code", Contradiction)


def contradicting(*codes: Contradiction) -> dict[str, Any]:
    answers = dict(CORE)
    for code in codes:
        answers |= CASES[code][0]
    return answers


def gone_on(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers after the page was read and left as it is."""
    return LookAgainForm().applied_to(answers)


def first_slug(answers: dict[str, Any]) -> str | None:
    step = first_incomplete(answers)
    return None if step is None else step.slug


def test_every_contradiction_has_a_sentence_and_pages_to_change_it_on() -> None:
    assert set(REMARKS) == set(CASES) == set(Contradiction)


@each_contradiction
def test_a_contradiction_is_asked_about_in_one_sentence_with_its_pages(code: Contradiction) -> None:
    answers = contradicting(code)
    _, sentence, slugs = CASES[code]
    assert open_contradictions(answers) == (code,)
    [remark] = remarks(answers)
    assert (str(remark.sentence), remark.slugs) == (sentence, slugs)


@each_contradiction
def test_the_pages_named_ask_for_the_answers_that_do_not_fit(code: Contradiction) -> None:
    names = {name for slug in CASES[code][2] for name in STEP_BY_SLUG[slug].answer_names}
    assert set(CASES[code][0]) - {"today_advice"} <= names


@each_contradiction
def test_a_contradiction_is_asked_about_at_the_end_and_once_only(code: Contradiction) -> None:
    answers = contradicting(code)
    assert path(answers)[-1] is STEP
    assert first_slug(answers) == "look-again"
    assert may_open(STEP, answers)
    after = gone_on(answers)
    assert after[SEEN] == [code.value]
    assert open_contradictions(after) == ()
    assert first_incomplete(after) is None
    assert not may_open(STEP, after)


@each_contradiction
def test_both_answers_are_kept_and_handed_in(code: Contradiction) -> None:
    answers = contradicting(code)
    assert {**gone_on(answers), SEEN: None} == {**answers, SEEN: None}
    assert on_path(gone_on(answers)) == contract_answers(answers)
    assert contradictions_of(answers_to_submit(gone_on(answers))) == (code,)


def test_nothing_is_handed_in_before_it_was_asked_about() -> None:
    with pytest.raises(IncompleteAnswersError, match="look-again"):
        answers_to_submit(contradicting(Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP))


def test_several_contradictions_are_asked_about_together() -> None:
    answers = contradicting(*Contradiction)
    assert [str(remark.sentence) for remark in remarks(answers)] == [CASES[code][1] for code in Contradiction]
    assert first_incomplete(gone_on(answers)) is None


@pytest.mark.parametrize(
    ("first", "second"), [(one, other) for one in Contradiction for other in Contradiction if one != other]
)
def test_a_different_contradiction_is_asked_about_again_and_alone(
    first: Contradiction, second: Contradiction
) -> None:
    seen = gone_on(contradicting(first))
    answers = {**seen, **CASES[second][0]}
    assert open_contradictions(answers) == (second,)
    assert first_slug(answers) == "look-again"
    with pytest.raises(IncompleteAnswersError, match="look-again"):
        answers_to_submit(answers)
    after = gone_on(answers)
    assert after[SEEN] == [first.value, second.value]
    assert first_incomplete(after) is None


def test_the_same_contradiction_with_other_numbers_is_not_asked_about_again() -> None:
    after = {
        **gone_on(contradicting(Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP)),
        "headache_free_days": 3,
    }
    assert first_incomplete(after) is None


def test_a_contradiction_that_was_mended_needs_no_look() -> None:
    answers = {**contradicting(Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP), "headache_free_days": 10}
    assert first_incomplete(answers) is None
    assert STEP not in path(answers)


@pytest.mark.parametrize("missing", CORE)
def test_nobody_is_asked_before_the_core_answers_are_there(missing: str) -> None:
    answers = {**contradicting(Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP), missing: None}
    assert first_slug(answers) != "look-again"
    assert not may_open(STEP, answers)


def test_there_is_nothing_to_open_when_there_is_nothing_to_ask() -> None:
    assert not may_open(STEP, CORE)
    assert remarks(CORE) == []
    assert not may_open(STEP, {})


def test_pages_with_the_answers_in_question_stay_open_meanwhile() -> None:
    answers = contradicting(Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP)
    for slug in CASES[Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP][2]:
        assert may_open(STEP_BY_SLUG[slug], answers), slug


def test_an_answer_that_cannot_be_is_no_contradiction_and_no_failure() -> None:
    assert open_contradictions({**CORE, **FREE_DAYS, "age_years": 999}) == ()


def test_days_left_over_from_a_page_that_no_longer_applies_are_not_asked_about() -> None:
    """They are not handed in, and their page cannot be opened any more."""
    answers = {**CORE, "any_acute_medication_days": 0, "triptan_days": 5}
    assert contradictions_of(answers_from_mapping(on_path(answers))) == ()
    assert first_slug(answers) is None
