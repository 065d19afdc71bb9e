"""The text of an assessment is what `json.dumps` makes of it, and what is remembered changes nothing."""

import json
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from app.domain import ScreeningAnswers, assess, assessment_to_mapping
from app.domain.assessment import Assessment
from app.domain.assessment_text import LINE, SEALED, assessment_texts
from app.domain.exchange import assessment_to_look_at
from app.domain.trials import PreventiveTrial
from tests.support.strategies import screening_answers


def forget() -> None:
    """Throw away all that the domain remembers, and the policies whose requirements remember theirs."""
    for name, module in list(sys.modules.items()):
        for each in vars(module).values() if name.startswith("app.domain.") else ():
            if hasattr(each, "cache_clear"):
                each.cache_clear()


def written(assessment: Assessment) -> tuple[str, str]:
    """As `json.dumps` writes it, as a line and as it is sealed."""
    plain = assessment_to_mapping(assessment)
    return json.dumps(plain), json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


@given(screening_answers())
def test_the_text_is_that_of_json(answers: ScreeningAnswers) -> None:
    assessment = assess(answers, "1.2")
    texts = tuple(style.mapping(assessment_texts(assessment, style)) for style in (LINE, SEALED))
    assert texts == written(assessment)
    assert assessment_to_look_at(assessment) == assessment_to_mapping(assessment)


def test_an_assessment_of_older_rules_has_fewer_parts() -> None:
    newer = assess(ScreeningAnswers(age_years=40), "1.2")
    older = replace(newer, migraine_features=None, medication_overuse=None, policies=())
    for style, text in zip((LINE, SEALED), written(older), strict=True):
        assert style.mapping(assessment_texts(older, style)) == text
    assert {"migraine_features", "medication_overuse", "policies"}.isdisjoint(assessment_to_look_at(older))


@settings(max_examples=40)
@given(screening_answers())
def test_who_was_assessed_before_changes_nothing(answers: ScreeningAnswers) -> None:
    remembered = written(assess(answers, "1.2"))
    forget()
    assert written(assess(answers, "1.2")) == remembered


@pytest.mark.parametrize("name", ["months_at_this_frequency", "hours_per_headache_day", "age_years"])
def test_a_number_is_written_as_it_was_given_whoever_came_before(name: str) -> None:
    for value in (4, 4.0, 4):
        given: dict[str, Any] = {name: value}
        line, _ = written(assess(ScreeningAnswers(**given), "1.2"))
        assert f'{{"{name}": {value}}}' in line


def test_trials_that_are_equal_have_one_hash_and_others_are_told_apart() -> None:
    one, same = (PreventiveTrial(medicine="topiramate", weeks=8, name_given=None) for _ in range(2))
    assert (one, hash(one)) == (same, hash(same))
    other = PreventiveTrial(medicine="topiramate", weeks=8, daily_dose_mg=50)
    assert len({one, same, other}) == 2


def test_what_may_be_changed_is_nobody_elses() -> None:
    answers = ScreeningAnswers(age_years=40)
    changed = assessment_to_mapping(assess(answers, "1.2"))
    for policy in changed["policies"]:
        for requirement in policy["requirements"]:
            requirement["answer"].clear()
            requirement["needed"].clear()
    again = assessment_to_mapping(assess(answers, "1.2"))
    assert all(each["needed"] for policy in again["policies"] for each in policy["requirements"])
