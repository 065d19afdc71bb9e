"""Out and in again gives the same answers; not asked, not sure, none and a value are told apart."""

from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given, settings

from app.domain import ScreeningAnswers, answers_from_mapping
from app.domain.answers import KINDS
from app.domain.values import CodeList, ListOf
from app.reports.fhir.response import answers_from_response
from tests.support.fhir import bundle_of, the_response
from tests.support.strategies import screening_answers

LISTS: Final = [name for name, kind in KINDS.items() if isinstance(kind, CodeList | ListOf)]


@settings(max_examples=300)
@given(screening_answers())
def test_any_answers_come_back_exactly(answers: ScreeningAnswers) -> None:
    bundle = bundle_of(answers)
    assert answers_from_response(bundle).answers == answers
    assert answers_from_response(the_response(bundle)).answers == answers


@settings(max_examples=50)
@given(screening_answers())
def test_without_text_only_names_that_were_typed_are_missing(answers: ScreeningAnswers) -> None:
    nameless = answers.preventives
    if isinstance(nameless, tuple):
        nameless = tuple(replace(each, name_given=None) for each in nameless)
    read = answers_from_response(bundle_of(answers, with_text=False)).answers
    assert read == replace(answers, preventives=nameless)


@pytest.mark.parametrize("name", KINDS)
def test_not_asked_and_not_sure_are_told_apart(name: str) -> None:
    unsure = the_response(bundle_of({name: "not_sure"}))
    assert answers_from_response(unsure).answers == answers_from_mapping({name: "not_sure"})
    assert len(unsure["item"]) == 1
    unasked = the_response(bundle_of({}))
    assert "item" not in unasked
    assert answers_from_response(unasked).answers == ScreeningAnswers()


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_is_neither_not_asked_nor_not_sure(name: str) -> None:
    empty = answers_from_response(bundle_of({name: []})).answers
    assert getattr(empty, name) == ()


@pytest.mark.parametrize(
    "trial",
    [
        {"medicine": "topiramate"},
        {"medicine": "other"},
        {"medicine": "other", "name_given": ""},
        {"medicine": "other", "name_given": " feverfew\n"},
        {"medicine": "other", "name_given": "\x00\x0b\u2028"},
        {"medicine": "topiramate", "weeks": "not_sure", "daily_dose_mg": "not_sure", "result": "not_sure"},
        {"medicine": "topiramate", "still_taking": "not_sure", "taken_for": "not_sure"},
        {"medicine": "topiramate", "weeks": 0, "daily_dose_mg": 0},
        {"medicine": "topiramate", "weeks": 0.1, "daily_dose_mg": 1e-7},
    ],
)
def test_every_part_of_a_trial_comes_back(trial: dict[str, Any]) -> None:
    answers = answers_from_mapping({"preventives": [trial, trial]})
    assert answers_from_response(bundle_of(answers)).answers == answers
