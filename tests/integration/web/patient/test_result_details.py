"""What else a result says: features, safety, cost, contradictions; and no verdict by any policy."""

import re
from typing import Any

import pytest

from app.domain.codes import BotulinumSafety
from app.domain.policy_files import shipped_policies
from app.questionnaire.labels import BOTULINUM_SAFETY
from app.storage.store import Store
from tests.integration.web.patient.result_page import before_heading, headings, part, result_of
from tests.support.client import WebClient
from tests.support.journeys import (
    ABOUT_HEADACHES,
    BORDERLINE,
    CHECK,
    NEGATIVE,
    NO_MEDICINE,
    NOT_SURE_EVERYWHERE,
    POSITIVE,
    SECTIONS,
    answers_of,
    fill_section,
    walk_to,
)

COMPARE, TRIED, COST = "How your answers compare", "What you have tried", "What it costs you"
FITS = "What you told us about the pain fits the published list of migraine signs."
DOES_NOT = "What you told us about the pain does not fit the whole list of migraine signs."
OPEN = "What you told us about the pain leaves some migraine signs open."
SAFETY = "If botulinum toxin is talked about, tell your clinician that you ticked:"
SAFETY_UNSURE = (
    "You were not sure about the list of what matters before botulinum toxin. "
    "Go through it with your clinician."
)
HALF = "In 30 days, you got half or less of your work done on"
ADULTS = "This screening is made for adults"
NOT_TOGETHER = (
    "Some of your answers may not fit together. Your clinician can see that, and can help you to sort it out."
)
FEATURES = {**POSITIVE, **answers_of(ABOUT_HEADACHES)}
EVERYTHING: dict[str, Any] = {
    **POSITIVE,
    **{name: value for section in SECTIONS for name, value in answers_of(section).items()},
}
FULL_HOUSE = {
    **EVERYTHING,
    "months_at_this_frequency": 24,
    "preventives": [
        {"medicine": name, "weeks": 12, "result": "no_benefit", "taken_for": "migraine"}
        for name in ("amitriptyline", "topiramate", "candesartan", "propranolol")
    ],
}


# --- features -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, FITS),
        ({"hours_per_headache_day": 4}, FITS),
        ({"hours_per_headache_day": 3.5}, DOES_NOT),
        ({"photophobia": "no"}, DOES_NOT),
        ({"photophobia": "not_sure"}, OPEN),
        ({"lifetime_attacks_at_least_5": "not_sure"}, OPEN),
    ],
    ids=str,
)
def test_what_was_told_about_the_pain_is_compared_in_one_sentence(
    changes: dict[str, Any], sentence: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, {**FEATURES, **changes})
    assert sentence in part(page, COMPARE)
    assert "What you told us" not in page.main.replace(sentence, "")
    assert page.h1 == "Your answers match the pattern of chronic migraine"


