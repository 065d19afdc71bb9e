"""A headache that resembles chronic migraine: its name is withheld, and what to ask comes first."""

import re
from typing import Any

import pytest

from app.domain.codes import LookAlike
from app.storage.store import Store
from tests.integration.web.patient.result_page import before_heading, headings, result_of
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    ABOUT_HEADACHES,
    BORDERLINE,
    CANNOT_TELL,
    NEGATIVE,
    POSITIVE,
    RESULT,
    answers_of,
    walk_to,
)
from tests.support.page import text as words

FIRST = "Ask about this first"
CLOSER = "Your headaches need a closer look"
NAME = re.compile(r"chronic\s+migraine", re.IGNORECASE)
NOT_SURE = (
    "You were not sure whether your headaches are of two other kinds. Tell your clinician if the pain began "
    "on one day and never stopped, or if it never changes sides and that eye waters or turns red."
)
PAIN_FITS = "What you told us about the pain fits the published list of migraine signs."
TOLD = {
    LookAlike.CONSTANT_FROM_FIRST_DAY: (
        "Your pain began on one day and has not stopped since.",
        "Ask: “Could this be new daily persistent headache?” Say on which day it began.",
    ),
    LookAlike.ALWAYS_ONE_SIDE_WITH_WATERING_EYE: (
        "Your pain never changes sides, and the eye on that side waters or turns red.",
        "Ask: “Could this be hemicrania continua?” It is often taken for migraine.",
    ),
}
OF_CHRONIC_MIGRAINE = ("What chronic migraine is", "Botulinum toxin type A", "Claims that are not so")


def resembling(*codes: LookAlike, answers: Any = POSITIVE) -> dict[str, Any]:
    return {**answers, "look_alikes": [code.value for code in codes]}


def named(shown: str) -> list[str]:
    """Where the name stands, with what is before it."""
    return [shown[max(0, at.start() - 60) : at.end()] for at in NAME.finditer(shown)]


def seen(page: Page) -> str:
    """The words of the main part that stand on the screen."""
    shown = page.main
    for each in page.html.iter("span"):
        if each.get("class") == "visually-hidden":
            shown = shown.replace(words(each), "")
    return shown


each_code = pytest.mark.parametrize("code", LookAlike)
each_outcome = pytest.mark.parametrize(
    "answers",
    [POSITIVE, BORDERLINE, NEGATIVE, CANNOT_TELL],
    ids=["else positive", "else close", "negative", "cannot tell"],
)


@each_code
@each_outcome
def test_the_name_is_nowhere_to_be_seen_in_the_main_part(
    answers: Any, code: LookAlike, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, resembling(code, answers=answers))
    assert page.h1 == CLOSER
    assert named(page.title) == []
    assert named(seen(page)) == []


@each_code
@each_outcome
def test_the_name_is_not_read_out_in_the_main_part_either(
    answers: Any, code: LookAlike, patient_client: WebClient, sqlite_store: Store
) -> None:
    """What only a screen reader says counts as much as what is seen."""
    page = result_of(patient_client, sqlite_store, resembling(code, answers=answers))
    assert named(page.main) == []


@each_code
def test_no_heading_or_folded_part_names_it(
    code: LookAlike, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, resembling(code))
    shown = [*headings(page), *(words(each) for each in page.html.iter("summary"))]
    assert not [each for each in shown if NAME.search(each)]
    assert not set(shown) & set(OF_CHRONIC_MIGRAINE)
    assert "Before anyone pays" not in shown


@each_code
def test_what_to_ask_stands_before_the_outcome_with_its_source(
    code: LookAlike, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, resembling(code))
    first = before_heading(page)
    sentence, question = TOLD[code]
    assert first.startswith(f"{FIRST} {sentence} {question}")
    other = next(each for each in LookAlike if each is not code)
    assert TOLD[other][0] not in page.main
    assert "take this page with you, and ask the question above." in page.main


@each_code
def test_what_was_told_about_the_pain_is_not_compared_with_migraine(
    code: LookAlike, patient_client: WebClient, sqlite_store: Store
) -> None:
    """That it fits the signs of migraine would name what is withheld."""
    told = {**POSITIVE, **answers_of(ABOUT_HEADACHES)}
    assert PAIN_FITS in result_of(patient_client, sqlite_store, told).main
    page = result_of(patient_client, sqlite_store, resembling(code, answers=told))
    assert page.h1 == CLOSER
    assert "What you told us about the pain" not in page.main
    unsure = result_of(patient_client, sqlite_store, {**told, "look_alikes": "not_sure"})
    assert PAIN_FITS in unsure.main


def test_both_are_told_when_both_were_ticked(patient_client: WebClient, sqlite_store: Store) -> None:
    first = before_heading(result_of(patient_client, sqlite_store, resembling(*LookAlike)))
    for sentences in TOLD.values():
        assert all(each in first for each in sentences)


def test_a_warning_sign_comes_before_a_look_alike(patient_client: WebClient, sqlite_store: Store) -> None:
    answers = {**resembling(LookAlike.CONSTANT_FROM_FIRST_DAY), "red_flags": ["onset_after_50"]}
    first = before_heading(result_of(patient_client, sqlite_store, answers))
    assert first.index("See a clinician today") < first.index(FIRST)


@each_code
@each_outcome
def test_whatever_the_numbers_are_what_to_ask_is_said(
    code: LookAlike, answers: Any, patient_client: WebClient, sqlite_store: Store
) -> None:
    first = before_heading(result_of(patient_client, sqlite_store, resembling(code, answers=answers)))
    assert all(each in first for each in TOLD[code])


@pytest.mark.parametrize(
    ("answers", "h1"),
    [
        (POSITIVE, "Your answers match the pattern of chronic migraine"),
        (BORDERLINE, "Your answers are close to the pattern of chronic migraine"),
    ],
    ids=["positive", "close"],
)
def test_without_a_look_alike_the_name_is_said(
    answers: Any, h1: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, answers)
    assert page.h1 == h1
    assert FIRST not in page.main
    shown = {words(each) for each in page.html.iter("summary")}
    assert set(OF_CHRONIC_MIGRAINE) <= shown


def test_being_unsure_withholds_nothing_and_says_what_to_tell_the_clinician(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, {**POSITIVE, "look_alikes": "not_sure"})
    assert page.h1 == "Your answers match the pattern of chronic migraine"
    first = before_heading(page)
    assert first.startswith(f"{FIRST} {NOT_SURE}")
    assert all(sentences[0] not in page.main for sentences in TOLD.values())
    assert "Could this be" not in page.main


def test_the_page_of_the_question_leads_there(patient_client: WebClient) -> None:
    page = walk_to(patient_client, resembling(LookAlike.CONSTANT_FROM_FIRST_DAY))
    assert (page.address, page.h1) == (RESULT, CLOSER)
