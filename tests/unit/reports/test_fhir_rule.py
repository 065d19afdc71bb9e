"""The published rule in FHIRPath over the response, without any of our code, against the bundle."""

from functools import cache
from typing import Any, Final

import fhirpathpy
import pytest
from fhirpathpy.models import models
from hypothesis import given, settings

from app.domain import ScreeningAnswers
from tests.support.fhir import Json, bundle_of, codes, generated_records, observation, the_response
from tests.support.journeys import POSITIVE
from tests.support.strategies import screening_answers

# ICHD-3 1.3: 15 headache days and 8 migraine days in 30, for 3 months. An empty result is "cannot tell".
UNSURE: Final = "item.where(linkId = 'window_days.instead').exists()"
GIVEN: Final = "item.where(linkId = 'window_days').answer.value"
WINDOW: Final = f"iif({UNSURE}, {{}}, iif({GIVEN}.exists(), {GIVEN}, 30))"
RULE: Final = {
    "headache_days": f"item.where(linkId = 'headache_days').answer.value * 30 >= 15 * {WINDOW}",
    "migraine_days": f"item.where(linkId = 'migraine_days').answer.value * 30 >= 8 * {WINDOW}",
    "duration": "item.where(linkId = 'months_at_this_frequency').answer.value >= 3",
}
WHOLE: Final = " and ".join(f"({part})" for part in RULE.values())
STATUS: Final = {(True,): "met", (False,): "not_met", (): "cannot_tell"}


@cache
def compiled(expression: str) -> Any:
    return fhirpathpy.compile(expression, models["r4"])


def by_path(expression: str, response: Json) -> str:
    return STATUS[tuple(compiled(expression)(response))]


def by_bundle(bundle: Json, name: str) -> str:
    [status] = codes(observation(bundle, name)["interpretation"][0])
    return str(status)


def assert_agrees(bundle: Json) -> str:
    """Each criterion says what the rule says; a positive outcome is one that the whole rule meets."""
    response = the_response(bundle)
    for name, expression in RULE.items():
        assert by_bundle(bundle, name) == by_path(expression, response), name
    [outcome] = codes(observation(bundle, "outcome")["valueCodeableConcept"])
    whole = by_path(WHOLE, response)
    if outcome == "positive":
        assert whole == "met"
    if whole == "met" and outcome != "emergency":
        assert outcome == ("borderline" if _looks_alike(bundle) else "positive")
    return whole


def _looks_alike(bundle: Json) -> bool:
    link_ids = [item["linkId"] for item in the_response(bundle)["item"]]
    return "look_alikes" in link_ids


def test_the_rule_agrees_with_the_bundles_of_many_people() -> None:
    found = {assert_agrees(bundle_of(each.screening.answers)) for each in generated_records(150, seed=3)}
    assert found == {"met", "not_met", "cannot_tell"}


@settings(max_examples=100)
@given(screening_answers(criteria_known=True))
def test_the_rule_agrees_with_any_bundle(answers: ScreeningAnswers) -> None:
    assert_agrees(bundle_of(answers))


@pytest.mark.parametrize(
    ("changes", "whole"),
    [
        ({"headache_days": 15, "migraine_days": 8, "months_at_this_frequency": 3}, "met"),
        ({"headache_days": 14}, "not_met"),
        ({"migraine_days": 7}, "not_met"),
        ({"months_at_this_frequency": 2.9}, "not_met"),
        ({"window_days": 28, "headache_days": 14, "migraine_days": 8}, "met"),
        ({"window_days": 28, "headache_days": 13}, "not_met"),
        ({"window_days": 90, "headache_days": 44, "migraine_days": 24}, "not_met"),
        ({"window_days": 90, "headache_days": 45, "migraine_days": 24}, "met"),
        ({"headache_days": "not_sure"}, "cannot_tell"),
        ({"window_days": "not_sure"}, "cannot_tell"),
        ({"headache_days": "not_sure", "migraine_days": 3}, "not_met"),
    ],
)
def test_the_rule_agrees_on_both_sides_of_each_line(changes: Json, whole: str) -> None:
    assert assert_agrees(bundle_of({**POSITIVE, **changes})) == whole
