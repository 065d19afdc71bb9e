"""What the pages of the optional sections take and refuse, as a person sees it."""

from typing import Any

import pytest

from tests.support.client import Page, WebClient
from tests.support.journeys import (
    AURA,
    BOTULINUM_SAFETY,
    CARE_SO_FAR,
    CHECK,
    COMPANY,
    MEDICINE_DAYS,
    MEDICINE_PLAN,
    MIGRAINE_MEDICINE,
    OPTIONAL_PAGES,
    PAIN,
    PAINKILLERS,
    STRENGTH,
    UNTREATED,
    WORK,
    fields_of,
    open_optional,
)

TITLES = {
    UNTREATED: "How your headaches go",
    PAIN: "Where and how it hurts",
    STRENGTH: "How strong it is",
    COMPANY: "What comes with the pain",
    AURA: "Signs before the pain, and your age",
    MEDICINE_DAYS: "Days with any medicine",
    MIGRAINE_MEDICINE: "Medicines made for migraine, in the last 30 days",
    PAINKILLERS: "Painkillers, in the last 30 days",
    MEDICINE_PLAN: "A plan for your medicine",
    BOTULINUM_SAFETY: "What a clinician must know first",
    CARE_SO_FAR: "Your care so far",
    WORK: "Work, school and home",
}
each_page = pytest.mark.parametrize("address", OPTIONAL_PAGES)
DAYS = "Enter a number from 0 to 30. You are counting the last 30 days"
DIGITS = "Enter the number in digits, such as 12"
BOTH = "Enter a number or choose “I am not sure”, not both"
NO_ANSWER = "No answer"
CHOICES = ("yes", "no", "not_sure")
ONE_OF = "Choose one of the answers on this page"


def refused(client: WebClient, address: str, fields: dict[str, Any]) -> Page:
    """The page shown again with its errors, having checked what holds for every such page."""
    proper = fields_of(address, OPTIONAL_PAGES[address])
    page = client.post(address, {**proper, **fields})
    assert page.status == 422
    assert page.title.startswith("Error: ")
    for field_id, sentence in page.errors.items():
        assert page.text_of(f"{field_id}-error").removeprefix("Error: ") == sentence
    return page


@each_page
def test_a_page_shows_its_questions_empty(address: str, patient_client: WebClient) -> None:
    page = open_optional(patient_client, address)
    assert (page.address, page.h1) == (address, TITLES[address])
    assert (page.errors, page.title.startswith("Error")) == ({}, False)
    given = {name: value for name, value in page.values().items() if name not in ("csrf_token", "seen")}
    assert set(map(tuple, given.values())) <= {("",)}


@each_page
def test_a_page_keeps_what_was_answered_and_can_be_emptied_again(
    address: str, patient_client: WebClient
) -> None:
    open_optional(patient_client, address)
    empty = patient_client.current.values()
    fields = fields_of(address, OPTIONAL_PAGES[address])
    patient_client.submit("Continue", fields)
    kept = patient_client.open(address).values()
    for name, value in fields.items():
        if not name.startswith("months"):  # 18 months stay 18 months, their unit is checked elsewhere
            assert kept[name] == (value if isinstance(value, list) else [str(value)])
    cleared = {name: "" if name in empty else None for name in kept if name != "csrf_token"}
    patient_client.submit("Continue", cleared)
    again = patient_client.open(address).values()
    assert {**again, "csrf_token": []} == {**empty, "csrf_token": []}


REFUSED: tuple[tuple[str, str, str, str], ...] = (
    (UNTREATED, "hours_per_headache_day", "24.5", "Enter a number of hours from 0 to 24"),
    (UNTREATED, "hours_per_headache_day", "all day", DIGITS),
    (UNTREATED, "headache_free_days", "31", DAYS),
    (UNTREATED, "lifetime_attacks_at_least_5", "perhaps", ONE_OF),
    (PAIN, "pulsating_quality", "perhaps", ONE_OF),
    (STRENGTH, "moderate_or_severe_pain", "perhaps", ONE_OF),
    (COMPANY, "phonophobia", "perhaps", ONE_OF),
    (AURA, "age_years", "121", "Enter your age in years, from 0 to 120"),
    (AURA, "age_years", "42.5", "Enter your age in whole years, such as 42"),
    (MEDICINE_DAYS, "any_acute_medication_days", "31", DAYS),
    (MEDICINE_DAYS, "months_of_acute_medication_use", "1201", "Enter at most 100 years"),
    (MEDICINE_DAYS, "months_of_acute_medication_use-unit", "decades", "Choose months or years"),
    (MIGRAINE_MEDICINE, "triptan_days", "-1", "Enter 0 or a number above 0"),
    (MIGRAINE_MEDICINE, "gepant_or_ditan_days", "3", BOTH),
    (PAINKILLERS, "opioid_days", "31", DAYS),
    (MEDICINE_PLAN, "medication_overuse_managed", "perhaps", ONE_OF),
    (BOTULINUM_SAFETY, "botulinum_safety", "unheard_of", "Choose among the answers on this page"),
    (CARE_SO_FAR, "diary_months", "1201", "Enter a number of months from 0 to 1200"),
    (CARE_SO_FAR, "specialist_involved", "perhaps", ONE_OF),
    (WORK, "work_days_missed", "31", DAYS),
    (WORK, "work_days_half_done", "half", DIGITS),
)