def test_without_a_word_about_the_pain_nothing_is_said_of_it(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    assert "What you told us" not in result_of(patient_client, sqlite_store, POSITIVE).main


# --- safety, cost, contradictions -----------------------------------------------------------------


@pytest.mark.parametrize("code", BotulinumSafety)
def test_what_a_clinician_must_know_first_is_repeated(
    code: BotulinumSafety, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, {**POSITIVE, "botulinum_safety": [code.value]})
    shown = part(page, TRIED)
    assert SAFETY in shown
    assert SAFETY_UNSURE not in page.main
    assert [each for each in BOTULINUM_SAFETY.values() if str(each) in shown] == [BOTULINUM_SAFETY[code]]


@pytest.mark.parametrize("given", [[], "not_sure", None])
def test_without_a_tick_nothing_is_repeated(
    given: object, patient_client: WebClient, sqlite_store: Store
) -> None:
    answers = {**POSITIVE} if given is None else {**POSITIVE, "botulinum_safety": given}
    page = result_of(patient_client, sqlite_store, answers)
    assert SAFETY not in page.main
    assert (SAFETY_UNSURE in part(page, TRIED)) == (given == "not_sure")
    assert (SAFETY_UNSURE in page.main) == (given == "not_sure")


@pytest.mark.parametrize("age", [0, 12, 17])
@pytest.mark.parametrize(
    "answers",
    [POSITIVE, BORDERLINE, NEGATIVE, NOT_SURE_EVERYWHERE, {**POSITIVE, "look_alikes": "not_sure"}],
    ids=["positive", "close", "negative", "not sure", "unsure of look-alikes"],
)
def test_who_is_under_18_is_told_first_that_this_is_made_for_adults(
    answers: dict[str, Any], age: int, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, {**answers, "age_years": age})
    sentence = "You are under 18. Talk to a clinician who knows headaches of young people."
    assert f"{ADULTS} {sentence}" in before_heading(page)


@pytest.mark.parametrize("age", [18, 120, "not_sure", None])
def test_nobody_else_is_taken_for_young(age: object, patient_client: WebClient, sqlite_store: Store) -> None:
    answers = {**POSITIVE} if age is None else {**POSITIVE, "age_years": age}
    assert ADULTS not in result_of(patient_client, sqlite_store, answers).main


@pytest.mark.parametrize(
    ("missed", "half", "sentences"),
    [
        (
            3,
            5,
            "In 30 days, headache took 3 days of work, school or housework. "
            "On 5 other days you got half or less done.",
        ),
        (
            1,
            1,
            "In 30 days, headache took 1 day of work, school or housework. "
            "On 1 other day you got half or less done.",
        ),
        (0, None, "In 30 days, headache took 0 days of work, school or housework."),
        (
            0,
            2,
            "In 30 days, headache took 0 days of work, school or housework. "
            "On 2 other days you got half or less done.",
        ),
        (None, 0, f"{HALF} 0 days."),
        (None, 1, f"{HALF} 1 day."),
        (None, 2, f"{HALF} 2 days."),
        ("not_sure", 2, f"{HALF} 2 days."),
        ("not_sure", "not_sure", ""),
        (None, None, ""),
    ],
)
def test_days_that_headache_took_are_said_as_they_were_counted(
    missed: object, half: object, sentences: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    given = {"work_days_missed": missed, "work_days_half_done": half}
    answers = {**POSITIVE, **{name: value for name, value in given.items() if value is not None}}
    page = result_of(patient_client, sqlite_store, answers)
    assert part(page, COST).removeprefix(COST).strip() == sentences
    assert (COST in headings(page)) == bool(sentences)


@pytest.mark.parametrize(
    "changes",
    [
        {"headache_free_days": 25},
        {"months_at_this_frequency": 2.5},
        {"any_acute_medication_days": 2, "triptan_days": 5},
    ],
    ids=["free days", "a medicine for longer", "medicine days"],
)
def test_answers_that_do_not_fit_together_are_kept_and_said_kindly(
    changes: dict[str, Any], patient_client: WebClient, sqlite_store: Store
) -> None:
    longer = [{**each, "weeks": 20} for each in POSITIVE["preventives"]]
    page = result_of(patient_client, sqlite_store, {**POSITIVE, "preventives": longer, **changes})
    assert NOT_TOGETHER in part(page, COMPARE)


def test_answers_that_fit_together_are_not_doubted(patient_client: WebClient, sqlite_store: Store) -> None:
    assert NOT_TOGETHER not in result_of(patient_client, sqlite_store, EVERYTHING).main


# --- no verdict -----------------------------------------------------------------------------------

VERDICT = re.compile(
    r"approv|eligib|qualif|entitle|you meet|requirement|not met\b|missing|you have chronic", re.IGNORECASE
)
ALLOWED = "It does not mean that you have chronic migraine."


@pytest.mark.parametrize(
    "answers",
    [
        POSITIVE,
        BORDERLINE,
        NEGATIVE,
        NOT_SURE_EVERYWHERE,
        EVERYTHING,
        FULL_HOUSE,
        {**FULL_HOUSE, "look_alikes": ["constant_from_first_day"]},
    ],
    ids=["positive", "close", "negative", "not sure", "everything", "all that policies ask", "look-alike"],
)
def test_no_result_holds_a_verdict_or_a_policy(
    answers: dict[str, Any], patient_client: WebClient, sqlite_store: Store
) -> None:
    page = result_of(patient_client, sqlite_store, answers)
    shown = page.main.replace(ALLOWED, "")
    assert [shown[max(0, at.start() - 40) : at.end() + 40] for at in VERDICT.finditer(shown)] == []
    for policy in shipped_policies():
        assert policy.id not in page.body.replace(f'"{policy.id}"', "").replace(f"#{policy.id}", "")
        for requirement in policy.start:
            assert f"{requirement.id}:" not in page.body
    assert "It does not decide about any treatment." in page.main


def test_what_was_filled_in_on_the_pages_stands_on_the_result(patient_client: WebClient) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    for section in SECTIONS:
        fill_section(patient_client, section)
    page = patient_client.submit("Send my answers")
    assert FITS in part(page, COMPARE)
    assert "In 30 days, headache took 3 days of work, school or housework." in part(page, COST)
    assert str(BOTULINUM_SAFETY[BotulinumSafety.BLEEDING_OR_ANTICOAGULANT]) in part(page, TRIED)
    assert NOT_TOGETHER not in page.main


@pytest.mark.parametrize(("look_alikes", "count"), [([], 3), (["constant_from_first_day"], 2)])
def test_there_are_questions_to_ask_with_their_sources(
    look_alikes: list[str], count: int, patient_client: WebClient, sqlite_store: Store
) -> None:
    """Not about prevention where it is open which kind of headache it is."""
    page = result_of(patient_client, sqlite_store, {**POSITIVE, "look_alikes": look_alikes})
    (asked,) = (
        each
        for each in page.html.iter("details")
        if "".join(next(each.iter("summary")).itertext()) == "Questions you can ask"
    )
    questions = list(asked.iter("li"))
    assert len(questions) == count
    assert all([*each.iter("a")] for each in questions)