@pytest.mark.parametrize(("address", "name", "typed", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_and_everything_typed_is_kept(
    address: str, name: str, typed: str, sentence: str, patient_client: WebClient
) -> None:
    open_optional(patient_client, address)
    before = patient_client.open(address).values()
    page = refused(patient_client, address, {name: typed})
    assert page.errors == {name.removesuffix("-unit"): sentence}
    kept = page.values()
    for each, value in fields_of(address, OPTIONAL_PAGES[address]).items():
        if each != name:
            assert kept[each] == (value if isinstance(value, list) else [str(value)])
    boxes = {control.get("name") for control in page.html.iter("input") if control.get("type") == "text"}
    assert name not in boxes or kept[name] == [typed]
    after = patient_client.open(address).values()
    assert {**after, "csrf_token": []} == {**before, "csrf_token": []}


def test_none_of_these_cannot_stand_beside_a_point_of_safety(patient_client: WebClient) -> None:
    open_optional(patient_client, BOTULINUM_SAFETY)
    ticked = ["neuromuscular_disease", "none"]
    page = refused(patient_client, BOTULINUM_SAFETY, {"botulinum_safety": ticked})
    assert page.errors == {"botulinum_safety": "Choose “None of these” only when you choose nothing else"}
    assert page.values()["botulinum_safety"] == ticked


@pytest.mark.parametrize("address", [UNTREATED, PAIN, STRENGTH, COMPANY, AURA, MEDICINE_PLAN, CARE_SO_FAR])
def test_an_answer_with_short_choices_is_taken_back_with_no_answer(
    address: str, patient_client: WebClient
) -> None:
    page = open_optional(patient_client, address)
    chosen = {name: value for name, value in OPTIONAL_PAGES[address].items() if value in CHOICES}
    assert chosen
    assert NO_ANSWER not in page.main
    patient_client.submit("Continue", fields_of(address, chosen))
    page = patient_client.open(address)
    assert page.main.count(NO_ANSWER) == len(chosen)
    assert {name: page.values()[name] for name in chosen} == {name: [each] for name, each in chosen.items()}
    patient_client.submit("Continue", dict.fromkeys(chosen, ""))
    page = patient_client.open(address)
    assert NO_ANSWER not in page.main
    assert not set(chosen) & set(page.values())


def test_days_of_work_are_no_more_than_there_are(patient_client: WebClient) -> None:
    open_optional(patient_client, WORK)
    page = refused(patient_client, WORK, {"work_days_missed": "16", "work_days_half_done": "15"})
    sentence = "Enter fewer days: with the days above, these are more than 30"
    assert page.errors == {"work_days_half_done": sentence}
    assert page.values()["work_days_half_done"] == ["15"]
    patient_client.open(WORK)
    page = patient_client.submit("Continue", work_days_missed="15", work_days_half_done="15")
    assert page.address == CHECK


def test_an_error_while_changing_stays_a_change(patient_client: WebClient) -> None:
    open_optional(patient_client, WORK)
    patient_client.open(f"{WORK}?change=yes")
    patient_client.submit("Continue", work_days_missed="31", status=422)
    assert patient_client.submit("Continue", work_days_missed="3").address == CHECK


def test_short_answers_stand_side_by_side(patient_client: WebClient) -> None:
    page = open_optional(patient_client, PAIN)
    rows = [each.get("class") for each in page.html.iter("div") if "choices" in each.get("class", "").split()]
    assert rows == ["choices short"] * 2
